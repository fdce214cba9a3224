"""Durations as people and Prometheus write them in configuration: 30s, 5m, 1h30m, 2d."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

_PART = re.compile(r"(\d{1,9})(ms|[smhdwy])")
_DURATION = re.compile(rf"(?:{_PART.pattern})+|0")
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}


def parse_duration(text: str) -> timedelta:
    """Read a duration; ValueError says how one is written."""
    if _DURATION.fullmatch(text) is None:
        raise ValueError("write a duration such as 30s, 5m, 1h or 2d, or 1h30m")
    try:
        parts = [int(count) * _UNITS[unit] for count, unit in _PART.findall(text)]
        return sum(parts, timedelta())
    except OverflowError as error:
        raise ValueError("that duration is longer than any calendar") from error


def format_duration(duration: timedelta) -> str:
    """The shortest text that ``parse_duration`` reads back: ``1h30m``, ``0s``."""
    rest, parts = duration // _UNITS["ms"], []
    for unit in ("d", "h", "m", "s", "ms"):
        count, rest = divmod(rest, _UNITS[unit] // _UNITS["ms"])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    return parse_duration(value if isinstance(value, str) else "")


def _in_seconds(value: timedelta) -> str:
    return f"{int(value.total_seconds())}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(_in_seconds, return_type=str, when_used="json"),
]
