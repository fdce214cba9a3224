"""What an import asks of the tables beyond single sets of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from sis.calendars.models import AcademicSession, Calendar, CalendarDate
from sis.calendars.rules_months import school_year_of
from sis.courses.models import Section, SectionTerm
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import School

DERIVED = "%|%"


@dataclass(frozen=True)
class StoredCalendar:
    """A calendar as it is; ``session`` is the sourcedId of the school year it was made from."""

    id: int
    school_id: int
    track: str
    session_id: int | None
    starts_on: date
    ends_on: date
    derived: bool
    session: str | None

    @property
    def identity(self) -> tuple[object, ...]:
        return (
            self.school_id,
            self.track,
            self.session_id,
            self.starts_on,
            self.ends_on,
            self.derived,
        )

    @property
    def school_year(self) -> int:
        return school_year_of(self.starts_on, self.ends_on)

    def described(self) -> dict[str, object]:
        """For the audit row of its end."""
        return {
            "school_id": self.school_id,
            "track": self.track,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "derived": self.derived,
        }


def count_active_of_source(session: Session, table: Table, source: str) -> int:
    """Records of that source that are not deleted, without those that we derived."""
    statement = (
        select(func.count())
        .select_from(table)
        .where(
            table.c.source == source,
            table.c.status == "active",
            table.c.sourced_id.not_like(DERIVED),
        )
    )
    return session.scalar(statement) or 0


def list_school_ids(session: Session) -> list[int]:
    """The ids of all schools."""
    return list(session.scalars(select(School.organization_id)))


def list_calendars(session: Session) -> list[StoredCalendar]:
    """All calendars, by id."""
    statement = (
        select(
            Calendar.id,
            Calendar.school_id,
            Calendar.track,
            Calendar.session_id,
            Calendar.starts_on,
            Calendar.ends_on,
            Calendar.derived,
            AcademicSession.sourced_id,
        )
        .outerjoin(AcademicSession, AcademicSession.id == Calendar.session_id)
        .order_by(Calendar.id)
    )
    return [StoredCalendar(*row) for row in session.execute(statement)]


def list_days_of_session(
    session: Session, session_id: int, without: Sequence[int]
) -> tuple[tuple[date, str], ...]:
    """The days of some calendar made from this school year; empty when there is none.

    ``without`` are ids of calendars that do not count.
    """
    calendar_id = (
        select(func.min(Calendar.id))
        .where(
            Calendar.session_id == session_id,
            Calendar.derived.is_(False),
            Calendar.id.not_in(without),
        )
        .scalar_subquery()
    )
    statement = (
        select(CalendarDate.on_date, CalendarDate.day_type)
        .where(CalendarDate.calendar_id == calendar_id)
        .order_by(CalendarDate.on_date)
    )
    return tuple((on, kind) for on, kind in session.execute(statement))


def list_tracks_in_use(session: Session, school_ids: Sequence[int]) -> dict[int, set[str]]:
    """School id to the tracks of its students and sections."""
    found: dict[int, set[str]] = {}
    for table in (SchoolEnrollment, Section):
        statement = (
            select(table.school_id, table.track)
            .where(table.school_id.in_(school_ids), table.status == "active")
            .distinct()
        )
        for school_id, track in session.execute(statement):
            found.setdefault(school_id, set()).add(track)
    return found


def list_term_spans(
    session: Session, school_ids: Sequence[int]
) -> dict[int, frozenset[tuple[date, date]]]:
    """School id to the spans ``[starts_on, ends_on)`` of the terms that its sections run in."""
    statement = (
        select(Section.school_id, AcademicSession.starts_on, AcademicSession.ends_on)
        .join(SectionTerm, SectionTerm.section_id == Section.id)
        .join(AcademicSession, AcademicSession.id == SectionTerm.session_id)
        .where(Section.school_id.in_(school_ids), Section.status == "active")
        .distinct()
    )
    found: dict[int, set[tuple[date, date]]] = {}
    for school_id, starts_on, ends_on in session.execute(statement):
        found.setdefault(school_id, set()).add((starts_on, ends_on))
    return {school_id: frozenset(spans) for school_id, spans in found.items()}
