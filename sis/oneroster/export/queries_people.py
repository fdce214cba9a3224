"""The rows of the files of people: who they are, and where they belong."""

from datetime import datetime

from sqlalchemy import case, literal

from sis.courses.models import Section
from sis.enrollment.models import SchoolEnrollment
from sis.oneroster.export.columns import Expression, Record, rows_of
from sis.oneroster.export.queries import FileQuery, of_living, record_of
from sis.organizations.models import Organization
from sis.people.models import Demographics, Person, PersonRole
from sis.scheduling.models import SectionEnrollment


def users(since: datetime | None) -> FileQuery:
    """users.csv; no password ever leaves."""
    columns: dict[str, Expression] = {
        "enabledUser": Person.enabled,
        "username": Person.username,
        "userIds": literal(""),
        "givenName": Person.given_name,
        "familyName": Person.family_name,
        "middleName": Person.middle_name,
        "identifier": Person.identifier,
        "email": Person.email,
        "sms": Person.sms,
        "phone": Person.phone,
        "agentSourcedIds": Person.agent_sourced_ids,
        "grades": Person.grade,
        "password": literal(""),
        "userMasterIdentifier": literal(""),
        "preferredGivenName": Person.preferred_given_name,
        "preferredMiddleName": literal(""),
        "preferredFamilyName": Person.preferred_family_name,
        "primaryOrgSourcedId": literal(""),
        "pronouns": Person.pronouns,
        "metadata.homeLanguage": Person.home_language,
        "metadata.source": Person.source,
    }
    statement = rows_of(record_of(Person), columns, since).order_by(Person.id)
    return FileQuery(tuple(columns), statement)


def enrolled_roles(since: datetime | None) -> FileQuery:
    """The rows of roles.csv that are students' enrolments at schools."""
    columns: dict[str, Expression] = {
        "userSourcedId": Person.sourced_id,
        "roleType": case((SchoolEnrollment.is_primary.is_(True), "primary"), else_="secondary"),
        "role": literal("student"),
        "beginDate": SchoolEnrollment.begins_on,
        "endDate": SchoolEnrollment.ends_on,
        "orgSourcedId": Organization.sourced_id,
        "userProfileSourcedId": literal(""),
        "metadata.track": SchoolEnrollment.track,
        "metadata.requiredPeriods": SchoolEnrollment.required_periods,
        "metadata.entryCode": SchoolEnrollment.entry_code,
        "metadata.leaveCode": SchoolEnrollment.leave_code,
        "metadata.derived": literal(""),
        "metadata.source": SchoolEnrollment.source,
    }
    statement = (
        rows_of(record_of(SchoolEnrollment), columns, since)
        .join(Person, Person.id == SchoolEnrollment.person_id)
        .join(Organization, Organization.id == SchoolEnrollment.school_id)
        .order_by(SchoolEnrollment.id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, Person))


def other_roles(since: datetime | None) -> FileQuery:
    """The other rows of roles.csv."""
    columns: dict[str, Expression] = {
        "userSourcedId": Person.sourced_id,
        "roleType": PersonRole.role_type,
        "role": PersonRole.role,
        "beginDate": PersonRole.begins_on,
        "endDate": PersonRole.ends_on,
        "orgSourcedId": Organization.sourced_id,
        "userProfileSourcedId": literal(""),
        "metadata.track": literal(""),
        "metadata.requiredPeriods": literal(""),
        "metadata.entryCode": literal(""),
        "metadata.leaveCode": literal(""),
        "metadata.derived": literal(""),
        "metadata.source": PersonRole.source,
    }
    statement = (
        rows_of(record_of(PersonRole), columns, since)
        .join(Person, Person.id == PersonRole.person_id)
        .join(Organization, Organization.id == PersonRole.organization_id)
        .order_by(PersonRole.id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, Person))


def enrollments(since: datetime | None) -> FileQuery:
    """enrollments.csv: places in sections."""
    columns: dict[str, Expression] = {
        "classSourcedId": Section.sourced_id,
        "schoolSourcedId": Organization.sourced_id,
        "userSourcedId": Person.sourced_id,
        "role": SectionEnrollment.role,
        "primary": SectionEnrollment.is_primary,
        "beginDate": SectionEnrollment.begins_on,
        "endDate": SectionEnrollment.ends_on,
        "metadata.source": SectionEnrollment.source,
    }
    statement = (
        rows_of(record_of(SectionEnrollment), columns, since)
        .join(Section, Section.id == SectionEnrollment.section_id)
        .join(Organization, Organization.id == Section.school_id)
        .join(Person, Person.id == SectionEnrollment.person_id)
        .order_by(SectionEnrollment.id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, Person, Section))


def demographics(since: datetime | None) -> FileQuery:
    """demographics.csv, under the sourcedIds of the people."""
    columns: dict[str, Expression] = {
        "birthDate": Demographics.birth_date,
        "sex": Demographics.sex,
        "americanIndianOrAlaskaNative": Demographics.american_indian_or_alaska_native,
        "asian": Demographics.asian,
        "blackOrAfricanAmerican": Demographics.black_or_african_american,
        "nativeHawaiianOrOtherPacificIslander": (
            Demographics.native_hawaiian_or_other_pacific_islander
        ),
        "white": Demographics.white,
        "demographicRaceTwoOrMoreRaces": Demographics.two_or_more_races,
        "hispanicOrLatinoEthnicity": Demographics.hispanic_or_latino,
        "countryOfBirthCode": Demographics.country_of_birth,
        "stateOfBirthAbbreviation": Demographics.state_of_birth,
        "cityOfBirth": Demographics.city_of_birth,
        "publicSchoolResidenceStatus": Demographics.public_school_residence_status,
    }
    record = Record(Person.sourced_id, Demographics.status, Demographics.modified_at)
    statement = (
        rows_of(record, columns, since)
        .join_from(Demographics, Person, Person.id == Demographics.person_id)
        .order_by(Demographics.person_id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, Person))
