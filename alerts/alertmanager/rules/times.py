"""Times on the wire, and the clock of those who send them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_WRITTEN = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?P<mark>[Tt ])(?P<time>\d\d:\d\d(?::\d\d)?)"
    r"(?:\.(?P<fraction>\d{1,9}))?(?P<zone>[Zz]|[+-]\d\d:\d\d)?"
)
_UNSET_YEAR = "0001-"
_SAME_CLOCK = timedelta(seconds=1)


@lru_cache(maxsize=1024)
def parse_time(text: str) -> datetime | None:
    """RFC 3339 with up to nine digits of a second, as Go writes and reads it, in UTC.

    A time without an offset is UTC. None for Go's zero time, ``0001-01-01T00:00:00Z``, and for an
    empty text. ValueError when it is something else.
    """
    if not text:
        return None
    found = _WRITTEN.fullmatch(text)
    if found is None or (found["mark"] == " " and found["zone"]):
        raise ValueError(f'parsing time "{text}" as "2006-01-02T15:04:05Z07:00"')
    if text.startswith(_UNSET_YEAR):
        return None
    zone = (found["zone"] or "Z").upper().replace("Z", "+00:00")
    fraction = (found["fraction"] or "")[:6].ljust(6, "0")
    seconds = found["time"] if len(found["time"]) > 5 else f"{found['time']}:00"
    try:
        return datetime.fromisoformat(f"{found['date']}T{seconds}.{fraction}{zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f'parsing time "{text}": {error}') from error


def format_time(at: datetime) -> str:
    """``2015-01-12T18:00:00.000Z``: to the millisecond, as Alertmanager cuts it off."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"


@dataclass(frozen=True)
class Shift:
    """How far the district's clock is ahead of the machine's, which programs go by.

    In a drill the district lives in another time. A program that says "for an hour from now" by
    the machine's clock means an hour from the district's now.
    """

    ahead: timedelta

    def ours(self, theirs: datetime) -> datetime:
        return theirs + self.ahead

    def theirs(self, ours: datetime) -> datetime:
        return ours - self.ahead


def shift_between(now: datetime, real_now: datetime) -> Shift:
    """The shift of one moment's two readings; none when both are of the same clock."""
    ahead = now - real_now
    return Shift(timedelta() if abs(ahead) < _SAME_CLOCK else ahead)
