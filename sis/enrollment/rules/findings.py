"""What is wrong with the codes in use, in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sis.enrollment.rules.codes import ENTRY, LEAVE, NOUNS, Code, CodeSet, missing_uses

MOST_NAMED = 3


@dataclass(frozen=True)
class Use:
    """So many enrolments of a school and grade use the code on a date; no code is ``None``."""

    school: str
    kind: str
    code: str | None
    reason: str
    grade: str | None
    on: date
    count: int


@dataclass(frozen=True)
class ReasonUse:
    """So many absences of a school have the reason code on a date; no code is ``None``."""

    school: str
    code: str | None
    on: date
    count: int


@dataclass(frozen=True)
class Finding:
    """``topic`` is missing, unknown, unassigned or unavailable; ``count`` rows are concerned."""

    topic: str
    sentence: str
    count: int


def of_uses(codes: CodeSet, uses: Iterable[Use]) -> list[Finding]:
    """Codes that are blank, unknown, out of date or not for the grade, by school."""
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for use in uses:
        if use.code is None:
            counts["missing", use.school, f"no {NOUNS[use.kind]}"] += use.count
        elif problem := codes.problem(use.kind, use.code, use.reason, use.on, use.grade):
            name = Code(use.kind, use.code, "", "", use.reason).label
            counts["unknown", use.school, _short(codes, use, name, problem)] += use.count
    return _findings(counts, "enrolment")


def of_reasons(
    known: Iterable[tuple[str, date | None, date | None]], uses: Iterable[ReasonUse]
) -> list[Finding]:
    """Absences whose reason code is blank, or not in effect on their date."""
    spans = list(known)
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for use in uses:
        if use.code is None:
            counts["unassigned", use.school, "no reason code"] += use.count
        elif not any(_holds(use, code, begins, ends) for code, begins, ends in spans):
            text = f"reason code {use.code}, which was not in effect"
            counts["unassigned", use.school, text] += use.count
    return _findings(counts, "absence")


def of_schools(codes: CodeSet, on: date, grades: Iterable[tuple[str, str | None]]) -> list[Finding]:
    """Codes that schools (name, grade) will look for in vain on that day."""
    schools: dict[str, list[str]] = defaultdict(list)
    for school, grade in grades:
        if grade is not None:
            schools[grade].append(school)
    return [
        Finding(
            "unavailable",
            f"Grade {grade}: no {NOUNS[kind]} for {use!r} is in effect on {on}"
            f" ({_named(schools[grade])}).",
            len(schools[grade]),
        )
        for kind, use, grade in missing_uses(codes, on, schools)
    ]


def _short(codes: CodeSet, use: Use, name: str, problem: str) -> str:
    """Without the list of codes that could be used instead."""
    if codes.find(use.kind, use.code or "", use.reason):
        return problem.rstrip(".").replace(f" on {use.on}", " on the day of use")
    return f"{name} is no {NOUNS[use.kind]}"


def _holds(use: ReasonUse, code: str, begins: date | None, ends: date | None) -> bool:
    return (
        code == use.code
        and (begins is None or begins <= use.on)
        and (ends is None or use.on < ends)
    )


def _findings(counts: dict[tuple[str, str, str], int], noun: str) -> list[Finding]:
    return [
        Finding(topic, f"{school}: {count:,} {noun}{'s' if count != 1 else ''}: {text}.", count)
        for (topic, school, text), count in sorted(counts.items())
    ]


def _named(schools: list[str]) -> str:
    names = sorted(schools)
    rest = len(names) - MOST_NAMED
    more = f" and {rest:,} more schools" if rest > 0 else ""
    return ", ".join(names[:MOST_NAMED]) + more


__all__ = ["ENTRY", "LEAVE", "Finding", "ReasonUse", "Use", "of_reasons", "of_schools", "of_uses"]
