"""How many periods a student's schedule must fill, and when a section counts towards it.

Source: the district's definition of a complete schedule, "a section in every period that the
student's grade and program require in the current term".
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

HOMEROOM = "homeroom"
ONE_ROOM = 1
"""A student who needs one period sits in one room all day: there a homeroom counts."""

_REVISION = 1
"""Grows when the arithmetic itself changes, so that kept answers are computed again."""


@dataclass(frozen=True)
class SchedulingRules:
    """``default_periods`` make a complete schedule, unless ``periods_by_grade`` has the grade."""

    default_periods: int
    periods_by_grade: Mapping[str, int]

    @property
    def version(self) -> str:
        """A short text that changes whenever a rule does; kept beside every derived result."""
        grades = sorted(self.periods_by_grade.items())
        plain = json.dumps([_REVISION, self.default_periods, grades])
        return hashlib.sha256(plain.encode()).hexdigest()[:12]


def required_periods(own: int | None, grade: str | None, rules: SchedulingRules) -> int:
    """Periods that a student must fill: the student's own number, or the rule for the grade."""
    if own is not None:
        return own
    return rules.periods_by_grade.get(grade or "", rules.default_periods)


def filled_periods(required: int, periods: Mapping[str, bool]) -> int:
    """How many of ``periods`` (label -> taught in a homeroom only) count towards ``required``."""
    if required == ONE_ROOM:
        return len(periods)
    return sum(not homeroom_only for homeroom_only in periods.values())
