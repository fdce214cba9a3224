"""The school year 2014-15: one standard calendar, four tracks, and two exceptions.

Source: sis-rules, "District shape". Single-track schools began the second semester on Monday
12 January 2015. At the four-track schools tracks B, C and D began on 1 July and started their
second semester on 5 January; track A began in mid-August and starts its second semester in
mid-February. One track is on vacation at any time; on 12 January it is track A. Dates are
half-open, as in OneRoster 1.2.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

OPENING_DAY = date(2015, 1, 12)
SCHOOL_YEAR = 2015
TRACKS = ("A", "B", "C", "D")
VACATION_TRACK = "A"

_HOLIDAYS = (
    date(2014, 9, 1), date(2014, 11, 11), date(2015, 1, 19), date(2015, 2, 16),
    date(2015, 4, 3), date(2015, 5, 25),
)  # fmt: skip
_THANKSGIVING = (date(2014, 11, 26), date(2014, 12, 1))


@dataclass(frozen=True)
class YearCalendar:
    """One school-year session with its two semesters; ``code`` makes the sourced ids."""

    code: str
    title: str
    first: tuple[date, date]
    second: tuple[date, date]
    vacations: tuple[tuple[date, date], ...]
    track: str = ""
    holidays: tuple[date, ...] = _HOLIDAYS
    minimum_days: tuple[date, ...] = field(default=())

    @property
    def year_id(self) -> str:
        return self.code

    @property
    def current_term_id(self) -> str:
        """The term in which students sit on opening day."""
        return f"{self.code}-S1" if self.second[0] > OPENING_DAY else f"{self.code}-S2"

    @property
    def earlier_term_id(self) -> str | None:
        """The term that has ended by opening day, if one has."""
        return None if self.second[0] > OPENING_DAY else f"{self.code}-S1"


def _tuesdays(begins_on: date, ends_on: date) -> Iterator[date]:
    """Tuesdays are minimum days: teachers confer in the afternoon."""
    day = begins_on + timedelta(days=(1 - begins_on.weekday()) % 7)
    while day < ends_on:
        yield day
        day += timedelta(days=7)


_YEAR = (date(2014, 8, 12), date(2015, 6, 5))
_FIRST = (_YEAR[0], date(2014, 12, 20))
_SECOND = (OPENING_DAY, _YEAR[1])
_BREAKS = (
    (date(2014, 11, 24), date(2014, 12, 1)),
    (date(2014, 12, 20), OPENING_DAY),
    (date(2015, 3, 30), date(2015, 4, 6)),
)
_SHORT = tuple(
    day
    for day in _tuesdays(*_YEAR)
    if day not in _HOLIDAYS and not any(begins <= day < ends for begins, ends in _BREAKS)
)


def _standard(
    code: str,
    title: str,
    holidays: tuple[date, ...] = _HOLIDAYS,
    more_minimum_days: tuple[date, ...] = (),
) -> YearCalendar:
    return YearCalendar(
        code,
        title,
        _FIRST,
        _SECOND,
        _BREAKS,
        holidays=holidays,
        minimum_days=(*_SHORT, *more_minimum_days),
    )


def _track(
    track: str, begins_on: date, change: tuple[date, date], vacations: list[tuple[date, date]]
) -> YearCalendar:
    ends_on = date(2015, 7, 1)
    return YearCalendar(
        code=f"SY15-{track}",
        title=f"School year 2014-15, track {track}",
        first=(begins_on, change[0]),
        second=(change[1], ends_on),
        vacations=(*vacations, _THANKSGIVING),
        track=track,
    )


_BCD = (date(2014, 12, 20), date(2015, 1, 5))
STANDARD = _standard("SY15", "School year 2014-15")
CALENDARS = {
    "": STANDARD,
    "minimum": _standard(
        "SY15-M",
        "School year 2014-15, conferences on opening day",
        more_minimum_days=(OPENING_DAY,),
    ),
    "holiday": _standard(
        "SY15-H", "School year 2014-15, opens a day later", holidays=(*_HOLIDAYS, OPENING_DAY)
    ),
    "A": _track(
        "A",
        date(2014, 8, 12),
        (date(2015, 2, 17), date(2015, 2, 17)),
        [(date(2014, 12, 20), date(2015, 2, 17))],
    ),
    "B": _track(
        "B",
        date(2014, 7, 1),
        _BCD,
        [(date(2014, 8, 12), date(2014, 9, 29)), _BCD, (date(2015, 2, 17), date(2015, 3, 30))],
    ),
    "C": _track(
        "C",
        date(2014, 7, 1),
        _BCD,
        [(date(2014, 9, 29), date(2014, 11, 10)), _BCD, (date(2015, 3, 30), date(2015, 5, 11))],
    ),
    "D": _track(
        "D",
        date(2014, 7, 1),
        _BCD,
        [(date(2014, 11, 10), date(2014, 12, 20)), _BCD, (date(2015, 5, 11), date(2015, 7, 1))],
    ),
}


def _days(days: Iterable[date]) -> str | None:
    return ",".join(day.isoformat() for day in sorted(days)) or None


def _session_row(
    calendar: YearCalendar, suffix: str, title: str, kind: str, dates: tuple[date, date]
) -> dict[str, str | None]:
    row = {
        "sourcedId": f"{calendar.code}{suffix}",
        "title": title,
        "type": kind,
        "startDate": dates[0].isoformat(),
        "endDate": dates[1].isoformat(),
        "parentSourcedId": calendar.year_id if suffix else None,
        "schoolYear": str(SCHOOL_YEAR),
        "metadata.track": calendar.track or None,
    }
    days = {
        "metadata.holidays": _days(calendar.holidays),
        "metadata.minimumDays": _days(calendar.minimum_days),
        "metadata.vacations": ",".join(f"{a}/{b}" for a, b in sorted(calendar.vacations)),
    }
    return row | (dict.fromkeys(days) if suffix else days)


def session_rows() -> Iterator[dict[str, str | None]]:
    """Rows of academicSessions.csv: each calendar's year and its two semesters."""
    for calendar in CALENDARS.values():
        year = (calendar.first[0], calendar.second[1])
        yield _session_row(calendar, "", calendar.title, "schoolYear", year)
        for suffix, name, dates in (
            ("-S1", "First semester", calendar.first),
            ("-S2", "Second semester", calendar.second),
        ):
            title = f"{name}, track {calendar.track}" if calendar.track else name
            yield _session_row(calendar, suffix, title, "semester", dates)
