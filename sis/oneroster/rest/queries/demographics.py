"""Demographics, under the person's id."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition, Field, Kind, reference
from sis.oneroster.rest.queries.resource import Record, Resource, common_fields, properties
from sis.oneroster.rest.queries.users import people_within
from sis.oneroster.rest.rules import without_nothing, write_flag, write_moment
from sis.people.models import Demographics, Person

FLAGS = {
    "americanIndianOrAlaskaNative": Demographics.american_indian_or_alaska_native,
    "asian": Demographics.asian,
    "blackOrAfricanAmerican": Demographics.black_or_african_american,
    "nativeHawaiianOrOtherPacificIslander": Demographics.native_hawaiian_or_other_pacific_islander,
    "white": Demographics.white,
    "demographicRaceTwoOrMoreRaces": Demographics.two_or_more_races,
    "hispanicOrLatinoEthnicity": Demographics.hispanic_or_latino,
}
TEXTS = {
    "countryOfBirthCode": Demographics.country_of_birth,
    "stateOfBirthAbbreviation": Demographics.state_of_birth,
    "cityOfBirth": Demographics.city_of_birth,
    "publicSchoolResidenceStatus": Demographics.public_school_residence_status,
}


def _load(session: Session, keys: Sequence[int], _links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(Demographics, Person.sourced_id)
        .join(Person, Person.id == Demographics.person_id)
        .where(Demographics.person_id.in_(keys))
    )
    found = {}
    for row, sourced_id in rows:
        flags = {name: getattr(row, column.key) for name, column in FLAGS.items()}
        found[row.person_id] = without_nothing(
            {
                "sourcedId": sourced_id,
                "status": row.status,
                "dateLastModified": write_moment(row.modified_at),
                "birthDate": row.birth_date and row.birth_date.isoformat(),
                "sex": row.sex,
                **{n: None if flag is None else write_flag(flag) for n, flag in flags.items()},
                **{name: getattr(row, column.key) for name, column in TEXTS.items()},
            }
        )
    return found


def _within(schools: Collection[int]) -> Condition:
    return Demographics.person_id.in_(select(Person.id).where(people_within(schools)))


_sourced_id = select(Person.sourced_id).where(Person.id == Demographics.person_id).scalar_subquery()

DEMOGRAPHICS = Resource(
    single="demographics",
    plural="demographics",
    key=Demographics.person_id,
    sourced_id=_sourced_id,
    status=Demographics.status,
    fields={
        **common_fields(_sourced_id, Demographics.status, Demographics.modified_at),
        "sourcedId": reference(Demographics.person_id, Person.id, Person.sourced_id),
        "birthDate": Field(Demographics.birth_date, Kind.DATE),
        "sex": Field(Demographics.sex),
        **{name: Field(column, Kind.FLAG) for name, column in FLAGS.items()},
        **{name: Field(column) for name, column in TEXTS.items()},
    },
    properties=properties(" ".join(["birthDate sex", *FLAGS, *TEXTS])),
    load=_load,
    tables=frozenset({"demographics", "person", "school_enrollment", "person_role"}),
    within=_within,
    tallied="demographics",
)
