"""What does not balance, for the command line and the API: people by id, never by name."""

from sis.organizations.queries import SchoolCard
from sis.statistical.rules.balance import FAULT_WORDS, Check, Fault
from sis.statistical.rules.report import MonthReport
from sis.statistical.sheets import days_of


def as_lines(report: MonthReport, school: SchoolCard) -> list[str]:
    """The school, its figures that do not agree, and what is at fault."""
    track = f", track {report.frame.track}" if report.frame.track else ""
    state = "balances, but look at" if report.balances else "does not balance"
    return [
        f"{school.sourced_id} {school.name}{track}: {state}",
        *(
            f"  {check.what}: {_left(check, report)} ({check.left_name}),"
            f" {_right(check, report)} ({check.right_name})"
            for check in report.checks
            if check.difference
        ),
        *(f"  {_fault(fault, report)}" for fault in report.faults),
    ]


def _left(check: Check, report: MonthReport) -> str:
    return f"{days_of(check.left, report.day_parts if check.in_parts else 1):,}"


def _right(check: Check, report: MonthReport) -> str:
    return f"{days_of(check.right, report.day_parts if check.in_parts else 1):,}"


def _fault(fault: Fault, report: MonthReport) -> str:
    who = [
        f"{name} {value}"
        for name, value in (("section", fault.section_id), ("person", fault.person_id))
        if value is not None
    ]
    days = ", ".join(map(str, report.frame.days.dates(fault.days)))
    return f"{' '.join(who) or 'the school'} {days}: {FAULT_WORDS[fault.kind]}"


def as_plain(report: MonthReport, school: SchoolCard) -> dict[str, object]:
    """The same as JSON takes it."""
    return {
        "school": school.sourced_id,
        "track": report.frame.track,
        "balances": report.balances,
        "checks": plain_checks(report),
        "faults": plain_faults(report),
    }


def plain_checks(report: MonthReport) -> list[dict[str, object]]:
    """Every check of the report, with the difference."""
    return [{**check._asdict(), "difference": check.difference} for check in report.checks]


def plain_faults(report: MonthReport) -> list[dict[str, object]]:
    """Everything that is at fault, with ISO dates."""
    return [
        {
            "kind": fault.kind.value,
            "section_id": fault.section_id,
            "person_id": fault.person_id,
            "days": [str(day) for day in report.frame.days.dates(fault.days)],
        }
        for fault in report.faults
    ]
