"""Finding a student in the whole district, by index: birth date, beginnings of names, or number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, String, literal_column, or_, select, text
from sqlalchemy.orm import Session

from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import EnrollmentCard, list_enrollments
from sis.enrollment.rules.duplicates import Likeness, near_dates
from sis.enrollment.rules.names import spellings
from sis.people.models import FAMILY_PREFIX, GIVEN_PREFIX, Demographics, Person

MOST_READ = 2_000
"""People whose names are compared, at most; a rare name or a birth date stays far below."""

_FAMILY: ColumnElement[str] = literal_column(FAMILY_PREFIX, String)
_GIVEN: ColumnElement[str] = literal_column(GIVEN_PREFIX, String)
_Rows = Select[int, str, str, date | None]


@dataclass(frozen=True)
class FoundStudent:
    """What another school's office may see of a student: name, birth date, grade, school.

    ``enrollments`` are those that have not ended; ``is_own`` says that one of all enrolments is at
    a school in the actor's scope.
    """

    person_id: int
    name: str
    birth_date: date | None
    grade: str | None
    enrollments: tuple[EnrollmentCard, ...]
    is_own: bool
    why: str = ""


def list_born(session: Session, dates: Collection[date]) -> list[Likeness]:
    """Everybody with one of these birth dates."""
    born = Demographics.birth_date.in_(dates)
    return _likenesses(session, _people(known_birth_date=True).where(born))


def list_named(
    session: Session,
    family: str,
    given: str = "",
    *,
    school_ids: Collection[int] | None = None,
) -> list[Likeness]:
    """Students whose names begin with up to three letters, whatever the accents and capitals.

    ``school_ids`` limits them to those schools, past students too.
    """
    statement = _people().where(_FAMILY.in_(spellings(family)), _is_student(school_ids))
    if given:
        statement = statement.where(_GIVEN.in_(spellings(given)))
    return _likenesses(session, statement)


def list_numbered(session: Session, number: str) -> list[Likeness]:
    """Students with this number, the district's own or the state's."""
    mine = or_(Person.identifier == number, Person.ssid == number)
    return _likenesses(session, _people().where(mine, _is_student(None)))


def list_people_by_id(session: Session, ids: Collection[int]) -> dict[int, Likeness]:
    """The people with these ids."""
    people = _likenesses(session, _people().where(Person.id.in_(ids)))
    return {one.person_id: one for one in people}


def list_candidates(session: Session, given: str, family: str, birth_date: date) -> list[Likeness]:
    """Everybody who may turn out to be this child; two queries over small indexed sets."""
    born = list_born(session, [birth_date, *near_dates(birth_date)])
    named = list_named(session, family, given)
    return list({one.person_id: one for one in [*born, *named]}.values())


def describe(
    session: Session,
    own: Collection[int] | None,
    people: Iterable[tuple[Likeness, str]],
    on: date,
) -> list[FoundStudent]:
    """The people with their enrolments, in the same order; two queries.

    ``own`` are the schools in the actor's scope, None for all.
    """
    listed = list(people)
    ids = [one.person_id for one, _ in listed]
    enrollments = list_enrollments(session, ids)
    grades = {
        person_id: grade
        for person_id, grade in session.execute(
            select(Person.id, Person.grade).where(Person.id.in_(ids))
        )
    }
    return [
        FoundStudent(
            person_id=one.person_id,
            name=f"{one.given_name} {one.family_name}",
            birth_date=one.birth_date,
            grade=grades.get(one.person_id),
            enrollments=tuple(
                card
                for card in enrollments.get(one.person_id, ())
                if card.ends_on is None or card.ends_on > on
            ),
            is_own=own is None
            or any(card.school_id in own for card in enrollments.get(one.person_id, ())),
            why=why,
        )
        for one, why in listed
    ]


def lock_birth_date(session: Session, birth_date: date) -> None:
    """One new child of a birth date at a time, so that two offices cannot both create it.

    On SQLite the writing transaction itself is the lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:room, :key)")
        session.execute(lock, {"room": 7_104_202, "key": birth_date.toordinal()})


def is_ssid_taken(session: Session, ssid: str) -> bool:
    return session.scalar(select(Person.id).where(Person.ssid == ssid)) is not None


def _people(*, known_birth_date: bool = False) -> _Rows:
    return (
        select(Person.id, Person.given_name, Person.family_name, Demographics.birth_date)
        .join(Demographics, Demographics.person_id == Person.id, isouter=not known_birth_date)
        .where(Person.status == "active")
        .limit(MOST_READ)
    )


def _is_student(school_ids: Collection[int] | None) -> ColumnElement[bool]:
    """One probe per person found by name: PostgreSQL would turn EXISTS into a join with all
    enrolments of the district.
    """
    mine = select(SchoolEnrollment.id).where(SchoolEnrollment.person_id == Person.id)
    if school_ids is not None:
        mine = mine.where(SchoolEnrollment.school_id.in_(school_ids))
    return mine.limit(1).scalar_subquery().is_not(None)


def _likenesses(session: Session, statement: _Rows) -> list[Likeness]:
    return [Likeness(*row) for row in session.execute(statement)]
