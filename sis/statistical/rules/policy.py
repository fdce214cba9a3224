"""What the district decided about statistics, and the version of it that a report carries."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from sis.calendars.rules_months import USUAL_MONTHS, MonthRule

_REVISION = 1
"""Grows when the arithmetic itself changes, so that kept figures are computed again."""


class Form(StrEnum):
    """The three formats of the student monthly attendance summary report (SMASR).

    Elementary schools take attendance once a day, secondary schools once a period; continuation
    schools count minutes.
    """

    ELEMENTARY = "elementary"
    SECONDARY = "secondary"
    CONTINUATION = "continuation"


class MembershipAverage(StrEnum):
    """How average daily membership is made: from days of membership, or from closing enrolments."""

    MEMBERSHIP_DAYS = "membership_days"
    MONTH_ENDS = "month_ends"


@dataclass(frozen=True)
class StatisticsRules:
    """``forms`` maps the level of a school to its form; a level not listed is secondary.

    ``full_day_minutes`` of attendance are a day at a continuation school (Education Code 46170).
    """

    forms: Mapping[str, Form] = field(
        default_factory=lambda: {
            "elementary": Form.ELEMENTARY,
            "continuation": Form.CONTINUATION,
        }
    )
    full_day_minutes: int = 180
    membership_average: MembershipAverage = MembershipAverage.MEMBERSHIP_DAYS
    months: MonthRule = USUAL_MONTHS

    def form_of(self, level: str) -> Form:
        return self.forms.get(level, Form.SECONDARY)

    def minutes_of(self, form: Form) -> int | None:
        """How many minutes of attendance are a day; None where any part of a day is one."""
        return self.full_day_minutes if form is Form.CONTINUATION else None

    def plain(self) -> dict[str, object]:
        """Every number of the policy, as JSON takes it."""
        return {**asdict(self), "forms": dict(sorted(self.forms.items())), "revision": _REVISION}

    @property
    def version(self) -> str:
        """A short text that changes whenever a rule does; kept beside every derived figure."""
        text = json.dumps(self.plain(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
