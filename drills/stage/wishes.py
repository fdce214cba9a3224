"""What the person who starts the demo may choose, read from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from core.errors import ConfigError, Problem

DAY = date(2015, 1, 12)
ZONE = ZoneInfo("America/Los_Angeles")
SIZES = ("small", "full")


@dataclass(frozen=True)
class Wishes:
    """``start`` is aware local time; ``speed`` is drill seconds per real second."""

    district: str
    seed: int
    start: datetime
    speed: float
    fresh: bool


def _start(text: str) -> datetime:
    if "T" not in text:
        return datetime.combine(DAY, time.fromisoformat(text), ZONE)
    start = datetime.fromisoformat(text)
    return start if start.tzinfo is not None else start.replace(tzinfo=ZONE)


def read_wishes(env: Mapping[str, str]) -> Wishes:
    """DISTRICT, SEED, START, SPEED and FRESH; raises ConfigError with every problem at once."""
    problems: list[Problem] = []
    district = env.get("DISTRICT") or "small"
    if district not in SIZES:
        problems.append(Problem("DISTRICT", f"there is no size {district!r}", "Use small or full."))
    seed, start, speed = 1, _start("06:30"), 60.0
    try:
        seed = int(env.get("SEED") or 1)
    except ValueError:
        problems.append(Problem("SEED", f"{env['SEED']!r} is no whole number", "Use SEED=1."))
    try:
        start = _start(env.get("START") or "06:30")
    except ValueError:
        problems.append(
            Problem("START", f"{env['START']!r} is no time", "Use START=06:30 or 2015-01-12T06:30.")
        )
    try:
        speed = float(env.get("SPEED") or 60)
        if not 0 < speed <= 3600:
            raise ValueError
    except ValueError:
        problems.append(
            Problem("SPEED", f"{env['SPEED']!r} is no speed", "Use a number up to 3600: SPEED=60.")
        )
    if problems:
        raise ConfigError(problems)
    return Wishes(district, seed, start, speed, env.get("FRESH", "") not in ("", "0"))


def local_text(at: datetime) -> str:
    """``Monday 12 January 2015, 06:30`` for the terminal."""
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M}"
