"""The classes of one teacher's day, ready to be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from sis.attendance.models import AttendanceEvent, AttendanceSubmission
from sis.attendance.queries.classes import ClassMet, list_bells_of, list_classes
from sis.attendance.queries.teaching import Seated, list_rosters, list_sections_taught_in
from sis.attendance.rules.meetings import Bells, Due, Ring, due
from sis.attendance.rules.status import Kind, Status
from sis.calendars.queries import zones
from sis.calendars.rules import local_date

Key = tuple[int, str]


@dataclass(frozen=True)
class RollRow:
    """A student in a class; ``office`` when the office decided and no teacher changes it."""

    person_id: int
    name: str
    kind: Kind
    status: Status
    reason_code: str | None
    minutes: int | None
    office: bool


@dataclass(frozen=True)
class RollClass:
    """A class of the day with its students; ``version`` 0 and no ``saved_at`` before the first
    submission. ``ring`` is in the school's own time; None where no bells are known.
    """

    section_id: int
    school_id: int
    title: str
    location: str | None
    on_date: date
    period: str
    zone: str
    ring: Ring | None
    due: Due
    version: int
    saved_at: datetime | None
    rows: tuple[RollRow, ...]

    @property
    def begins_at(self) -> time:
        return self.ring.starts_at if self.ring else time.max


def list_my_classes(
    session: Session, actor: Actor, now: datetime, on: date | None = None
) -> list[RollClass]:
    """The actor's classes of today (at each school's own date), or of ``on``: the one going on
    first, then those without attendance, each by time.
    """
    found: list[RollClass] = []
    for zone in zones(session) if actor.person_key else ():
        day = on or local_date(now, zone)
        sections = list_sections_taught_in(session, actor, zone, day)
        if sections:
            found += _of_zone(session, sections, zone, day, now)
    return sorted(found, key=_urgency)


def _urgency(one: RollClass) -> tuple[int, time, str, str]:
    order = (Due.NOW, Due.MISSING, Due.LATER, Due.SUBMITTED)
    return order.index(one.due), one.begins_at, one.period, one.title


def _of_zone(
    session: Session, sections: Sequence[int], zone: str, on: date, now: datetime
) -> list[RollClass]:
    met = list_classes(session, on, section_ids=sections)
    bells = list_bells_of(session, {one.school_id for one in met})
    rosters = list_rosters(session, [one.section_id for one in met], on)
    submissions = _submissions(session, sections, on)
    events = _events(session, sections, on)
    return [
        _roll(
            one,
            zone,
            bells.get(one.school_id, Bells()),
            _local_time(now, zone, on),
            submissions.get((one.section_id, one.period)),
            [
                _row(student, events.get((one.section_id, one.period), {}))
                for student in rosters.get(one.section_id, ())
            ],
        )
        for one in met
    ]


def _local_time(now: datetime, zone: str, on: date) -> time:
    """The time on ``on``: a day that is past is over, one to come has not begun."""
    here = now.astimezone(ZoneInfo(zone))
    if here.date() == on:
        return here.time()
    return time.max if on < here.date() else time.min


def _roll(
    met: ClassMet,
    zone: str,
    bells: Bells,
    at: time,
    submission: AttendanceSubmission | None,
    rows: list[RollRow],
) -> RollClass:
    ring = bells.ring(met.day_type, met.period)
    return RollClass(
        section_id=met.section_id,
        school_id=met.school_id,
        title=met.title,
        location=met.location,
        on_date=met.on_date,
        period=met.period,
        zone=zone,
        ring=ring,
        due=due(ring, at, submitted=submission is not None),
        version=submission.version if submission else 0,
        saved_at=submission.modified_at if submission else None,
        rows=tuple(rows),
    )


def _row(student: Seated, events: dict[int, AttendanceEvent]) -> RollRow:
    event = events.get(student.person_id)
    status = Status(event.status) if event else Status.PRESENT
    return RollRow(
        person_id=student.person_id,
        name=student.name,
        kind=status.kind,
        status=status,
        reason_code=event.reason_code if event else None,
        minutes=event.minutes if event else None,
        office=event is not None and event.source == "office",
    )


def _submissions(
    session: Session, sections: Sequence[int], on: date
) -> dict[Key, AttendanceSubmission]:
    statement = select(AttendanceSubmission).where(
        AttendanceSubmission.section_id.in_(sections), AttendanceSubmission.on_date == on
    )
    return {(one.section_id, one.period): one for one in session.scalars(statement)}


def _events(
    session: Session, sections: Sequence[int], on: date
) -> dict[Key, dict[int, AttendanceEvent]]:
    statement = select(AttendanceEvent).where(
        AttendanceEvent.section_id.in_(sections), AttendanceEvent.on_date == on
    )
    found: dict[Key, dict[int, AttendanceEvent]] = {}
    for event in session.scalars(statement):
        assert event.section_id is not None
        found.setdefault((event.section_id, event.period), {})[event.person_id] = event
    return found
