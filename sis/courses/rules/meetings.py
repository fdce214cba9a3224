"""When a section meets: periods, days of the week and half-open dates, and what gets in its way.

Source: OneRoster 1.2 classes.periods for the labels; the letters of the days are the usual ones of
American bell schedules, with R for Thursday.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

WEEKDAYS = "MTWRF"
LONGEST_PERIOD = 20


@dataclass(frozen=True)
class Meeting:
    """A class period on some days of the week, ``[begins_on, ends_on)``.

    ``days`` None means every day; a date that is None is open. ``room`` is None where none is
    known.
    """

    period: str
    days: str | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    room: str | None = None

    @property
    def when(self) -> str:
        """``3`` or ``3 (MWF)``."""
        return f"{self.period} ({self.days})" if self.days else self.period


def parse_days(text: str | None) -> str | None:
    """Letters of MTWRF in any order and case, in the order of the week; None for every day.

    Raises ValueError with a sentence when a letter is another one or comes twice.
    """
    letters = "".join((text or "").upper().replace(",", " ").split())
    if not letters:
        return None
    strange = sorted(set(letters) - set(WEEKDAYS))
    if strange:
        raise ValueError(f"{''.join(strange)} is no day: use the letters {WEEKDAYS}")
    if len(set(letters)) != len(letters):
        raise ValueError("a day comes twice")
    ordered = "".join(day for day in WEEKDAYS if day in letters)
    return None if ordered == WEEKDAYS else ordered


def meets_on(meeting: Meeting, on: date) -> bool:
    """Whether the meeting takes place on that date, if it is a day of school."""
    if not within(meeting.begins_on, meeting.ends_on, on):
        return False
    weekday = on.weekday()
    return weekday < len(WEEKDAYS) and WEEKDAYS[weekday] in (meeting.days or WEEKDAYS)


def within(begins_on: date | None, ends_on: date | None, on: date) -> bool:
    """Whether ``on`` lies in ``[begins_on, ends_on)``; None is open."""
    return (begins_on is None or begins_on <= on) and (ends_on is None or on < ends_on)


def share_days(one: str | None, other: str | None) -> bool:
    """Whether two sets of days have one in common."""
    return bool(set(one or WEEKDAYS) & set(other or WEEKDAYS))


Span = tuple[date | None, date | None]


def overlap(*spans: Span) -> Span | None:
    """The days that all the half-open spans have in common; None when there is none."""
    begins = max((begins for begins, _ in spans if begins is not None), default=None)
    ends = min((ends for _, ends in spans if ends is not None), default=None)
    if begins is not None and ends is not None and begins >= ends:
        return None
    return begins, ends


def clash(one: Meeting, other: Meeting) -> bool:
    """Whether somebody who is in both would have to be in two places at once."""
    return (
        one.period == other.period
        and share_days(one.days, other.days)
        and overlap((one.begins_on, one.ends_on), (other.begins_on, other.ends_on)) is not None
    )


def first_clash(some: Iterable[Meeting], others: Iterable[Meeting]) -> Meeting | None:
    """The first of ``some``, by period, that clashes with one of ``others``."""
    others = tuple(others)
    ordered = sorted(some, key=lambda meeting: (meeting.period, meeting.days or ""))
    return next((one for one in ordered if any(clash(one, other) for other in others)), None)
