"""What a student's classes add up to, day by day, for a whole month at once.

The rule for one day is ``sis.attendance.rules.day``; this is the same rule on masks of days, and
the tests hold the two against each other. Any part of a day is a day of attendance; a continuation
school counts minutes up to a day. What is not attended is absent, and excused only when every
absence of that day is. A class that nobody submitted counts as an absence until somebody does.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sis.statistical.rules.days import MonthDays, bits
from sis.statistical.rules.facts import MonthFacts, Period, Report, SectionFacts, StudentFacts

_NOTHING_SAID = Report(None, "", 0, 0, 0)


class Standing(NamedTuple):
    """A student's month as masks of days.

    ``expected``: some class met; ``present``: one of them was attended; ``unexcused`` and
    ``excused``: reported absent from one; ``missing``: one was not submitted. ``credited`` has the
    minutes of each day where minutes count, else it is None.
    """

    expected: int
    present: int
    unexcused: int
    excused: int
    missing: int
    credited: tuple[int, ...] | None = None


class Count(NamedTuple):
    """Attendance in days, or in minutes where minutes count; the first three add up to membership.

    ``unsubmitted`` is the part of ``unexcused`` that may still turn out to have been attended.
    """

    attended: int = 0
    excused: int = 0
    unexcused: int = 0
    unsubmitted: int = 0

    @property
    def membership(self) -> int:
        return self.attended + self.excused + self.unexcused

    @property
    def absent(self) -> int:
        return self.excused + self.unexcused

    def plus(self, other: "Count") -> "Count":
        return Count(
            self.attended + other.attended,
            self.excused + other.excused,
            self.unexcused + other.unexcused,
            self.unsubmitted + other.unsubmitted,
        )


def standing_of(student: StudentFacts, facts: MonthFacts, full_day_minutes: int | None) -> Standing:
    """The student's month; minutes are counted when ``full_day_minutes`` of them make a day."""
    taught = facts.frame.days.taught
    expected = present = unexcused = excused = missing = 0
    attended: list[tuple[int, str, int]] = []
    said = {(report.section_id, report.period): report for report in student.reports}
    for section_id, roster in student.seats:
        section = facts.sections[section_id]
        roster &= taught
        for period in section.periods:
            report = said.get((section_id, period.label), _NOTHING_SAID)
            there = _there(roster, period, report)
            expected |= roster & period.meets
            present |= there
            unexcused |= roster & report.unexcused
            excused |= roster & report.excused
            missing |= _missing(roster, period, report, section)
            if full_day_minutes is not None:
                attended.append((section_id, period.label, there))
    for report in student.reports:
        if report.section_id is None:
            present |= taught & report.present
            unexcused |= taught & report.unexcused
            excused |= taught & report.excused
    credited = (
        _credited(attended, student, facts, full_day_minutes)
        if full_day_minutes is not None
        else None
    )
    return Standing(expected, present, unexcused, excused, missing, credited)


def _there(roster: int, period: Period, report: Report) -> int:
    return roster & (period.submitted | report.present) & ~(report.unexcused | report.excused)


def _missing(roster: int, period: Period, report: Report, section: SectionFacts) -> int:
    told = period.submitted | report.present | report.unexcused | report.excused
    return roster & period.meets & ~told & ~section.covered


def _credited(
    attended: list[tuple[int, str, int]],
    student: StudentFacts,
    facts: MonthFacts,
    full_day_minutes: int,
) -> tuple[int, ...]:
    days = facts.frame.days
    missed = {(m.section_id, m.period, m.place): m.minutes for m in student.missed}
    minutes = [0] * len(days.days)
    for section_id, label, there in attended:
        for place in bits(there):
            length = class_minutes(facts, days, place, label)
            minutes[place] += max(0, length - missed.get((section_id, label, place), 0))
    return tuple(min(full_day_minutes, one) for one in minutes)


def class_minutes(facts: MonthFacts, days: MonthDays, place: int, label: str) -> int:
    """How long the class lasts on that day by the school's bells; 0 when they do not say."""
    ring = facts.bells.ring(days.day_types[place], label)
    return ring.minutes if ring else 0


def count(mask: int, standing: Standing, full_day_minutes: int | None) -> Count:
    """Attendance on the days of ``mask``, which are days of membership."""
    excused = standing.excused & ~standing.unexcused & ~standing.missing
    if standing.credited is None or full_day_minutes is None:
        absent = mask & ~standing.present
        return Count(
            (mask & standing.present).bit_count(),
            (absent & excused).bit_count(),
            (absent & ~excused).bit_count(),
            (absent & standing.missing).bit_count(),
        )
    attended, rest_excused, rest, open_yet = 0, 0, 0, 0
    for place in bits(mask):
        credit = standing.credited[place]
        short = full_day_minutes - credit
        attended += credit
        if excused >> place & 1:
            rest_excused += short
        else:
            rest += short
        open_yet += short * (standing.missing >> place & 1)
    return Count(attended, rest_excused, rest, open_yet)


def total(counts: Iterable[Count]) -> Count:
    """The sum of several counts."""
    found = Count()
    for one in counts:
        found = found.plus(one)
    return found
