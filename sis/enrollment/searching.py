"""Search before create: looking for a student, and noting who was shown to whom.

FERPA: what an office sees of a student of another school is a disclosure to be accounted for, so
each leaves an audit row with ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record_many
from core.auth.actor import Actor
from core.errors import Invalid, NotFound
from sis.enrollment.newcomers import NewStudent, find_suspects
from sis.enrollment.rules.duplicates import Likeness, near_dates
from sis.enrollment.rules.names import PREFIX, begins_with, folded
from sis.enrollment.rules.policy import EnrollmentPolicy
from sis.enrollment.search_queries import (
    FoundStudent,
    describe,
    list_born,
    list_named,
    list_numbered,
    list_people_by_id,
)
from sis.organizations.queries import school_ids_for

MOST_SHOWN = 50
Found = tuple[Likeness, str]
"""Somebody, and why they are shown when it is not an exact match."""


@dataclass(frozen=True)
class StudentQuery:
    """What an office knows: the beginning of the family name and the birth date, or a number.

    Without a birth date only the actor's own schools are searched.
    """

    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None
    number: str = ""


@dataclass(frozen=True)
class SearchResult:
    """``students`` are the best 50 of ``number``, the actor's own first."""

    students: Sequence[FoundStudent]
    number: int


def find_students(
    session: Session, query: StudentQuery, *, by: Actor, now: datetime, on: date
) -> SearchResult:
    """Search; students of other schools who are shown are noted in the audit.

    ``on`` is today in the district. Raises Invalid when too little is given.
    """
    _refuse_too_little(query)
    own = school_ids_for(session, by)
    found = _find(session, query, own)
    students = sorted(
        describe(session, own, found[:MOST_SHOWN], on), key=lambda one: (not one.is_own, one.why)
    )
    disclose(session, students, through="search", by=by, now=now)
    return SearchResult(students, len(found))


def find_alike(
    session: Session,
    student: NewStudent,
    *,
    by: Actor,
    now: datetime,
    on: date,
    policy: EnrollmentPolicy,
) -> list[FoundStudent]:
    """Known students who may be this child, each with the reason; noted as a search is."""
    suspects = find_suspects(session, student, policy)[:MOST_SHOWN]
    known = list_people_by_id(session, [one.person_id for one in suspects])
    people = [(known[one.person_id], one.why) for one in suspects if one.person_id in known]
    students = describe(session, school_ids_for(session, by), people, on)
    disclose(session, students, through="duplicate check", by=by, now=now)
    return students


def look_at(
    session: Session, person_id: int, *, by: Actor, now: datetime, on: date
) -> FoundStudent:
    """One person whom a search has shown, again and noted again; NotFound."""
    known = list_people_by_id(session, [person_id]).get(person_id)
    if known is None:
        raise NotFound(f"There is no student {person_id}.")
    student = describe(session, school_ids_for(session, by), [(known, "")], on)[0]
    disclose(session, [student], through="enrolment", by=by, now=now)
    return student


def disclose(
    session: Session, students: Iterable[FoundStudent], *, through: str, by: Actor, now: datetime
) -> None:
    """An audit row for every student of other schools who is shown."""
    outside = [one for one in students if not one.is_own]
    changes = [
        (one.person_id, None, {"through": through, "school_ids": _schools(one)}) for one in outside
    ]
    record_many(
        session, by=by, action="student.disclose", subject_type="person", changes=changes, now=now
    )


def _schools(student: FoundStudent) -> list[int]:
    return [one.school_id for one in student.enrollments]


def _refuse_too_little(query: StudentQuery) -> None:
    if not query.number.strip() and len(folded(query.family_name)) < PREFIX:
        sentence = f"Give at least {PREFIX} letters of the family name, or a student number."
        raise Invalid(sentence, fields={"family_name": sentence})


def _find(session: Session, query: StudentQuery, own: set[int] | None) -> list[Found]:
    number = query.number.strip()
    if number:
        return [(one, "") for one in list_numbered(session, number)]
    if query.birth_date is None:
        named = list_named(session, query.family_name, _indexed(query), school_ids=own)
        return [(one, "") for one in sorted(_fitting(named, query), key=_by_name)]
    return _born(session, query, query.birth_date)


def _born(session: Session, query: StudentQuery, born: date) -> list[Found]:
    """First the exact birth date, then slips of the pen, then those without a birth date."""
    near = near_dates(born)
    fitting = _fitting(list_born(session, [born, *near]), query)
    exact = [(one, "") for one in fitting if one.birth_date == born]
    slips = [(one, near[one.birth_date]) for one in fitting if one.birth_date in near]
    unknown: list[Found] = []
    if query.given_name:
        named = _fitting(list_named(session, query.family_name, _indexed(query)), query)
        unknown = [(one, "no birth date on record") for one in named if one.birth_date is None]
    return [*exact, *slips, *unknown]


def _indexed(query: StudentQuery) -> str:
    """The given name, when it is long enough for the index; the rest is compared here."""
    return query.given_name if len(folded(query.given_name)) >= PREFIX else ""


def _fitting(people: Iterable[Likeness], query: StudentQuery) -> list[Likeness]:
    return [
        one
        for one in people
        if begins_with(one.family_name, query.family_name)
        and begins_with(one.given_name, query.given_name)
    ]


def _by_name(one: Likeness) -> tuple[str, str, int]:
    return folded(one.family_name), folded(one.given_name), one.person_id
