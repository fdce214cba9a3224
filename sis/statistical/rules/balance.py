"""Reconciliation: figures that must agree because they are counted in two ways, and what is at
fault where they do not.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from sis.statistical.rules.facts import MonthFacts, Stay, StudentFacts
from sis.statistical.rules.smasr import SectionTotal
from sis.statistical.rules.standing import Count, Standing, total
from sis.statistical.rules.summary import GradeLine


class FaultKind(StrEnum):
    """Why figures do not agree, or would not if nobody looked; see ``FAULT_WORDS``."""

    NO_SECTION = "no_section"
    NOT_ENROLLED = "not_enrolled"
    TWO_SECTIONS = "two_sections"
    ENROLLED_TWICE = "enrolled_twice"
    NO_CLASS = "no_class"
    STRAY = "stray"
    NO_BELLS = "no_bells"


FAULT_WORDS = {
    FaultKind.NO_SECTION: "Enrolled, but on the roster of no section: the summary has the days,"
    " the SMASR does not. Put the student into a section from the first day.",
    FaultKind.NOT_ENROLLED: "On a roster, but not enrolled: the SMASR has the days, the summary"
    " does not. Mend the enrolment dates, or end the place in the section.",
    FaultKind.TWO_SECTIONS: "In two homerooms or first-period sections at once: the SMASR has the"
    " days twice. End one of the two places.",
    FaultKind.ENROLLED_TWICE: "Enrolled twice at the same time: one student is counted as two."
    " End or delete one of the two enrolments.",
    FaultKind.NO_CLASS: "No class of the student met: the days count as absent. Look at the"
    " meeting days of the student's sections.",
    FaultKind.STRAY: "Attendance was taken of a student who was not on the roster: it does not"
    " count. Mend the dates of the place in the section, or the attendance.",
    FaultKind.NO_BELLS: "Present, but the bell schedule gives the classes no minutes. Enter the"
    " bells of these days.",
}


class Fault(NamedTuple):
    """One thing that is wrong in the records; ``days`` is a mask of the month's weekdays."""

    kind: FaultKind
    section_id: int | None
    person_id: int | None
    days: int


class Check(NamedTuple):
    """Two figures that must be the same: what they are, and where each comes from.

    ``in_parts`` says that they are days of attendance (parts of days where minutes count), not
    heads.
    """

    what: str
    left_name: str
    left: int
    right_name: str
    right: int
    in_parts: bool = True

    @property
    def difference(self) -> int:
        return self.left - self.right


def checks_of(
    sections: tuple[SectionTotal, ...],
    grades: tuple[GradeLine, ...],
    days_enrolled: int,
    line_days: int,
) -> tuple[Check, ...]:
    """Every check of a school month.

    ``days_enrolled`` are the days of membership and ``line_days`` all days of the SMASR's lines,
    both in parts and counted from the enrolments and the calendar, not from the counts.
    """
    smasr, summary = total(s.sums for s in sections), total(g.sums for g in grades)
    not_enrolled = sum(section.not_enrolled for section in sections)
    return (
        *_against(smasr, summary),
        Check(
            "Days of the summary",
            "attended + excused + unexcused",
            summary.membership,
            "days enrolled",
            days_enrolled,
        ),
        Check(
            "Days of the SMASR",
            "attended + excused + unexcused + not enrolled",
            smasr.membership + not_enrolled,
            "lines × days taught",
            line_days,
        ),
        *(_movement(line) for line in grades),
    )


def _against(smasr: Count, summary: Count) -> Iterator[Check]:
    for what, left, right in (
        ("Days of membership", smasr.membership, summary.membership),
        ("Days attended", smasr.attended, summary.attended),
        ("Days absent, excused", smasr.excused, summary.excused),
        ("Days absent, unexcused", smasr.unexcused, summary.unexcused),
    ):
        yield Check(what, "SMASR, all sections", left, "school month summary", right)


def _movement(line: GradeLine) -> Check:
    expected = line.opening + line.gains - line.losses
    name = f"Enrolment of grade {line.grade}" if line.grade else "Enrolment without a grade"
    return Check(
        name, "opening + gains - losses", expected, "closing, by heads", line.closing, False
    )


def faults_of(
    student: StudentFacts,
    standing: Standing,
    facts: MonthFacts,
    enrolled: int,
    reported: dict[int, int],
) -> Iterator[Fault]:
    """What is wrong with one student's month.

    ``enrolled`` are the days of membership, ``reported`` those of the student's lines by section.
    """
    person = student.person_id
    once = 0
    for section_id, days in reported.items():
        if days & ~enrolled:
            yield Fault(FaultKind.NOT_ENROLLED, section_id, person, days & ~enrolled)
        if days & once:
            yield Fault(FaultKind.TWO_SECTIONS, section_id, person, days & once)
        once |= days
    if enrolled & ~once:
        yield Fault(FaultKind.NO_SECTION, None, person, enrolled & ~once)
    said = standing.present | standing.unexcused | standing.excused
    idle = enrolled & once & ~(standing.expected | said)
    if idle:
        yield Fault(FaultKind.NO_CLASS, None, person, idle)
    yield from _strays(student, facts)
    if len(student.stays) > 1 and _overlap(student.stays):
        yield Fault(FaultKind.ENROLLED_TWICE, None, person, _both(student.stays, facts))


def _strays(student: StudentFacts, facts: MonthFacts) -> Iterator[Fault]:
    rosters: dict[int, int] = {}
    for section_id, roster in student.seats:
        rosters[section_id] = rosters.get(section_id, 0) | roster
    for report in student.reports:
        if report.section_id is None:
            continue
        days = report.present | report.unexcused | report.excused
        stray = days & ~rosters.get(report.section_id, 0) & facts.frame.days.taught
        if stray:
            yield Fault(FaultKind.STRAY, report.section_id, student.person_id, stray)


def _overlap(stays: tuple[Stay, ...]) -> bool:
    """Whether two of the stays, in order of their begin, have a day in common."""
    return any(
        later.begins_on is None or one.ends_on is None or later.begins_on < one.ends_on
        for place, one in enumerate(stays)
        for later in stays[place + 1 :]
    )


def _both(stays: tuple[Stay, ...], facts: MonthFacts) -> int:
    once, twice = 0, 0
    for stay in stays:
        days = facts.frame.days.within(stay.begins_on, stay.ends_on)
        twice |= once & days
        once |= days
    return twice
