"""Which classes have no attendance yet: of one school class by class, of all schools in numbers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceSubmission
from sis.attendance.queries.classes import (
    ClassMet,
    list_bells_of,
    list_classes,
    slots,
    submitted,
)
from sis.attendance.rules.meetings import Bells, Due, Ring, due
from sis.calendars.rules import local_date
from sis.organizations.queries import SchoolCard
from sis.people.models import Person
from sis.people.queries import name_of
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import in_section_on


@dataclass(frozen=True)
class ClassState:
    """A class of the day, its bell, where it stands and who teaches it."""

    met: ClassMet
    ring: Ring | None
    due: Due
    teachers: tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    """Classes of a period or a school: those begun by now, and how many of them are submitted."""

    begun: int
    submitted: int

    @property
    def open(self) -> int:
        return self.begun - self.submitted

    @property
    def percent(self) -> int | None:
        """Whole percent submitted, never rounded up to 100; None before anything has begun."""
        return None if self.begun == 0 else self.submitted * 100 // self.begun


def time_on(now: datetime, zone: str, on: date) -> time:
    """The local time on ``on``: a day that is past is over, one to come has not begun."""
    here = now.astimezone(ZoneInfo(zone))
    if here.date() == on:
        return here.time()
    return time.max if on < here.date() else time.min


def list_class_states(
    session: Session, school: SchoolCard, on: date, now: datetime
) -> list[ClassState]:
    """Every class of the school that meets on ``on``, by period and title. Four statements."""
    met = list_classes(session, on, school_ids=[school.id])
    bells = list_bells_of(session, [school.id]).get(school.id, Bells())
    teachers = _teachers(session, {one.section_id for one in met}, on)
    at = time_on(now, school.time_zone, on)
    states = []
    for one in met:
        ring = bells.ring(one.day_type, one.period)
        place = due(ring, at, submitted=one.submission_id is not None)
        states.append(ClassState(one, ring, place, tuple(teachers.get(one.section_id, ()))))
    return states


def tally_of(states: Collection[ClassState]) -> Tally:
    """The numbers of these classes; one submitted before its bell counts as begun."""
    begun = [state for state in states if state.due is not Due.LATER]
    return Tally(len(begun), sum(state.due is Due.SUBMITTED for state in begun))


def list_tallies(
    session: Session, schools: Collection[SchoolCard], now: datetime
) -> dict[int, Tally]:
    """School id -> today's numbers at its own local time; two statements for each time zone.

    A school without classes today is not in the answer.
    """
    found: dict[int, Tally] = {}
    for zone in {school.time_zone for school in schools}:
        wanted = {school.id for school in schools if school.time_zone == zone}
        on = local_date(now, zone)
        at = time_on(now, zone, on)
        bells = list_bells_of(session, None)
        for school_id, period, day_type, begun, done in _counts(session, on):
            own = bells.get(school_id, Bells())
            if school_id not in wanted or not own.held(day_type, period):
                continue
            later = due(own.ring(day_type, period), at, submitted=False) is Due.LATER
            before = found.get(school_id, Tally(0, 0))
            counted = done if later else begun
            found[school_id] = Tally(before.begun + counted, before.submitted + done)
    return found


def _counts(session: Session, on: date) -> list[tuple[int, str, str, int, int]]:
    """(school id, period, day type, classes, submissions) of all schools."""
    slot = slots(on)
    statement = (
        select(
            slot.c.school_id,
            slot.c.period,
            slot.c.day_type,
            func.count(),
            func.count(AttendanceSubmission.id),
        )
        .select_from(slot)
        .outerjoin(AttendanceSubmission, submitted(slot, on))
        .group_by(slot.c.school_id, slot.c.period, slot.c.day_type)
    )
    return [tuple(row) for row in session.execute(statement)]


def _teachers(session: Session, section_ids: Collection[int], on: date) -> dict[int, list[str]]:
    statement = (
        select(SectionEnrollment.section_id, Person)
        .join(Person, Person.id == SectionEnrollment.person_id)
        .where(
            SectionEnrollment.section_id.in_(section_ids),
            SectionEnrollment.role == "teacher",
            in_section_on(on),
        )
        .order_by(SectionEnrollment.is_primary.desc(), Person.family_name, Person.id)
    )
    found: dict[int, list[str]] = {}
    for section_id, person in session.execute(statement):
        names = found.setdefault(section_id, [])
        if (name := name_of(person)) not in names:
            names.append(name)
    return found
