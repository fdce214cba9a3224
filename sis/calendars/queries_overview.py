"""What is missing in the calendars of schools."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.calendars.models import Calendar, ClassPeriod, GradingWindow, MarkingPeriod
from sis.calendars.rules_months import school_year_of

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Missing:
    """A gap in what a school needs; ``kind`` is a stable word, ``sentence`` for people."""

    kind: str
    sentence: str


@dataclass(frozen=True)
class _Known:
    """What there is: schools with bells, and (school or None, track, year) with the rest."""

    bells: Collection[int]
    periods: Collection[tuple[int | None, str, int]]
    windows: Collection[tuple[int | None, str, int]]

    def of(self, school_id: int, track: str, year: int) -> Iterator[Missing]:
        for there, kind, words in (
            (self.periods, "no_marking_periods", "marking periods"),
            (self.windows, "no_grading_windows", "grading windows"),
        ):
            if not {(school_id, track, year), (None, track, year)} & set(there):
                yield Missing(kind, f"It has no {words} for {year - 1}-{year}{_of(track)}.")


def list_missing(
    session: Session, zones: Mapping[int, str], today: Mapping[str, date]
) -> dict[int, list[Missing]]:
    """School id to what it lacks, for schools (id to time zone); four statements.

    ``today`` maps each zone to the local date there.
    """
    years = _latest_years(session)
    known = _Known(
        frozenset(session.scalars(select(ClassPeriod.school_id).distinct())),
        _yearly(session, MarkingPeriod),
        _yearly(session, GradingWindow),
    )
    return {
        school_id: list(_of_school(school_id, years.get(school_id, {}), today[zone], known))
        for school_id, zone in zones.items()
    }


def _of_school(
    school_id: int, years: Mapping[str, tuple[date, date]], today: date, known: _Known
) -> Iterator[Missing]:
    if not years:
        yield Missing("no_calendar", "It has no calendar: nobody can tell when it has school.")
    for track, (_, ends_on) in sorted(years.items()):
        if ends_on <= today:
            ended = f"Its calendar{_of(track)} ended before today, after {ends_on - DAY}."
            yield Missing("ended", ended)
    if school_id not in known.bells:
        yield Missing("no_bells", "It has no bells: nobody can tell when its periods are.")
    for track, (starts_on, ends_on) in sorted(years.items()):
        if ends_on > today:
            yield from known.of(school_id, track, school_year_of(starts_on, ends_on))


def _of(track: str) -> str:
    return f" of track {track}" if track else ""


def _latest_years(session: Session) -> dict[int, dict[str, tuple[date, date]]]:
    """School id to track to its last calendar, ``[starts_on, ends_on)``."""
    statement = select(
        Calendar.school_id, Calendar.track, Calendar.starts_on, Calendar.ends_on
    ).order_by(Calendar.starts_on)
    found: dict[int, dict[str, tuple[date, date]]] = {}
    for school_id, track, starts_on, ends_on in session.execute(statement):
        found.setdefault(school_id, {})[track] = (starts_on, ends_on)
    return found


def _yearly(
    session: Session, table: type[MarkingPeriod] | type[GradingWindow]
) -> frozenset[tuple[int | None, str, int]]:
    statement = select(table.school_id, table.track, table.school_year).distinct()
    return frozenset((school, track, year) for school, track, year in session.execute(statement))
