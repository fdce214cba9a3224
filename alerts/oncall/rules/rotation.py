"""Rotations: whose turn it is in a layer of a schedule.

Days and weeks are those of local clocks: a handoff at 08:00 stays at 08:00 when clocks change, and
that turn is an hour shorter or longer. Hours are hours, whatever the clocks show.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from alerts.oncall.rules.time_of_week import Span, Window, moment, spans_of

_HOUR = timedelta(hours=1)


class Unit(StrEnum):
    """What the length of a turn is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


@dataclass(frozen=True)
class Layer:
    """People who take turns, in their order, from the first handoff on.

    ``people`` are account ids. ``first_handoff`` is a naive local time of ``zone``. ``windows``
    limit the hours (none: always). The layer counts from ``from_at`` until ``until_at``, so that an
    edit changes what comes and not what was.
    """

    name: str
    people: tuple[int, ...]
    zone: ZoneInfo
    unit: Unit
    length: int
    first_handoff: datetime
    windows: tuple[Window, ...] = ()
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """One stretch of one person's turn; ``number`` counts turns from the first handoff."""

    user_id: int
    number: int
    begins_at: datetime
    ends_at: datetime


def handoff(layer: Layer, number: int) -> datetime:
    """When turn ``number`` begins, in UTC."""
    if layer.unit == Unit.HOURS:
        return moment(layer.first_handoff, layer.zone) + number * layer.length * _HOUR
    days = layer.length * (7 if layer.unit == Unit.WEEKS else 1)
    return moment(layer.first_handoff + timedelta(days=number * days), layer.zone)


def _turn_at(layer: Layer, at: datetime) -> int:
    """The number of the turn in which ``at`` lies; negative before the first."""
    if layer.unit == Unit.HOURS:
        return (at - handoff(layer, 0)) // (layer.length * _HOUR)
    days = layer.length * (7 if layer.unit == Unit.WEEKS else 1)
    local = at.astimezone(layer.zone).replace(tzinfo=None)
    number = (local - layer.first_handoff) // timedelta(days=days)
    if handoff(layer, number) > at:
        return number - 1
    return number + 1 if handoff(layer, number + 1) <= at else number


def turns(layer: Layer, since: datetime, until: datetime) -> Iterator[Turn]:
    """The turns within [since, until), cut to it and to the layer's windows, in order."""
    begin = max(since, layer.from_at) if layer.from_at else since
    end = min(until, layer.until_at) if layer.until_at else until
    begin = max(begin, handoff(layer, 0))
    if not layer.people or begin >= end:
        return
    open_spans = spans_of(layer.windows, layer.zone, begin, end)
    number, first = _turn_at(layer, begin), 0
    while (begins_at := handoff(layer, number)) < end:
        ends_at = handoff(layer, number + 1)
        while first < len(open_spans) and open_spans[first][1] <= begins_at:
            first += 1
        for span in _within(open_spans, first, begins_at, ends_at):
            yield Turn(layer.people[number % len(layer.people)], number, *span)
        number += 1


def _within(spans: list[Span], first: int, begin: datetime, end: datetime) -> Iterator[Span]:
    for index in range(first, len(spans)):
        if spans[index][0] >= end:
            return
        cut = (max(begin, spans[index][0]), min(end, spans[index][1]))
        if cut[0] < cut[1]:
            yield cut
