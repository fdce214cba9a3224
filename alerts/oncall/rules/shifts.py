"""The final schedule: layers, the later ones over the earlier, and covers over all of them.

As in PagerDuty, one person at a time is on call in a schedule; the last layer wins where layers
overlap, and of two covers the one that was made later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import pairwise
from zoneinfo import ZoneInfo

from alerts.oncall.rules.rotation import Layer, turns
from alerts.oncall.rules.time_of_week import Span, Window, spans_of, without

LOOK_AROUND = timedelta(days=35)
"""How far from a moment the ends of its shift are looked for."""


class Origin(StrEnum):
    """Why somebody is on call."""

    ROTATION = "rotation"
    OVERRIDE = "override"
    SWAP = "swap"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Cover:
    """Somebody who is on call in [begins_at, ends_at), whoever's turn it is."""

    user_id: int
    begins_at: datetime
    ends_at: datetime
    origin: Origin
    id: int | None = None


@dataclass(frozen=True)
class Schedule:
    """What decides who is on call. ``expected`` are the hours that should have somebody, on the
    clocks of ``zone``; none means always. ``covers`` stand in the order in which they were made.
    """

    zone: ZoneInfo
    layers: tuple[Layer, ...] = ()
    covers: tuple[Cover, ...] = ()
    expected: tuple[Window, ...] = ()


@dataclass(frozen=True)
class Shift:
    """One person's stretch of the final schedule; ``source`` is the layer's name, else empty."""

    user_id: int
    begins_at: datetime
    ends_at: datetime
    origin: Origin
    source: str = ""
    cover_id: int | None = None


@dataclass(frozen=True)
class _Piece:
    """A shift as one layer or cover would have it; the highest ``rank`` wins."""

    rank: int
    key: tuple[object, ...]
    shift: Shift


def _pieces(schedule: Schedule, since: datetime, until: datetime) -> list[_Piece]:
    found = []
    for rank, layer in enumerate(schedule.layers):
        for turn in turns(layer, since, until):
            shift = Shift(turn.user_id, turn.begins_at, turn.ends_at, Origin.ROTATION, layer.name)
            found.append(_Piece(rank, ("turn", rank, turn.number), shift))
    for rank, cover in enumerate(schedule.covers, len(schedule.layers)):
        begin, end = max(since, cover.begins_at), min(until, cover.ends_at)
        if begin < end:
            shift = Shift(cover.user_id, begin, end, cover.origin, cover_id=cover.id)
            found.append(_Piece(rank, ("cover", rank), shift))
    return sorted(found, key=lambda piece: piece.shift.begins_at)


def final_shifts(schedule: Schedule, since: datetime, until: datetime) -> list[Shift]:
    """Who is on call when in [since, until), in order and without overlap; gaps are left out."""
    pieces = _pieces(schedule, since, until)
    edges = sorted(
        {edge for piece in pieces for edge in (piece.shift.begins_at, piece.shift.ends_at)}
    )
    open_pieces: list[tuple[int, int]] = []
    shifts: list[Shift] = []
    last_key: tuple[object, ...] = ()
    upcoming = 0
    for begin, end in pairwise(edges):
        while upcoming < len(pieces) and pieces[upcoming].shift.begins_at <= begin:
            heappush(open_pieces, (-pieces[upcoming].rank, upcoming))
            upcoming += 1
        while open_pieces and pieces[open_pieces[0][1]].shift.ends_at <= begin:
            heappop(open_pieces)
        if not open_pieces:
            continue
        piece = pieces[open_pieces[0][1]]
        if shifts and last_key == piece.key and shifts[-1].ends_at == begin:
            begin = shifts.pop().begins_at
        shifts.append(_cut(piece.shift, begin, end))
        last_key = piece.key
    return shifts


def _cut(shift: Shift, begin: datetime, end: datetime) -> Shift:
    return Shift(shift.user_id, begin, end, shift.origin, shift.source, shift.cover_id)


def who_is_on(schedule: Schedule, at: datetime) -> Shift | None:
    """The shift in which ``at`` lies, or None in a gap.

    Its ends are exact up to ``LOOK_AROUND`` away from ``at``.
    """
    shifts = final_shifts(schedule, at - LOOK_AROUND, at + LOOK_AROUND)
    return next((shift for shift in shifts if shift.begins_at <= at < shift.ends_at), None)


def gaps(schedule: Schedule, since: datetime, until: datetime) -> list[Span]:
    """The stretches of [since, until) in which somebody should be on call and nobody is."""
    expected = spans_of(schedule.expected, schedule.zone, since, until)
    return without(expected, _spans(final_shifts(schedule, since, until)))


def _spans(shifts: Iterable[Shift]) -> list[Span]:
    return [(shift.begins_at, shift.ends_at) for shift in shifts]


def hours_by_person(shifts: Sequence[Shift]) -> dict[int, timedelta]:
    """How long each person is on call in these shifts."""
    found: dict[int, timedelta] = {}
    for shift in shifts:
        length = shift.ends_at - shift.begins_at
        found[shift.user_id] = found.get(shift.user_id, timedelta()) + length
    return found
