"""``sis.statistics`` in config.yaml: how attendance is reported."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated

from pydantic import Field

from core.settings import Strict
from sis.calendars.rules_months import MonthRule
from sis.statistical.rules.policy import Form, MembershipAverage, StatisticsRules


class Statistics(Strict):
    """``sis.statistics``: the attendance reports."""

    forms: Annotated[
        Mapping[str, Form],
        Field(description="level of a school to its form; a level not listed is secondary"),
    ] = {"elementary": Form.ELEMENTARY, "continuation": Form.CONTINUATION}
    full_day_minutes: Annotated[
        int, Field(ge=1, le=1440, description="minutes that are a day at a continuation school")
    ] = 180
    membership_average: Annotated[
        MembershipAverage,
        Field(description="ADM from membership_days over days taught, or from month_ends"),
    ] = MembershipAverage.MEMBERSHIP_DAYS
    counted_at: Annotated[
        time, Field(description="when every school's months are counted each night")
    ] = time(2)
    counted_days: Annotated[
        int, Field(ge=0, le=400, description="days after its end that a month is counted again")
    ] = 45

    def rules(self, months: MonthRule) -> StatisticsRules:
        """The same for the arithmetic."""
        return StatisticsRules(self.forms, self.full_day_minutes, self.membership_average, months)
