"""The school month summary: enrolment and attendance by grade, from the enrolments alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sis.statistical.rules.facts import MonthFacts, MonthFrame, Stay, StudentFacts
from sis.statistical.rules.standing import Count, Standing, count


class GradeLine(NamedTuple):
    """One grade: ``opening + gains - losses`` should be ``closing``, which is counted by heads."""

    grade: str
    opening: int
    gains: int
    losses: int
    closing: int
    sums: Count


@dataclass
class _Movement:
    opening: int = 0
    gains: int = 0
    losses: int = 0
    closing: int = 0
    sums: Count = field(default_factory=Count)


class Summary:
    """Adds students up by grade; ``lines()`` is the result."""

    def __init__(self, facts: MonthFacts, full_day_minutes: int | None) -> None:
        self._frame = facts.frame
        self._full_day_minutes = full_day_minutes
        self._grades: dict[str, _Movement] = {}

    def add(self, student: StudentFacts, standing: Standing) -> int:
        """Count the student; returns the days of membership."""
        seen = 0
        heads: str | None = None
        for stay in student.stays:
            grade = self._grades.setdefault(stay.grade, _Movement())
            _move(grade, stay, self._frame)
            days = stay_days(stay, self._frame) & ~seen
            seen |= days
            grade.sums = grade.sums.plus(count(days, standing, self._full_day_minutes))
            if _is_there(stay, self._frame.closes_on):
                heads = stay.grade
        if heads is not None:
            self._grades[heads].closing += 1
        return seen

    def lines(self) -> tuple[GradeLine, ...]:
        """Every grade that anybody was enrolled in, in order."""
        return tuple(
            GradeLine(grade, one.opening, one.gains, one.losses, one.closing, one.sums)
            for grade, one in sorted(self._grades.items(), key=lambda item: grade_rank(item[0]))
        )


def stay_days(stay: Stay, frame: MonthFrame) -> int:
    """The days taught on which the student was enrolled by this stay."""
    return frame.days.within(stay.begins_on, stay.ends_on) & frame.days.taught


def _move(grade: _Movement, stay: Stay, frame: MonthFrame) -> None:
    if stay.begins_on is None or stay.begins_on < frame.opens_on:
        grade.opening += stay.ends_on is None or stay.ends_on >= frame.opens_on
    else:
        grade.gains += stay.begins_on < frame.closes_on
    began = stay.begins_on is None or stay.begins_on < frame.closes_on
    if began and stay.ends_on is not None:
        grade.losses += frame.opens_on <= stay.ends_on < frame.closes_on


def _is_there(stay: Stay, closes_on: date) -> bool:
    """Whether the student was still enrolled on the last day before ``closes_on``."""
    began = stay.begins_on is None or stay.begins_on < closes_on
    return began and (stay.ends_on is None or stay.ends_on >= closes_on)


_FIRST = ("IT", "PR", "PK", "TK", "KG")


def grade_rank(grade: str) -> tuple[int, str]:
    """Orders grades as OneRoster writes them: before kindergarten, KG, 01 to 12, others, none."""
    if grade in _FIRST:
        return _FIRST.index(grade), ""
    return (10, grade) if grade.isdecimal() else (20, grade or "~")


def movement(lines: Iterable[GradeLine]) -> tuple[int, int, int, int]:
    """Opening, gains, losses and closing of all grades together."""
    found = [0, 0, 0, 0]
    for line in lines:
        for place, value in enumerate(line[1:5]):
            found[place] += value
    return found[0], found[1], found[2], found[3]
