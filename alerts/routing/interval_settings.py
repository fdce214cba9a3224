"""Time intervals in config.yaml, in the words and the notation of Alertmanager."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, PlainValidator, field_validator

from alerts.routing.rules.intervals import (
    MINUTES_OF_A_DAY,
    Range,
    SchoolCalendar,
    TimeInterval,
)
from core.settings import Strict

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def _minute(value: Any) -> int:
    if isinstance(value, int) and 0 <= value <= MINUTES_OF_A_DAY:
        return value  # YAML 1.1 reads 17:00 without quotes as 1020
    text = value if isinstance(value, str) else ""
    if _CLOCK.fullmatch(text) is None:
        raise ValueError(f"{value!r} is no time of day; write 08:00, or 24:00 for the end")
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


Minute = Annotated[int, PlainValidator(_minute)]


class TimesSettings(Strict):
    """A part of a day."""

    start_time: Annotated[Minute, Field(description="the first minute, 08:00")]
    end_time: Annotated[Minute, Field(description="the minute after the last, 15:30 or 24:00")]

    @field_validator("end_time")
    @classmethod
    def _is_later(cls, value: int, info: Any) -> int:
        if value <= info.data.get("start_time", -1):
            raise ValueError("it must be later than start_time; write two entries over midnight")
        return value


def _ranges(values: Any, names: Mapping[str, int], least: int, most: int) -> tuple[Range, ...]:
    if not isinstance(values, list | tuple):
        raise ValueError("write a list")
    return tuple(_range(str(value).lower(), names, least, most) for value in values)


def _range(text: str, names: Mapping[str, int], least: int, most: int) -> Range:
    parts = text.split(":")
    if len(parts) > 2:
        raise ValueError(f"{text!r} has two colons; write first:last")
    first, last = (_number(part, names, least, most) for part in (parts[0], parts[-1]))
    if first > last and (first < 0) == (last < 0):
        raise ValueError(f"{text!r} ends before it begins; write two entries")
    if first < 0 < last:
        raise ValueError(f"{text!r} begins at the end of the month and ends at its start")
    return Range(first, last)


def _number(text: str, names: Mapping[str, int], least: int, most: int) -> int:
    if text in names:
        return names[text]
    if re.fullmatch(r"-?\d{1,4}", text) and least <= int(text) <= most and int(text) != 0:
        return int(text)
    words = f" or {', '.join(names)}" if names else ""
    raise ValueError(f"{text!r} is not a number from {least} to {most}{words}")


def _weekdays(values: Any) -> tuple[Range, ...]:
    return _ranges(values, {name: day for day, name in enumerate(_WEEKDAYS)}, 8, 7)


def _days(values: Any) -> tuple[Range, ...]:
    return _ranges(values, {}, -31, 31)


def _months(values: Any) -> tuple[Range, ...]:
    return _ranges(values, {name: number for number, name in enumerate(_MONTHS, 1)}, 1, 12)


def _years(values: Any) -> tuple[Range, ...]:
    return _ranges(values, {}, 1, 9999)


class TimeIntervalSettings(Strict):
    """What must hold at once; what is left out always holds."""

    times: Annotated[tuple[TimesSettings, ...], Field(description="parts of the day")] = ()
    weekdays: Annotated[
        tuple[Range, ...], PlainValidator(_weekdays), Field(description="monday:friday, sunday")
    ] = ()
    days_of_month: Annotated[
        tuple[Range, ...], PlainValidator(_days), Field(description="1:5, or from the end -3:-1")
    ] = ()
    months: Annotated[
        tuple[Range, ...], PlainValidator(_months), Field(description="august:december, or 1:6")
    ] = ()
    years: Annotated[tuple[Range, ...], PlainValidator(_years), Field(description="2026:2027")] = ()
    location: Annotated[str, Field(description="an IANA time zone")] = "UTC"
    school_calendar: Annotated[
        SchoolCalendar | None,
        Field(
            description="instruction or holiday: whether the school of the group, or any school, "
            "has instruction on the day"
        ),
    ] = None

    @field_validator("location")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("not a time zone; use a name such as America/Los_Angeles")
        return name

    def interval(self) -> TimeInterval:
        return TimeInterval(
            times=tuple(Range(each.start_time, each.end_time) for each in self.times),
            weekdays=self.weekdays,
            days_of_month=self.days_of_month,
            months=self.months,
            years=self.years,
            zone=ZoneInfo(self.location),
            school_calendar=self.school_calendar,
        )
