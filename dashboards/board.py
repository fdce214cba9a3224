"""What a reader's boards are made of: one snapshot of the district, cut down to a scope."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import RLock

from dashboards.map.drawing import Drawing, draw
from dashboards.rules import Loose, Moment, SchoolRow, Tiles, tiles_of
from dashboards.words import level_name

MOST_KEPT = 200
"""Renderings of one board: every filter that somebody tried is one."""


@dataclass(frozen=True)
class Choices:
    """What the filters offer: only what occurs."""

    escs: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    tiers: tuple[int, ...]


@dataclass(frozen=True)
class Board:
    """Schools worst first, the day's series of the same schools, and tickets without a school.

    ``frame`` holds all schools of the district, so that a part of it is drawn in its place.
    ``measured_at`` is the probe's newest run; ``kept`` holds renderings of this very board.
    """

    rows: tuple[SchoolRow, ...]
    frame: tuple[SchoolRow, ...]
    series: tuple[Moment, ...]
    loose: Loose
    measured_at: datetime | None
    limit_applies_at: datetime | None
    kept: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _making: RLock = field(default_factory=RLock, compare=False, repr=False)

    @cached_property
    def by_id(self) -> Mapping[int, SchoolRow]:
        return {row.id: row for row in self.rows}

    @cached_property
    def drawing(self) -> Drawing:
        return draw(self.rows, self.frame)

    @cached_property
    def choices(self) -> Choices:
        levels = sorted({row.level for row in self.rows})
        return Choices(
            escs=tuple(sorted({row.esc for row in self.rows if row.esc})),
            levels=tuple((level, level_name(level)) for level in levels),
            tiers=tuple(sorted({row.tier for row in self.rows if row.tier is not None})),
        )

    def cut(self, school_ids: Collection[int]) -> "Board":
        """The board of a reader who may see those schools only.

        The district's series would tell of other schools, so it is left out.
        """
        rows = tuple(row for row in self.rows if row.id in school_ids)
        return Board(rows, self.frame, (), Loose(), self.measured_at, self.limit_applies_at)

    def tiles(self, now: datetime) -> Tiles:
        return tiles_of(self.rows, self.series, self.loose, now)

    def keep(self, name: str, make: Callable[[], str]) -> str:
        """A rendering that depends on this board and ``name`` alone, made once for all."""
        found = self.kept.get(name)
        if found is not None:
            return found
        with self._making:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            found = self.kept.get(name)
            if found is None:
                found = self.kept[name] = make()
            return found
