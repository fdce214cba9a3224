"""Priority from impact and urgency, never from the requester."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Function(StrEnum):
    """The part of the student information system that the ticket is about."""

    LOGIN = "login"
    SCHEDULING = "scheduling"
    ENROLLMENT = "enrollment"
    ATTENDANCE = "attendance"
    GRADES = "grades"
    REPORTS = "reports"
    ENGLISH_LEARNERS = "english_learners"
    OTHER = "other"


FUNCTION_LABELS = {
    Function.LOGIN: "Signing in",
    Function.SCHEDULING: "Student schedules",
    Function.ENROLLMENT: "Enrollment",
    Function.ATTENDANCE: "Attendance",
    Function.GRADES: "Grades and report cards",
    Function.REPORTS: "Reports",
    Function.ENGLISH_LEARNERS: "English learners",
    Function.OTHER: "Something else",
}
PRIORITY_LABELS = {1: "urgent", 2: "high", 3: "medium", 4: "low", 5: "lowest"}
LEVELS = {1: "high", 2: "medium", 3: "low"}


def priority(impact: int, urgency: int) -> int:
    """1 (urgent) to 5 (lowest); the matrix of reference/triage.md is the sum less one."""
    return impact + urgency - 1


@dataclass(frozen=True)
class UrgentPeriod:
    """Days ``[begins_on, ends_on)`` in which some functions cannot wait; no functions means all."""

    name: str
    begins_on: date
    ends_on: date
    functions: frozenset[Function]
    urgency: int

    def covers(self, function: Function, on: date) -> bool:
        named = not self.functions or function in self.functions
        return named and self.begins_on <= on < self.ends_on


@dataclass(frozen=True)
class Weighing:
    """``impact_from`` is how many students make impact 1 and impact 2."""

    impact_from: tuple[int, int]
    urgency: Mapping[Function, int]
    periods: Sequence[UrgentPeriod] = ()


@dataclass(frozen=True)
class Level:
    """1 (high) to 3 (low), and the reason in a few words."""

    value: int
    reason: str


def impact(students: int | None, weighing: Weighing) -> Level:
    """How many students are affected; a number nobody gave counts as few."""
    if students is None:
        return Level(3, "no number of students given")
    noun = "student" if students == 1 else "students"
    for value, threshold in enumerate(weighing.impact_from, start=1):
        if students >= threshold:
            return Level(value, f"{students} {noun}")
    return Level(3, f"{students} {noun}")


def urgency(function: Function, on: date, weighing: Weighing) -> Level:
    """The function's own urgency, or that of the period which makes it most urgent today."""
    usual = Level(weighing.urgency.get(function, 3), FUNCTION_LABELS[function].lower())
    periods = [
        Level(one.urgency, f"{FUNCTION_LABELS[function].lower()} during {one.name}")
        for one in weighing.periods
        if one.covers(function, on)
    ]
    return min([usual, *periods], key=lambda level: level.value)


def in_words(impact: int, urgency: int) -> str:
    """Why a ticket has its priority: ``priority 1 (urgent) from high impact and high urgency``."""
    value = priority(impact, urgency)
    return (
        f"priority {value} ({PRIORITY_LABELS[value]}) from {LEVELS[impact]} impact"
        f" and {LEVELS[urgency]} urgency"
    )
