"""A student's attendance day by day: every class that met, and every entry there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceEvent
from sis.attendance.queries.classes import ClassMet, list_bells_of
from sis.attendance.queries.corrections import list_classes_of, list_student_events
from sis.attendance.rules.day import Mark, StudentDay, day_of
from sis.attendance.rules.meetings import Bells
from sis.attendance.rules.status import Status
from sis.courses.models import Section
from sis.organizations.queries import SchoolCard


@dataclass(frozen=True)
class StudentClass:
    """One class of a student's day. ``status`` None: not submitted. ``outside``: there is an entry,
    but by the present records the student is not in this class then.
    """

    section_id: int | None
    title: str
    period: str
    status: Status | None
    reason_code: str | None = None
    minutes: int | None = None
    by_office: bool = False
    outside: bool = False


@dataclass(frozen=True)
class AttendanceDay:
    """``day`` is what the classes add up to, None when no class of the student met."""

    on: date
    classes: tuple[StudentClass, ...]
    day: StudentDay | None

    @property
    def word(self) -> str:
        """attended, excused, unexcused, unsubmitted, partly or none."""
        if self.day is None:
            return "none"
        if self.day.unsubmitted:
            return "unsubmitted"
        if self.day.attended == 1:
            return "attended"
        if self.day.attended > 0:
            return "partly"
        return "excused" if self.day.excused else "unexcused"


def list_attendance_days(
    session: Session,
    person_id: int,
    school: SchoolCard,
    starts_on: date,
    ends_on: date,
    minutes_for_a_day: int | None,
) -> tuple[list[AttendanceDay], dict[int, int]]:
    """The weekdays of ``[starts_on, ends_on)``, and the versions of the events seen (by id).

    ``minutes_for_a_day`` is set for schools where attendance is counted by the minute.
    """
    events = list_student_events(session, person_id, school.id, starts_on, ends_on)
    bells = list_bells_of(session, [school.id]).get(school.id, Bells())
    titles = _titles(session, {event.section_id for event in events if event.section_id})
    days = []
    for on in _weekdays(starts_on, ends_on):
        met = list_classes_of(session, person_id, school.id, on)
        mine = {(e.section_id, e.period): e for e in events if e.on_date == on}
        classes = [_class(one, mine.pop((one.section_id, one.period), None)) for one in met]
        marks = [_mark(one, entry, bells) for one, entry in zip(met, classes, strict=True)]
        strays = [_stray(event, titles) for event in mine.values()]
        marks += [Mark(entry.status) for entry in strays if entry.section_id is None]
        days.append(
            AttendanceDay(
                on, (*classes, *strays), day_of(marks, minutes_for_a_day=minutes_for_a_day)
            )
        )
    return days, {event.id: event.version for event in events}


def _weekdays(starts_on: date, ends_on: date) -> Iterator[date]:
    for number in range((ends_on - starts_on).days):
        on = starts_on + timedelta(days=number)
        if on.weekday() < 5:
            yield on


def _class(met: ClassMet, event: AttendanceEvent | None) -> StudentClass:
    if event is None:
        status = Status.PRESENT if met.submission_id is not None else None
        return StudentClass(met.section_id, met.title, met.period, status)
    return StudentClass(
        met.section_id,
        met.title,
        met.period,
        Status(event.status),
        event.reason_code,
        event.minutes,
        event.source == "office",
    )


def _mark(met: ClassMet, entry: StudentClass, bells: Bells) -> Mark:
    ring = bells.ring(met.day_type, met.period)
    return Mark(entry.status, ring.minutes if ring else 0, entry.minutes or 0)


def _stray(event: AttendanceEvent, titles: dict[int, str]) -> StudentClass:
    return StudentClass(
        event.section_id,
        titles.get(event.section_id or 0, "The whole day"),
        event.period,
        Status(event.status),
        event.reason_code,
        event.minutes,
        event.source == "office",
        outside=event.section_id is not None,
    )


def _titles(session: Session, section_ids: set[int]) -> dict[int, str]:
    statement = select(Section.id, Section.title).where(Section.id.in_(section_ids))
    return {section_id: title for section_id, title in session.execute(statement)}
