"""The completeness check of the code sets, before opening day and whenever one likes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.auth.actor import Actor
from sis.attendance.models import AttendanceEvent, AttendanceReason
from sis.enrollment.expected import ABSENT
from sis.enrollment.models import EnrollmentChange, SchoolEnrollment
from sis.enrollment.queries import active_on
from sis.enrollment.rules.codes import CodeSet
from sis.enrollment.rules.findings import (
    ENTRY,
    LEAVE,
    Finding,
    ReasonUse,
    Use,
    of_reasons,
    of_schools,
    of_uses,
)
from sis.organizations.models import Organization
from sis.organizations.queries import school_ids_for

LOOKS_BACK = timedelta(days=365)


@dataclass(frozen=True)
class CodeReport:
    """``checked`` enrolments were looked at; nothing is wrong when there are no findings."""

    on: date
    checked: int
    findings: tuple[Finding, ...]


def check_codes(session: Session, codes: CodeSet, on: date, *, by: Actor) -> CodeReport:
    """Codes in use within a year of ``on``, codes that schools will need on it, and absences
    without a reason code; of the actor's schools. Six queries.
    """
    schools = school_ids_for(session, by)
    entries, leaves = _entries(session, schools, on), _leaves(session, schools, on)
    known = session.execute(
        select(AttendanceReason.code, AttendanceReason.begins_on, AttendanceReason.ends_on)
    )
    findings = [
        *of_schools(codes, on, _grades(session, schools, on)),
        *of_uses(codes, [*entries, *leaves]),
        *of_reasons([(c, b, e) for c, b, e in known], _absences(session, schools, on)),
    ]
    return CodeReport(on, sum(use.count for use in entries), tuple(findings))


def _of_schools(
    column: InstrumentedAttribute[int], schools: Collection[int] | None
) -> ColumnElement[bool]:
    return true() if schools is None else column.in_(schools)


def _recent(on: date, schools: Collection[int] | None) -> ColumnElement[bool]:
    """The condition of the enrolments that the check looks at."""
    row = SchoolEnrollment
    return and_(
        row.status == "active",
        or_(row.ends_on.is_(None), row.ends_on > on - LOOKS_BACK),
        _of_schools(row.school_id, schools),
    )


def _uncoded(day: InstrumentedAttribute[date | None]) -> ColumnElement[bool]:
    """An office changed the track, or marked a no-show, on that day: such carry no code."""
    change = EnrollmentChange
    return exists().where(
        change.person_id == SchoolEnrollment.person_id,
        change.school_id == SchoolEnrollment.school_id,
        change.effective_on == day,
        change.kind.in_(("track", "no_show")),
        change.undone_at.is_(None),
    )


def _entries(session: Session, schools: Collection[int] | None, on: date) -> list[Use]:
    row = SchoolEnrollment
    columns = (Organization.name, row.entry_code, row.entry_reason, row.grade, row.begins_on)
    statement = (
        select(*columns, func.count())
        .join(Organization, Organization.id == row.school_id)
        .where(_recent(on, schools), row.begins_on.is_not(None), ~_uncoded(row.begins_on))
        .group_by(*columns)
    )
    return [
        Use(school, ENTRY, code, reason or "", grade, day, count)
        for school, code, reason, grade, day, count in session.execute(statement)
        if day is not None
    ]


def _leaves(session: Session, schools: Collection[int] | None, on: date) -> list[Use]:
    row = SchoolEnrollment
    columns = (Organization.name, row.leave_code, row.leave_reason, row.grade, row.ends_on)
    statement = (
        select(*columns, func.count())
        .join(Organization, Organization.id == row.school_id)
        .where(_recent(on, schools), row.ends_on <= on, ~_uncoded(row.ends_on))
        .group_by(*columns)
    )
    return [
        Use(school, LEAVE, code, reason or "", grade, day, count)
        for school, code, reason, grade, day, count in session.execute(statement)
        if day is not None
    ]


def _grades(
    session: Session, schools: Collection[int] | None, on: date
) -> list[tuple[str, str | None]]:
    """(school, grade) of every grade with students on that day."""
    row = SchoolEnrollment
    statement = (
        select(Organization.name, row.grade)
        .join(Organization, Organization.id == row.school_id)
        .where(active_on(on), _of_schools(row.school_id, schools))
        .distinct()
    )
    return [(school, grade) for school, grade in session.execute(statement)]


def _absences(session: Session, schools: Collection[int] | None, on: date) -> list[ReasonUse]:
    event = AttendanceEvent
    columns = (Organization.name, event.reason_code, event.on_date)
    statement = (
        select(*columns, func.count())
        .join(Organization, Organization.id == event.school_id)
        .where(
            event.status.in_(ABSENT),
            event.on_date > on - LOOKS_BACK,
            event.on_date <= on,
            _of_schools(event.school_id, schools),
        )
        .group_by(*columns)
    )
    return [ReasonUse(*row) for row in session.execute(statement)]
