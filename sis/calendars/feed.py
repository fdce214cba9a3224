"""A track's calendar as iCalendar (RFC 5545): what families and other systems subscribe to.

Every event keeps its UID as long as it means the same, so that subscribers see a change and not a
second event. SEQUENCE grows with every change made by hand; DTSTAMP is the time of the newest one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from sis.calendars.grid import Stretch
from sis.calendars.rules_marking import MarkingSpan, WindowSpan

DAY = timedelta(days=1)
_WORDS = {"minimum": "Minimum day", "holiday": "Holiday", "vacation": "Vacation"}


@dataclass(frozen=True)
class Feed:
    """What goes into the file; ``version`` counts the changes made by hand."""

    school_key: str
    school_name: str
    zone: str
    track: str
    school_year: int
    stretches: Sequence[Stretch]
    terms: Sequence[tuple[str, date, date]]
    periods: Sequence[MarkingSpan]
    windows: Sequence[WindowSpan]
    version: int
    modified_at: datetime


def ics(feed: Feed) -> bytes:
    """The file, UTF-8, with its events in a fixed order."""
    of_track = f", track {feed.track}" if feed.track else ""
    calendar = Calendar()
    calendar.add("prodid", "-//Bellwether//School calendars//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{feed.school_name}{of_track}")
    calendar.add("x-wr-timezone", feed.zone)
    for event in _events(feed):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(feed: Feed) -> Iterator[Event]:
    for run in feed.stretches:
        if run.kind in _WORDS:
            for first, last in _days_of(run):
                yield _days(feed, run.kind, first.isoformat(), _WORDS[run.kind], first, last + DAY)
    for title, starts_on, ends_on in feed.terms:
        yield _days(feed, "term-begins", title, f"{title} begins", starts_on, starts_on + DAY)
        yield _days(feed, "term-ends", title, f"{title} ends", ends_on - DAY, ends_on)
    for period in feed.periods:
        last = period.ends_on - DAY
        key = f"{period.term}-{period.week}"
        yield _days(feed, "marking", key, f"{period.label}: marking period ends", last, last + DAY)
    for window in feed.windows:
        yield _closing(feed, window)


def _days_of(run: Stretch) -> Iterable[tuple[date, date]]:
    """A vacation is one event; holidays and minimum days are one each, on weekdays."""
    if run.kind == "vacation":
        return [(run.first, run.last)]
    listed = (run.first + n * DAY for n in range((run.last - run.first).days + 1))
    return [(day, day) for day in listed if day.weekday() < 5]


def _event(feed: Feed, kind: str, key: str, summary: str) -> Event:
    event = Event()
    slug = "".join(letter if letter.isalnum() else "-" for letter in key)
    track = feed.track or "single"
    event.add("uid", f"{feed.school_key}-{track}-{feed.school_year}-{kind}-{slug}@bellwether")
    event.add("summary", summary)
    event.add("dtstamp", feed.modified_at)
    event.add("last-modified", feed.modified_at)
    event.add("sequence", feed.version)
    event.add("transp", "TRANSPARENT")
    event.add("categories", [kind])
    return event


def _days(feed: Feed, kind: str, key: str, summary: str, starts_on: date, ends_on: date) -> Event:
    """An event of whole days; DTEND is the day after the last."""
    event = _event(feed, kind, key, summary)
    event.add("dtstart", starts_on)
    event.add("dtend", ends_on)
    return event


def _closing(feed: Feed, window: WindowSpan) -> Event:
    """In UTC, so that no reader needs the rules of the zone."""
    key = f"{window.term}-{window.week}"
    event = _event(feed, "grading-closes", key, f"{window.label}: grading window closes")
    event.add("dtstart", window.closes(feed.zone))
    event.add("dtend", window.closes(feed.zone))
    return event
