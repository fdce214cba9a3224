"""What a script is made of, and what it is made from."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from core.db import JsonDict

Lane = Literal["records", "desk"]
SECONDARY = ("middle", "high", "span", "continuation", "alternative", "other")


@dataclass(frozen=True)
class Planned:
    """One event of the script; ``key`` is unique within the day."""

    key: str
    lane: Lane
    kind: str
    due_at: datetime
    payload: JsonDict = field(hash=False)


@dataclass(frozen=True)
class Waiting:
    """A student in session today without a complete schedule."""

    person_id: int
    grade: str | None
    track: str
    required: int


@dataclass(frozen=True)
class SchoolMorning:
    """A school as the day begins: ``tracks`` are those in session, ``students`` all enrolled."""

    id: int
    sourced_id: str
    name: str
    level: str
    phone: str | None
    students: int
    tracks: tuple[str, ...]
    waiting: tuple[Waiting, ...]

    @property
    def gap(self) -> int:
        return len(self.waiting)


@dataclass(frozen=True)
class Morning:
    """The schools in session on ``day``, by sourced id."""

    day: date
    zone: ZoneInfo
    schools: tuple[SchoolMorning, ...]

    def at(self, hour: int, minute: float = 0.0) -> datetime:
        """The aware time of day; minutes may have fractions, and may exceed 60."""
        seconds = round((hour * 60 + minute) * 60)
        clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
        return datetime.combine(self.day, clock, self.zone)

    @property
    def students(self) -> int:
        return sum(school.students for school in self.schools)

    @property
    def secondary(self) -> tuple[SchoolMorning, ...]:
        return tuple(school for school in self.schools if school.level in SECONDARY)
