"""``sis`` in config.yaml: what the records assume when a source says nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from core.settings import Strict
from sis.attendance.settings import AttendanceSettings
from sis.calendars.rules import parse_bell_schedule
from sis.calendars.rules_marking import WindowRule
from sis.calendars.rules_months import LeftOut, MonthRule
from sis.enrollment.settings import EnrollmentSettings
from sis.statistical.settings import Statistics


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as America/Los_Angeles")
    return name


def _bells(text: str) -> str:
    parse_bell_schedule(text)
    return text


def _month_and_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


def _month_day(text: str) -> str:
    try:
        date(2001, *_month_and_day(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a month and a day such as 12-31") from error
    return text


Zone = Annotated[str, AfterValidator(_zone)]
BellSchedule = Annotated[str, AfterValidator(_bells)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
Week = Annotated[int, Field(ge=1, le=60)]
Periods = Annotated[int, Field(ge=0, le=20)]
_ONE_ROOM_GRADES = ("IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05")


class RequiredPeriods(Strict):
    """``sis.required_periods``: how many periods make a complete schedule."""

    default: Annotated[
        Periods, Field(description="periods that a student needs in a grade not listed")
    ] = 6
    by_grade: Annotated[
        Mapping[str, Periods],
        Field(description="grade (as in OneRoster: KG, 01 to 12) to periods"),
    ] = dict.fromkeys(_ONE_ROOM_GRADES, 1)


class SchoolMonths(Strict):
    """``sis.school_months``: what a school month is (California Education Code 37201)."""

    weeks: Annotated[int, Field(ge=1, le=10, description="weeks of a school month")] = 4
    left_out: Annotated[
        LeftOut,
        Field(description="whole weeks of vacation that are part of no month: winter, all, none"),
    ] = LeftOut.WINTER
    p1_until: Annotated[MonthDay, Field(description="month and day by which months of P-1 end")] = (
        "12-31"
    )
    p2_until: Annotated[MonthDay, Field(description="month and day by which months of P-2 end")] = (
        "04-15"
    )

    def rule(self) -> MonthRule:
        """The same for the arithmetic."""
        return MonthRule(
            self.weeks, self.left_out, _month_and_day(self.p1_until), _month_and_day(self.p2_until)
        )


class Marking(Strict):
    """``sis.marking``: the marking periods and grading windows that are proposed for a new year."""

    weeks: Annotated[
        tuple[Week, ...],
        Field(min_length=1, description="weeks of a term at whose end marks are due"),
    ] = (5, 10, 15, 20)
    opens_days_before: Annotated[
        int, Field(ge=0, le=60, description="days before the last day that a window opens")
    ] = 7
    opens_at: Annotated[time, Field(description="when it opens, by the school's clocks")] = time(7)
    closes_days_after: Annotated[
        int, Field(ge=0, le=60, description="days after the last day that a window closes")
    ] = 5
    closes_at: Annotated[time, Field(description="when it closes")] = time(17)

    def window_rule(self) -> WindowRule:
        """The same for the arithmetic."""
        return WindowRule(
            self.opens_days_before, self.opens_at, self.closes_days_after, self.closes_at
        )


class SchedulingSettings(Strict):
    """``sis.scheduling``: where the scheduling engine computes, and for how long."""

    executor: Annotated[
        Literal["processes", "dask"],
        Field(description="processes of this machine, or the workers of a Dask cluster"),
    ] = "processes"
    address: Annotated[
        str, Field(description="the Dask scheduler's address, such as tcp://host:8786")
    ] = ""
    workers: Annotated[
        int, Field(ge=1, le=256, description="schools computed at once by processes")
    ] = 2
    seconds: Annotated[
        float, Field(gt=0, le=3600, description="wall time that one school may take")
    ] = 20.0


Room = Annotated[str, Field(min_length=1, max_length=50)]


class SisSettings(Strict):
    """``sis``: the records."""

    time_zone: Annotated[Zone, Field(description="zone of a school whose source names none")] = (
        "America/Los_Angeles"
    )
    source: Annotated[
        str,
        Field(
            min_length=1, max_length=100, description="source of a set that does not name its own"
        ),
    ] = "oneroster"
    shared_rooms: Annotated[
        Sequence[Room], Field(description="rooms that may hold several sections at once")
    ] = ("GYM", "FIELD", "POOL", "LIBRARY", "ONLINE")
    required_periods: Annotated[
        RequiredPeriods, Field(description="the rule of the complete schedule")
    ] = RequiredPeriods()
    enrollment: Annotated[
        EnrollmentSettings, Field(description="enrolling, transferring, withdrawing")
    ] = EnrollmentSettings()
    school_months: Annotated[SchoolMonths, Field(description="what a school month is")] = (
        SchoolMonths()
    )
    marking: Annotated[
        Marking, Field(description="marking periods and grading windows of a new year")
    ] = Marking()
    statistics: Annotated[Statistics, Field(description="how attendance is reported")] = (
        Statistics()
    )
    attendance: Annotated[
        AttendanceSettings, Field(description="how attendance is taken and counted")
    ] = AttendanceSettings()
    scheduling: Annotated[SchedulingSettings, Field(description="the scheduling engine")] = (
        SchedulingSettings()
    )
    default_bell_schedule: Annotated[
        BellSchedule,
        Field(description="bells of a school whose source sends none; docs/oneroster-csv.md"),
    ] = (
        "regular 1=08:00-08:55 2=09:00-09:55 3=10:10-11:05"
        " 4=11:10-12:05 5=12:45-13:40 6=13:45-14:40;"
        " minimum 1=08:00-08:35 2=08:40-09:15 3=09:20-09:55"
        " 4=10:10-10:45 5=10:50-11:25 6=11:30-12:05"
    )
