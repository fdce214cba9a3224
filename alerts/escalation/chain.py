"""The steps of an escalation chain, as config.yaml writes them and as a running one keeps them."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from core.durations import Duration
from core.settings import Strict

MOST_REPEATS = 5


def _one_of(model: Strict, what: str) -> None:
    given = [name for name in type(model).model_fields if getattr(model, name) not in (None, ())]
    if len(given) != 1:
        names = ", ".join(type(model).model_fields)
        raise ValueError(f"{what} says exactly one of {names}; this one says {len(given)}")


class Notify(Strict):
    """Who is told; exactly one of these."""

    user: Annotated[str | None, Field(description="a username")] = None
    schedule: Annotated[
        str | None, Field(description="whoever is on call in that schedule then")
    ] = None
    team: Annotated[str | None, Field(description="everybody of alerts.teams.NAME")] = None
    round_robin: Annotated[
        tuple[str, ...], Field(description="usernames; the next one each time an alert gets here")
    ] = ()
    receiver: Annotated[str | None, Field(description="every channel of that receiver")] = None
    webhook: Annotated[str | None, Field(description="an address that gets a POST")] = None

    @model_validator(mode="after")
    def _says_one(self) -> "Notify":
        _one_of(self, "notify")
        return self


class TimeBetween(Strict):
    """Goes on inside the window; outside of it the chain waits until it opens."""

    begins: Annotated[time, Field(alias="from", description="local time, such as 07:00")]
    ends: Annotated[time, Field(alias="to", description="local time; before `from`: next day")]
    zone: Annotated[str, Field(description="an IANA zone")]

    @model_validator(mode="after")
    def _zone_exists(self) -> "TimeBetween":
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{self.zone!r} is no IANA time zone") from error
        if self.begins == self.ends:
            raise ValueError("from and to are the same: leave the step out")
        return self


class MoreThan(Strict):
    """Goes on when more alerts of the group began to fire within the time."""

    alerts: Annotated[int, Field(ge=1, description="more than so many")]
    within: Annotated[
        Duration, Field(ge=timedelta(seconds=30), description="of the last so much time")
    ]


class Step(Strict):
    """One step; exactly one of these."""

    wait: Annotated[
        Duration | None, Field(ge=timedelta(seconds=1), description="time until the next step")
    ] = None
    notify: Annotated[Notify | None, Field(description="who is told")] = None
    if_time_between: Annotated[
        TimeBetween | None, Field(description="goes on only at this time of day")
    ] = None
    if_more_than: Annotated[
        MoreThan | None, Field(description="goes on only in a storm of alerts")
    ] = None
    repeat: Annotated[
        int | None, Field(ge=1, le=MOST_REPEATS, description="begin again, so many times at most")
    ] = None

    @model_validator(mode="after")
    def _says_one(self) -> "Step":
        _one_of(self, "a step")
        return self


class Chain(Strict):
    """Steps that are walked one after the other until somebody acknowledges."""

    steps: Annotated[
        tuple[Step, ...], Field(min_length=1, max_length=50, description="in their order")
    ]

    @model_validator(mode="before")
    @classmethod
    def _bare_list(cls, value: Any) -> Any:
        return {"steps": value} if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _makes_sense(self) -> "Chain":
        repeats = [index for index, step in enumerate(self.steps) if step.repeat is not None]
        if repeats and repeats != [len(self.steps) - 1]:
            raise ValueError("repeat stands once, as the last step")
        if not any(step.notify for step in self.steps):
            raise ValueError("a chain needs a step that notifies somebody")
        if repeats and not any(step.wait for step in self.steps):
            raise ValueError("a chain that repeats needs a wait")
        return self


def freeze(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """The steps as a running escalation keeps them."""
    return [step.model_dump(mode="json", by_alias=True, exclude_none=True) for step in steps]


def thaw(kept: Sequence[dict[str, Any]]) -> tuple[Step, ...]:
    """The steps that ``freeze`` kept."""
    return tuple(Step.model_validate(each) for each in kept)
