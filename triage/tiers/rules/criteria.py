"""The "other criteria": declared multipliers over a short list of facts known of a school."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SchoolFacts:
    """What a condition may ask about."""

    school_id: int
    sourced_id: str
    name: str
    level: str
    esc: str | None = None
    students: int = 0
    tracks: int = 1


@dataclass(frozen=True)
class Condition:
    """Facts that must all hold; an empty or absent one does not matter."""

    levels: frozenset[str] = frozenset()
    tracks_at_least: int | None = None
    students_at_least: int | None = None
    students_at_most: int | None = None
    schools: frozenset[str] = frozenset()
    escs: frozenset[str] = frozenset()

    def holds(self, school: SchoolFacts) -> bool:
        """A fact that is not known never satisfies a condition."""
        return (
            (not self.levels or school.level in self.levels)
            and (not self.schools or school.sourced_id in self.schools)
            and (not self.escs or school.esc in self.escs)
            and _at_least(school.tracks, self.tracks_at_least)
            and _at_least(school.students, self.students_at_least)
            and (self.students_at_most is None or school.students <= self.students_at_most)
        )


def _at_least(value: float | None, least: float | None) -> bool:
    return least is None or (value is not None and value >= least)


@dataclass(frozen=True)
class Criterion:
    name: str
    factor: float
    when: Condition


def applying(criteria: Sequence[Criterion], school: SchoolFacts) -> list[Criterion]:
    """The criteria that hold for a school, in the declared order."""
    return [one for one in criteria if one.when.holds(school)]
