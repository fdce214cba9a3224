"""The student monthly attendance summary report (SMASR): a line for each student of a section.

On each day a student is reported in one section: the homeroom, or without one the section of the
student's first period (assumed: no public source says which). A student who changes sections has a
line in both, with the days in the other one as "not enrolled" here. The lines come from the
sections' rosters alone, so that they can be held against the school's enrolment.
"""

from itertools import groupby
from typing import NamedTuple

from sis.attendance.rules.meetings import DAILY
from sis.statistical.rules.days import MonthDays, bits
from sis.statistical.rules.facts import MonthFacts, StudentFacts
from sis.statistical.rules.policy import Form
from sis.statistical.rules.standing import Count, Standing

_HOMEROOM = (0, 0, "")


class SectionTotal(NamedTuple):
    """A section's lines added up; ``not_enrolled`` is in the same parts as the counts."""

    section_id: int
    students: int = 0
    not_enrolled: int = 0
    sums: Count = Count()

    def with_line(self, not_enrolled: int, sums: Count) -> "SectionTotal":
        """The total with one more student."""
        return SectionTotal(
            self.section_id,
            self.students + 1,
            self.not_enrolled + not_enrolled,
            self.sums.plus(sums),
        )


class Line(NamedTuple):
    """A student in a section: a letter for each weekday (``MARK_WORDS``), and the counts.

    ``details`` has a number for each weekday: minutes credited where minutes count, classes missed
    at secondary schools; elementary schools have none.
    """

    section_id: int
    person_id: int
    grade: str
    marks: str
    details: tuple[int, ...]
    not_enrolled: int
    sums: Count


def reporting_days(student: StudentFacts, facts: MonthFacts) -> dict[int, int]:
    """Section id to the days on which the student is reported there.

    A student with two homerooms, or two sections in the first period, is reported in both: that
    cannot balance, and the reconciliation says so.
    """
    ranked: list[tuple[tuple[int, int, str], int, int]] = []
    for section_id, roster in student.seats:
        section = facts.sections[section_id]
        for period in section.periods:
            rank = _HOMEROOM if section.homeroom else rank_of(period.label, section_id)
            ranked.append((rank, section_id, roster & period.in_effect))
    ranked.sort()
    found: dict[int, int] = {}
    left = facts.frame.days.taught
    for _, places in groupby(ranked, key=lambda place: place[0]):
        taken = 0
        for _, section_id, roster in places:
            if roster & left:
                found[section_id] = found.get(section_id, 0) | roster & left
                taken |= roster
        left &= ~taken
    return found


def rank_of(label: str, section_id: int) -> tuple[int, int, str]:
    """Orders periods as people do: 2 before 10, those with words later.

    Sections without a period come last, one after the other.
    """
    if label == DAILY:
        return 3, section_id, ""
    return (1, int(label), "") if label.isdecimal() else (2, 0, label)


NO_SCHOOL, TO_COME, NOT_ENROLLED = "H", "-", "N"
ATTENDED, EXCUSED, UNEXCUSED, UNSUBMITTED = "P", "E", "U", "?"
MARK_WORDS = {
    ATTENDED: "attended",
    UNEXCUSED: "absent, unexcused",
    EXCUSED: "absent, excused",
    UNSUBMITTED: "not submitted, counts as absent",
    NOT_ENROLLED: "not enrolled in this section",
    NO_SCHOOL: "no school",
    TO_COME: "not over yet",
}


def marks_of(days: MonthDays, roster: int, standing: Standing) -> str:
    """One letter for each weekday of the month; ``MARK_WORDS`` says what they mean."""
    return "".join(
        _mark(days, place, 1 << place & roster, standing) for place in range(len(days.days))
    )


def _mark(days: MonthDays, place: int, enrolled: int, standing: Standing) -> str:
    bit = 1 << place
    if place >= days.over:
        return TO_COME
    if not days.taught & bit:
        return NO_SCHOOL
    if not enrolled:
        return NOT_ENROLLED
    if standing.present & bit:
        return ATTENDED
    if standing.missing & bit:
        return UNSUBMITTED
    return EXCUSED if standing.excused & bit and not standing.unexcused & bit else UNEXCUSED


def details_of(student: StudentFacts, standing: Standing, form: Form, days: int) -> tuple[int, ...]:
    """What a form shows of each day beside its letter."""
    if form is Form.ELEMENTARY:
        return ()
    if standing.credited is not None:
        return standing.credited
    missed = [0] * days
    for report in student.reports:
        for place in bits(report.unexcused | report.excused):
            missed[place] += 1
    return tuple(missed)
