"""The report of one school month: everything that is shown, exported, certified and compared."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sis.statistical.rules.balance import Check, Fault, FaultKind, checks_of, faults_of
from sis.statistical.rules.facts import MonthFacts, MonthFrame, StudentFacts
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.smasr import (
    Line,
    SectionTotal,
    details_of,
    marks_of,
    reporting_days,
)
from sis.statistical.rules.standing import Count, Standing, count, standing_of, total
from sis.statistical.rules.summary import GradeLine, Summary, movement


class Unsubmitted(NamedTuple):
    """A class whose attendance is missing on the days of the mask."""

    section_id: int
    period: str
    days: int


@dataclass(frozen=True)
class MonthReport:
    """One track's school month. Counts are in parts of days: ``day_parts`` of them are a day.

    ``lines`` is empty where only the totals were asked for.
    """

    frame: MonthFrame
    day_parts: int
    grades: tuple[GradeLine, ...]
    sections: tuple[SectionTotal, ...]
    lines: tuple[Line, ...]
    checks: tuple[Check, ...]
    faults: tuple[Fault, ...]
    unsubmitted: tuple[Unsubmitted, ...]

    @cached_property
    def sums(self) -> Count:
        """The school month summary's totals."""
        return total(line.sums for line in self.grades)

    @cached_property
    def movement(self) -> tuple[int, int, int, int]:
        """Opening, gains, losses and closing enrolment of all grades."""
        return movement(self.grades)

    @property
    def balances(self) -> bool:
        return all(check.difference == 0 for check in self.checks)

    @property
    def missing_classes(self) -> int:
        """How many classes were not submitted: sections by day and period."""
        return sum(one.days.bit_count() for one in self.unsubmitted)


def month_report(
    facts: MonthFacts, rules: StatisticsRules, *, with_lines: bool = True
) -> MonthReport:
    """The report that these facts make; the same facts always make the same report."""
    full_day_minutes = rules.minutes_of(facts.frame.form)
    work = _Work(facts, full_day_minutes, with_lines)
    for student in facts.students:
        work.add(student)
    grades = work.summary.lines()
    sections = tuple(work.totals[section_id] for section_id in sorted(work.totals))
    students = sum(section.students for section in sections)
    line_days = students * facts.frame.days.days_taught * work.day_parts
    return MonthReport(
        frame=facts.frame,
        day_parts=work.day_parts,
        grades=grades,
        sections=sections,
        lines=tuple(work.lines),
        checks=checks_of(sections, grades, work.days_enrolled * work.day_parts, line_days),
        faults=tuple(work.all_faults()),
        unsubmitted=_unsubmitted(facts, work.rosters),
    )


@dataclass
class _Work:
    """Adds the students up, one after the other."""

    facts: MonthFacts
    full_day_minutes: int | None
    with_lines: bool
    totals: dict[int, SectionTotal] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    rosters: dict[int, int] = field(default_factory=dict)
    days_enrolled: int = 0
    silent_days: int = 0

    def __post_init__(self) -> None:
        self.summary = Summary(self.facts, self.full_day_minutes)
        self.day_parts = self.full_day_minutes or 1

    def add(self, student: StudentFacts) -> None:
        standing = standing_of(student, self.facts, self.full_day_minutes)
        enrolled = self.summary.add(student, standing)
        self.days_enrolled += enrolled.bit_count()
        reported = reporting_days(student, self.facts)
        for section_id, days in reported.items():
            self._line(student, standing, section_id, days)
        for section_id, roster in student.seats:
            self.rosters[section_id] = self.rosters.get(section_id, 0) | roster & enrolled
        self.faults.extend(faults_of(student, standing, self.facts, enrolled, reported))
        if standing.credited is not None:
            self._hear(standing, enrolled)

    def _line(self, student: StudentFacts, standing: Standing, section_id: int, days: int) -> None:
        counted = count(days, standing, self.full_day_minutes)
        month = self.facts.frame.days
        not_enrolled = (month.taught & ~days).bit_count() * self.day_parts
        before = self.totals.get(section_id) or SectionTotal(section_id)
        self.totals[section_id] = before.with_line(not_enrolled, counted)
        if self.with_lines:
            self.lines.append(
                Line(
                    section_id,
                    student.person_id,
                    student.stays[-1].grade if student.stays else "",
                    marks_of(month, days, standing),
                    details_of(student, standing, self.facts.frame.form, len(month.days)),
                    not_enrolled,
                    counted,
                )
            )

    def _hear(self, standing: Standing, enrolled: int) -> None:
        """Remember days on which somebody was present for no minute at all."""
        for place, minutes in enumerate(standing.credited or ()):
            if not minutes and (standing.present & enrolled) >> place & 1:
                self.silent_days |= 1 << place

    def all_faults(self) -> list[Fault]:
        if self.silent_days:
            return [*self.faults, Fault(FaultKind.NO_BELLS, None, None, self.silent_days)]
        return self.faults


def _unsubmitted(facts: MonthFacts, rosters: dict[int, int]) -> tuple[Unsubmitted, ...]:
    """Classes that met with somebody enrolled on their roster, and were not submitted."""
    taught = facts.frame.days.taught
    found = []
    for section_id, section in sorted(facts.sections.items()):
        for period in section.periods:
            met = period.meets & taught & rosters.get(section_id, 0)
            days = met & ~period.submitted & ~section.covered
            if days:
                found.append(Unsubmitted(section_id, period.label, days))
    return tuple(found)
