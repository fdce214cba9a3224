"""Time intervals in Alertmanager's notation."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from alerts.routing.interval_settings import TimeIntervalSettings

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def holds(options: dict[str, Any], at: str, instruction: bool = False) -> bool:
    named = {"location": "America/Los_Angeles", **options}
    interval = TimeIntervalSettings.model_validate(named).interval()
    moment = datetime.fromisoformat(at).replace(tzinfo=LOS_ANGELES).astimezone(UTC)
    return interval.contains(moment, instruction)


@pytest.mark.parametrize(
    ("options", "at", "expected"),
    [
        ({}, "2026-09-14T10:00", True),
        ({"times": [{"start_time": "08:00", "end_time": "15:30"}]}, "2026-09-14T15:29", True),
        ({"times": [{"start_time": "08:00", "end_time": "15:30"}]}, "2026-09-14T15:30", False),
        ({"times": [{"start_time": "00:00", "end_time": "24:00"}]}, "2026-09-14T23:59", True),
        ({"weekdays": ["monday:friday"]}, "2026-09-18T10:00", True),
        ({"weekdays": ["monday:friday"]}, "2026-09-19T10:00", False),
        ({"weekdays": ["Saturday"]}, "2026-09-19T10:00", True),
        ({"months": ["august:december", "2"]}, "2026-02-01T10:00", True),
        ({"months": ["august:december"]}, "2026-07-31T23:59", False),
        ({"years": ["2026:2027"]}, "2028-01-01T00:00", False),
        ({"days_of_month": ["-1"]}, "2026-02-28T10:00", True),
        ({"days_of_month": ["31"]}, "2026-02-28T10:00", False),
        ({"days_of_month": ["1:5"]}, "2026-09-05T23:59", True),
        ({"days_of_month": ["-3:-1"]}, "2026-09-27T10:00", False),
        # the night on which 02:00 does not exist, and the one on which 01:30 happens twice
        ({"times": [{"start_time": "03:00", "end_time": "04:00"}]}, "2026-03-08T02:30", True),
        ({"times": [{"start_time": "01:00", "end_time": "02:00"}]}, "2026-11-01T01:30", True),
    ],
)
def test_every_condition_that_is_named_must_hold(
    options: dict[str, Any], at: str, expected: bool
) -> None:
    assert holds(options, at) is expected


@pytest.mark.parametrize("calendar", ["instruction", "holiday"])
@pytest.mark.parametrize("instruction", [True, False])
def test_a_day_of_instruction_is_known_from_the_calendar(calendar: str, instruction: bool) -> None:
    expected = instruction is (calendar == "instruction")
    assert holds({"school_calendar": calendar}, "2026-09-14T10:00", instruction) is expected


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"times": [{"start_time": "8", "end_time": "09:00"}]}, "is no time of day"),
        ({"times": [{"start_time": "09:00", "end_time": "08:00"}]}, "later than start_time"),
        ({"weekdays": ["mondey"]}, "'mondey' is not"),
        ({"weekdays": ["friday:monday"]}, "ends before it begins"),
        ({"days_of_month": ["0"]}, "'0' is not a number"),
        ({"days_of_month": ["-3:3"]}, "begins at the end of the month"),
        ({"months": ["13"]}, "'13' is not a number from 1 to 12"),
        ({"location": "Mars"}, "not a time zone"),
    ],
)
def test_a_mistake_is_named(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        TimeIntervalSettings.model_validate(options)
