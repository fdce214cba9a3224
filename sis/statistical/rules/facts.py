"""What a month's report is made of: everything that was looked up, and nothing derived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from sis.attendance.rules.meetings import Bells
from sis.statistical.rules.days import MonthDays
from sis.statistical.rules.policy import Form


class Stay(NamedTuple):
    """An enrolment at the school, ``[begins_on, ends_on)``; None is without an end."""

    grade: str
    begins_on: date | None
    ends_on: date | None


class Seat(NamedTuple):
    """The days on which a student is on the roster of a section."""

    section_id: int
    roster: int


class Report(NamedTuple):
    """What was said of a student in a class, by days; of no class (None) where the office said it.

    ``present`` needs no submission: the office decided, or a tardy was noted.
    """

    section_id: int | None
    period: str
    present: int
    unexcused: int
    excused: int


class Missed(NamedTuple):
    """Minutes that a student missed of a class that was attended; ``place`` is the day's bit."""

    section_id: int
    period: str
    place: int
    minutes: int


class Period(NamedTuple):
    """A class of a section, by days: its place in the timetable holds, it meets, was submitted."""

    label: str
    in_effect: int
    meets: int
    submitted: int


@dataclass(frozen=True)
class SectionFacts:
    """A section and its classes. Daily attendance is the one class of the period ``""``."""

    id: int
    title: str
    homeroom: bool
    periods: tuple[Period, ...]

    @cached_property
    def covered(self) -> int:
        """Days submitted under a period in which the section does not meet.

        A section that was moved to another period keeps its attendance: a submission under the
        old label stands for the class under the new one.
        """
        moved = 0
        for period in self.periods:
            moved |= period.submitted & ~period.meets
        return moved


@dataclass(frozen=True)
class StudentFacts:
    """A student who is enrolled, or on a roster, in the month."""

    person_id: int
    stays: tuple[Stay, ...]
    seats: tuple[Seat, ...]
    reports: tuple[Report, ...] = ()
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True)
class MonthFrame:
    """Whose report: one track of one school in one school month, ``[starts_on, ends_on)``.

    Enrolment is followed from ``opens_on``, where the month before ended, so that nobody who comes
    on a day in between is lost. ``through_on`` is the last day that counts, None while no day is
    over; ``complete`` says that all of the month is over, ``full`` that it has all its weeks.
    """

    school_id: int
    track: str
    school_year: int
    number: int
    opens_on: date
    starts_on: date
    ends_on: date
    full: bool
    form: Form
    days: MonthDays

    @property
    def complete(self) -> bool:
        return self.days.over == len(self.days.days)

    @property
    def through_on(self) -> date | None:
        return self.days.days[self.days.over - 1] if self.days.over else None

    @property
    def closes_on(self) -> date:
        """The day after the last one that counts, up to which enrolment is followed."""
        if self.complete:
            return self.ends_on
        return self.through_on + timedelta(days=1) if self.through_on else self.starts_on

    @property
    def label(self) -> str:
        return f"school month {self.number} of {self.school_year - 1}-{self.school_year % 100:02}"


@dataclass(frozen=True)
class MonthFacts:
    """One track's month: its sections by id, its students by id, and the school's bells."""

    frame: MonthFrame
    sections: Mapping[int, SectionFacts]
    students: Sequence[StudentFacts]
    bells: Bells
