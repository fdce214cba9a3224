"""``sis`` in config.yaml: what the records assume when a source says nothing."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from core.settings import Strict
from sis.calendars.rules import parse_bell_schedule


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as America/Los_Angeles")
    return name


def _bells(text: str) -> str:
    parse_bell_schedule(text)
    return text


Zone = Annotated[str, AfterValidator(_zone)]
BellSchedule = Annotated[str, AfterValidator(_bells)]
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
    required_periods: Annotated[
        RequiredPeriods, Field(description="the rule of the complete schedule")
    ] = RequiredPeriods()
    default_bell_schedule: Annotated[
        BellSchedule,
        Field(description="bells of a school whose source sends none; docs/oneroster-csv.md"),
    ] = (
        "regular 1=08:00-08:55 2=09:00-09:55 3=10:10-11:05"
        " 4=11:10-12:05 5=12:45-13:40 6=13:45-14:40;"
        " minimum 1=08:00-08:35 2=08:40-09:15 3=09:20-09:55"
        " 4=10:10-10:45 5=10:50-11:25 6=11:30-12:05"
    )
