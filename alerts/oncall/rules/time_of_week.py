"""Times of the week on local clocks: ``mon-fri 08:00-17:00``.

A local time that clocks skip in spring counts as the moment at which they jump over it; one that
they show twice in autumn counts at its first showing. So no window is empty in either night, and
one that spans the change is an hour shorter or longer.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_FINEST = timedelta(seconds=1)
_LINE = re.compile(r"([a-z,\- ]+?)\s+(\d{1,2}:\d{2})\s*(?:-|to)\s*(\d{1,2}:\d{2})")

Span = tuple[datetime, datetime]
"""A stretch of time [begin, end) in UTC."""


@dataclass(frozen=True)
class Window:
    """Hours of some days of the week (0 is Monday), on local clocks.

    An end at or before the beginning lies on the next day; a day from 00:00 to 00:00 is whole.
    """

    days: frozenset[int]
    begins: time
    ends: time

    def __str__(self) -> str:
        ends = "24:00" if self.ends == time(0) else f"{self.ends:%H:%M}"
        return f"{_in_words(self.days)} {self.begins:%H:%M}-{ends}"


def moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, in UTC, at which clocks of ``zone`` show ``local`` (naive) or later."""
    found = local.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local:
        return found
    early, late = local.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    while late - early > _FINEST:
        middle = early + (late - early) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < local:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def parse_windows(text: str) -> tuple[Window, ...]:
    """One window a line, or between semicolons; nothing means none.

    ``mon-fri 08:00-17:00``, ``sat,sun 00:00-24:00``, ``daily 22:00-06:00``. ValueError says which
    line is wrong and how to write it.
    """
    lines = [line.strip() for line in re.split(r"[\n;]", text)]
    return tuple(_parse_line(line) for line in lines if line)


def format_windows(windows: Iterable[Window]) -> str:
    """What ``parse_windows`` reads, one a line."""
    return "\n".join(str(window) for window in windows)


def _parse_line(line: str) -> Window:
    match = _LINE.fullmatch(line.lower())
    if match is None:
        raise ValueError(f"{line!r}: write days and hours, such as mon-fri 08:00-17:00")
    days = frozenset(day for part in match[1].split(",") for day in _days(part.strip(), line))
    return Window(days, _time(match[2], line), _time(match[3], line))


def _days(part: str, line: str) -> Iterable[int]:
    if part == "daily":
        return range(7)
    ends = [end.strip()[:3] for end in part.split("-")]
    if not 1 <= len(ends) <= 2 or any(end not in DAYS for end in ends):
        raise ValueError(f"{line!r}: {part!r} is no day; days are {', '.join(DAYS)} and daily")
    first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
    return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]


def _time(text: str, line: str) -> time:
    if text == "24:00":
        return time(0)
    hours, minutes = text.split(":")
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"{line!r}: {text} is no time of day")
    return time(int(hours), int(minutes))


def _in_words(days: frozenset[int]) -> str:
    if len(days) == 7:
        return "daily"
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs
    )


def spans_of(
    windows: Sequence[Window], zone: ZoneInfo, since: datetime, until: datetime
) -> list[Span]:
    """The stretches of [since, until) that are inside any window, in order, without overlap.

    No windows at all mean the whole of it.
    """
    if not windows:
        return [(since, until)] if since < until else []
    clipped = (
        (max(begin, since), min(end, until))
        for begin, end in _openings(windows, zone, since, until)
    )
    return united(span for span in clipped if span[0] < span[1])


def _openings(
    windows: Sequence[Window], zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[Span]:
    day = since.astimezone(zone).date() - _DAY
    last = until.astimezone(zone).date()
    while day <= last:
        for window in windows:
            if day.weekday() in window.days:
                ends_on = day if window.ends > window.begins else day + _DAY
                yield (
                    moment(datetime.combine(day, window.begins), zone),
                    moment(datetime.combine(ends_on, window.ends), zone),
                )
        day += _DAY


def united(spans: Iterable[Span]) -> list[Span]:
    """The same stretches in order, with those that touch or overlap made one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What of ``spans`` is not in ``taken``; both in order and without overlap."""
    left: list[Span] = []
    for begin, end in spans:
        at = begin
        for busy_from, busy_until in taken:
            if busy_until <= at or busy_from >= end:
                continue
            if busy_from > at:
                left.append((at, busy_from))
            at = max(at, busy_until)
        if at < end:
            left.append((at, end))
    return left
