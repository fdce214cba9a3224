"""The sheets of one school month: the SMASR, the summary, and what does not balance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sis.people.queries import PersonCard
from sis.statistical.rules.averages import two_places
from sis.statistical.rules.balance import FAULT_WORDS, Check, Fault
from sis.statistical.rules.days import MonthDays
from sis.statistical.rules.difference import Difference
from sis.statistical.rules.figures import figures_of
from sis.statistical.rules.policy import Form
from sis.statistical.rules.report import MonthReport
from sis.statistical.rules.smasr import ATTENDED, MARK_WORDS, Line
from sis.statistical.rules.standing import Count, total
from sis.statistical.sheets import (
    Cell,
    Column,
    Kind,
    Sheet,
    average_columns,
    days_columns,
    days_of,
    text_columns,
    whole_columns,
)

COUNTS = ("Not enrolled", "Absent unexcused", "Absent excused", "Attended")


@dataclass(frozen=True)
class Names:
    """What to call sections and people by id; an id that is not known is shown as it is."""

    titles: Mapping[int, str]
    people: Mapping[int, PersonCard]

    def section(self, section_id: int | None) -> str:
        return "" if section_id is None else self.titles.get(section_id, f"section {section_id}")

    def person(self, person_id: int | None) -> str:
        if person_id is None:
            return ""
        card = self.people.get(person_id)
        return card.name if card else f"student {person_id}"

    def student_id(self, person_id: int | None) -> str:
        card = self.people.get(person_id or 0)
        return card.sourced_id if card else ""


def summary_sheet(report: MonthReport) -> Sheet:
    """The school month summary by grade."""
    rows: list[tuple[Cell, ...]] = [
        (
            *(line.grade or "none", line.opening, line.gains, line.losses, line.closing),
            *_days(line.sums, report),
            *_averages(line.sums, report),
        )
        for line in report.grades
    ]
    figures = figures_of(report, "")
    whole: tuple[Cell, ...] = (
        *("All", *report.movement),
        *_days(report.sums, report),
        *(two_places(figures.ada), two_places(figures.adm)),
    )
    return Sheet(
        name="Summary",
        columns=(
            Column("Grade"),
            *whole_columns("Opening", "Gains", "Losses", "Closing"),
            *days_columns("Days enrolled", "Attended", "Absent excused", "Absent unexcused"),
            *days_columns("Of it not submitted"),
            *average_columns("ADA", "ADM"),
        ),
        rows=rows,
        total=whole if rows else None,
        empty="No student was enrolled.",
    )


def _days(sums: Count, report: MonthReport) -> tuple[Decimal, ...]:
    parts = (sums.membership, sums.attended, sums.excused, sums.unexcused, sums.unsubmitted)
    return tuple(days_of(one, report.day_parts) for one in parts)


def _averages(sums: Count, report: MonthReport) -> tuple[Decimal, Decimal]:
    figures = figures_of(report, "")
    return two_places(figures.per_day(sums.attended)), two_places(figures.per_day(sums.membership))


def sections_sheet(report: MonthReport, names: Names) -> Sheet:
    """The SMASR's total of every section."""
    rows: list[tuple[Cell, ...]] = [
        (
            *(str(one.section_id), names.section(one.section_id), one.students),
            *_counts(one.not_enrolled, one.sums, report),
        )
        for one in report.sections
    ]
    everything = total(one.sums for one in report.sections)
    not_enrolled = sum(one.not_enrolled for one in report.sections)
    students = sum(one.students for one in report.sections)
    whole: tuple[Cell, ...] = ("", "All", students, *_counts(not_enrolled, everything, report))
    return Sheet(
        name="Sections",
        columns=(
            *text_columns("Section id", "Section"),
            *whole_columns("Students"),
            *days_columns(*COUNTS, "Of it not submitted"),
        ),
        rows=rows,
        total=whole if rows else None,
        empty="No student is on the roster of any section.",
    )


def _counts(not_enrolled: int, sums: Count, report: MonthReport) -> tuple[Decimal, ...]:
    parts = (not_enrolled, sums.unexcused, sums.excused, sums.attended, sums.unsubmitted)
    return tuple(days_of(one, report.day_parts) for one in parts)


def smasr_sheet(report: MonthReport, names: Names, section_id: int | None = None) -> Sheet:
    """The lines of one section or of all, with a column for each weekday."""
    days, form = report.frame.days, report.frame.form
    lines = sorted_lines(report.lines, names, section_id)
    return Sheet(
        name="SMASR",
        columns=(
            *text_columns("Section", "Student id", "Student", "Grade"),
            *text_columns(*(day_name(day) for day in days.days)),
            *days_columns(*COUNTS),
        ),
        rows=[
            (
                names.section(line.section_id),
                names.student_id(line.person_id),
                names.person(line.person_id),
                line.grade,
                *(cell_text(line, place, form) for place in range(len(days.days))),
                *_counts(line.not_enrolled, line.sums, report)[:4],
            )
            for line in lines
        ],
        empty="No student is on the roster of any section.",
    )


def sorted_lines(lines: Iterable[Line], names: Names, section_id: int | None = None) -> list[Line]:
    """The lines by section, then by name."""
    chosen = [line for line in lines if section_id is None or line.section_id == section_id]
    return sorted(
        chosen,
        key=lambda one: (
            names.section(one.section_id),
            one.section_id,
            names.person(one.person_id).casefold(),
            one.person_id,
        ),
    )


def day_name(day: date) -> str:
    """``Mon 8 Sep``."""
    return f"{day:%a} {day.day} {day:%b}"


def cell_text(line: Line, place: int, form: Form) -> str:
    """A day as the form shows it: a letter, minutes, or a letter with the classes missed."""
    mark = line.marks[place]
    detail = line.details[place] if line.details else 0
    if form is Form.CONTINUATION and mark not in "H-N":
        return f"{detail} {mark}" if mark != ATTENDED else str(detail)
    return f"{mark}-{detail}" if form is Form.SECONDARY and mark == ATTENDED and detail else mark


def cell_words(line: Line, place: int, form: Form) -> str:
    """The same for whoever cannot see the table."""
    mark = line.marks[place]
    detail = line.details[place] if line.details else 0
    words = MARK_WORDS[mark]
    if form is Form.CONTINUATION and mark not in "H-N":
        return f"{detail} minutes, {words}"
    if form is Form.SECONDARY and mark == ATTENDED and detail:
        return f"{words}, {detail} {'class' if detail == 1 else 'classes'} missed"
    return words


def checks_sheet(checks: Sequence[Check], day_parts: int) -> Sheet:
    """Every pair of figures that must agree."""
    return Sheet(
        name="Reconciliation",
        columns=(
            Column("What"),
            *days_columns("Difference", "First", "Second"),
            *text_columns("First is", "Second is"),
        ),
        rows=[
            (
                check.what,
                *_pair(check, day_parts),
                *(check.left_name, check.right_name),
            )
            for check in checks
        ],
        empty="There is nothing to reconcile.",
    )


def _pair(check: Check, day_parts: int) -> tuple[Decimal, ...]:
    parts = day_parts if check.in_parts else 1
    return tuple(days_of(one, parts) for one in (check.difference, check.left, check.right))


def faults_sheet(faults: Sequence[Fault], days: MonthDays, names: Names) -> Sheet:
    """What is at fault, student by student."""
    return Sheet(
        name="At fault",
        columns=text_columns("Student", "Student id", "Section", "Days", "What"),
        rows=[
            (
                names.person(fault.person_id) or "the school",
                names.student_id(fault.person_id),
                names.section(fault.section_id),
                dates_text(days, fault.days),
                FAULT_WORDS[fault.kind],
            )
            for fault in faults
        ],
        empty="Nothing is at fault.",
    )


def unsubmitted_sheet(report: MonthReport, names: Names) -> Sheet:
    """Classes whose attendance is missing."""
    return Sheet(
        name="Not submitted",
        columns=(*text_columns("Section", "Period"), *whole_columns("Classes"), Column("Days")),
        rows=[
            (
                names.section(one.section_id),
                one.period or "daily",
                one.days.bit_count(),
                dates_text(report.frame.days, one.days),
            )
            for one in report.unsubmitted
        ],
        empty="Every class was submitted.",
    )


def dates_text(days: MonthDays, mask: int) -> str:
    """``Mon 8 Sep, Tue 9 Sep``."""
    return ", ".join(day_name(day) for day in days.dates(mask)) or "on no day taught"


def changes_sheet(found: Difference, names: Names) -> Sheet:
    """The days that differ from the certified report."""
    return Sheet(
        name="Changed days",
        columns=(
            *text_columns("Section", "Student id", "Student"),
            Column("Day", Kind.DATE),
            *text_columns("Certified as", "Now"),
        ),
        rows=[
            (
                names.section(one.section_id),
                names.student_id(one.person_id),
                names.person(one.person_id),
                *(one.on, one.before, one.after),
            )
            for one in found.days
        ],
        empty="No day of a student differs.",
    )
