"""Shifts as iCalendar (RFC 5545), and overrides out of one.

Events of ours are in UTC, so that no reader needs the rules of a zone, and keep their UID as long
as the shift begins at the same moment, so that subscribers see a change and not a second event.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event

from alerts.oncall.rules.shifts import Shift

LARGEST_FILE = 2_000_000
MOST_COVERS = 2000
_UNTIL = re.compile(r"UNTIL=(\d{8})(T\d{6})?(Z)?")
_FREQUENCY = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)\b")


@dataclass(frozen=True)
class NamedShift:
    """A shift with the words that calendars show."""

    schedule_id: int
    schedule: str
    person: str
    shift: Shift


@dataclass(frozen=True)
class Stretch:
    """An event of a calendar: who (as it is written there), and when, in UTC."""

    who: str
    begins_at: datetime
    ends_at: datetime


def write(name: str, shifts: Iterable[NamedShift], now: datetime) -> bytes:
    """The calendar file, UTF-8; ``now`` is its DTSTAMP."""
    calendar = Calendar()
    calendar.add("prodid", "-//Bellwether//On call//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for each in shifts:
        event = Event()
        begins = f"{each.shift.begins_at:%Y%m%dT%H%M%SZ}"
        event.add("uid", f"on-call-{each.schedule_id}-{begins}@bellwether")
        event.add("summary", f"{each.person} on call: {each.schedule}")
        event.add("dtstart", each.shift.begins_at)
        event.add("dtend", each.shift.ends_at)
        event.add("dtstamp", now)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def read(data: bytes, zone: ZoneInfo, since: datetime, until: datetime) -> list[Stretch]:
    """The events between ``since`` and ``until``; SUMMARY says who.

    Whole days and floating times are those of ``zone``. RRULE, RDATE, EXDATE and moved occurrences
    (RECURRENCE-ID) are followed; cancelled events are left out. ValueError says what is wrong.
    """
    if len(data) > LARGEST_FILE:
        raise ValueError("the file is larger than 2 MB")
    try:
        calendar = Calendar.from_ical(data)
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError(f"this is no iCalendar file: {error}") from error
    every: Sequence[Any] = calendar.walk("VEVENT")
    events = [event for event in every if event.get("STATUS") != "CANCELLED"]
    moved = {
        (str(event.get("UID")), _utc(event["RECURRENCE-ID"].dt, zone))
        for event in every
        if "RECURRENCE-ID" in event
    }
    found: list[Stretch] = []
    for event in events:
        found.extend(_stretches(event, moved, zone, since, until))
        if len(found) > MOST_COVERS:
            raise ValueError(f"more than {MOST_COVERS:,} events")
    return sorted(found, key=lambda stretch: (stretch.begins_at, stretch.ends_at, stretch.who))


def _stretches(
    event: Any, moved: set[tuple[str, datetime]], zone: ZoneInfo, since: datetime, until: datetime
) -> Iterable[Stretch]:
    if "DTSTART" not in event:
        raise ValueError("an event has no DTSTART")
    who = str(event.get("SUMMARY", "")).strip()
    start = event["DTSTART"].dt
    length = _length(event, start, zone)
    uid = str(event.get("UID"))
    single = "RECURRENCE-ID" in event
    for local in _occurrences(event, start, zone, since - length, until):
        begins = _utc(local, zone)
        if not single and (uid, begins) in moved:
            continue
        ends = begins + length
        if ends > since and begins < until and ends > begins:
            yield Stretch(who, begins, ends)


def _length(event: Any, start: date, zone: ZoneInfo) -> timedelta:
    if "DTEND" in event:
        return _utc(event["DTEND"].dt, zone) - _utc(start, zone)
    if "DURATION" in event:
        length: timedelta = event["DURATION"].dt
        return length
    return timedelta() if isinstance(start, datetime) else timedelta(days=1)


def _occurrences(
    event: Any, start: date, zone: ZoneInfo, since: datetime, until: datetime
) -> Sequence[datetime]:
    """The beginnings around [since, until), on the clocks of the event's own zone."""
    first = _aware(start, zone)
    found = {first, *_dates(event.get("RDATE"), zone)}
    if "RRULE" in event:
        text = _UNTIL.sub(lambda match: _until(match, first), event["RRULE"].to_ical().decode())
        if not _FREQUENCY.search(text):
            raise ValueError(f"{text}: events that repeat within a day are not read")
        rule = rrulestr(text, dtstart=first)
        found.update(rule.between(since, until, inc=True))
    return sorted(found - set(_dates(event.get("EXDATE"), zone)))


def _until(match: re.Match[str], first: datetime) -> str:
    """UNTIL in UTC, as the rule needs it beside a beginning with a zone."""
    day, clock, utc = match[1], match[2] or "T235959", match[3]
    if utc:
        return match[0]
    local = datetime.strptime(day + clock, "%Y%m%dT%H%M%S").replace(tzinfo=first.tzinfo)
    return f"UNTIL={local.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _dates(value: Any, zone: ZoneInfo) -> Iterator[datetime]:
    lists = value if isinstance(value, list) else [value] if value is not None else []
    for each in lists:
        yield from (_aware(entry.dt, zone) for entry in each.dts if isinstance(entry.dt, date))


def _aware(value: date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time(0), zone)
    return value if value.tzinfo is not None else value.replace(tzinfo=zone)


def _utc(value: date, zone: ZoneInfo) -> datetime:
    return _aware(value, zone).astimezone(UTC)


def people_of(summaries: Iterable[str], names: Mapping[str, int]) -> dict[str, int | None]:
    """SUMMARY -> account id; ``names`` maps usernames and names in small letters to ids."""
    return {summary: names.get(summary.strip().lower()) for summary in summaries}
