"""Bodies of the JSON API of silences."""

from datetime import datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from alerts.matching import Matcher, parse_matchers
from alerts.silences.lines import line_of
from alerts.silences.models import Silence
from alerts.silences.rules.recurrence import WEEKDAYS, Weekly
from alerts.silences.rules.state import Draft
from core.errors import Invalid

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _known(zone: str) -> str:
    if zone not in available_timezones():
        raise ValueError("not a time zone; use a name such as America/Los_Angeles")
    return zone


class RecurrenceBody(BaseModel):
    """``[begins, ends)`` by the clocks of ``zone``; an earlier end is on the next day."""

    model_config = ConfigDict(extra="forbid")

    weekdays: Annotated[list[Weekday], Field(min_length=1)]
    begins: time
    ends: time
    zone: Annotated[str, AfterValidator(_known)]


class SilenceRequest(BaseModel):
    """``matchers`` in Alertmanager's syntax: ``alertname="LoginDown"``."""

    model_config = ConfigDict(extra="forbid")

    matchers: Annotated[list[str], Field(min_length=1, max_length=50)]
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime
    comment: Annotated[str, Field(max_length=1000)]
    recurrence: RecurrenceBody | None = None


class EndRequest(BaseModel):
    """``seen_at``: the ``updated_at`` that the client knows; refused with 409 if it has changed."""

    model_config = ConfigDict(extra="forbid")

    ends_at: AwareDatetime
    seen_at: AwareDatetime | None = None


class SilenceBody(BaseModel):
    """``state`` is pending, active or expired; ``holds``: alerts that fit are not told now."""

    id: str
    state: str
    holds: bool
    matchers: list[str]
    starts_at: datetime
    ends_at: datetime
    recurrence: RecurrenceBody | None
    created_by: str
    comment: str
    updated_at: datetime


class SilenceList(BaseModel):
    """``next`` is the cursor of the next page, null at the end."""

    silences: list[SilenceBody]
    next: str | None


def draft_of(body: SilenceRequest, name: str, now: datetime) -> Draft:
    """The draft that the body asks for; Invalid when a matcher cannot be read."""
    found: list[Matcher] = []
    for number, text in enumerate(body.matchers):
        try:
            found += parse_matchers(text)
        except ValueError as error:
            raise Invalid(
                "Some fields of the body are not acceptable.",
                fields={f"matchers[{number}]": str(error)},
            ) from error
    weekly = _weekly(body.recurrence) if body.recurrence else None
    return Draft(tuple(found), body.starts_at or now, body.ends_at, name, body.comment, weekly)


def _weekly(body: RecurrenceBody) -> Weekly:
    return Weekly(
        frozenset(WEEKDAYS.index(day) for day in body.weekdays),
        body.begins.replace(tzinfo=None),
        body.ends.replace(tzinfo=None),
        ZoneInfo(body.zone),
    )


def silence_body(row: Silence, now: datetime) -> SilenceBody:
    """One silence as it is at ``now``."""
    line = line_of(row, now)
    return SilenceBody(
        id=row.uuid,
        state=line.state,
        holds=line.holds,
        matchers=[str(matcher) for matcher in line.matchers],
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        recurrence=_recurrence(line.weekly) if line.weekly else None,
        created_by=row.created_by,
        comment=row.comment,
        updated_at=row.updated_at,
    )


def _recurrence(weekly: Weekly) -> RecurrenceBody:
    return RecurrenceBody.model_validate(
        {
            "weekdays": [WEEKDAYS[day] for day in sorted(weekly.weekdays)],
            "begins": weekly.begins,
            "ends": weekly.ends,
            "zone": weekly.zone.key,
        }
    )
