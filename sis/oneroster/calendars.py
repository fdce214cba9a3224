"""Calendars from what a set says of days, and derived ones where it says nothing.

A calendar that differs is made anew: nothing refers to one by its id. Those of past years stay.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.calendars.models import Calendar, CalendarDate
from sis.calendars.queries_changes import list_years_changed_by_hand
from sis.calendars.rules import SessionDays, weekdays
from sis.oneroster import queries
from sis.oneroster.keys import Kind
from sis.oneroster.state import ImportState
from sis.oneroster.store import Change
from sis.oneroster.summary import FileSummary

CALENDAR = cast(Table, Calendar.__table__)
DATE = cast(Table, CalendarDate.__table__)
Days = tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Wanted:
    """A calendar as it should be."""

    school_id: int
    track: str
    session_id: int | None
    starts_on: date
    ends_on: date
    derived: bool
    days: Days

    @property
    def identity(self) -> tuple[object, ...]:
        return (
            self.school_id,
            self.track,
            self.session_id,
            self.starts_on,
            self.ends_on,
            self.derived,
        )


def sync_calendars(state: ImportState, orgs: FileSummary | None) -> None:
    """Bring the calendars of all schools that this set can say something about up to date."""
    existing = queries.list_calendars(state.store.session)
    own = _changed_by_hand(state, existing)
    given = {c.school_id for c in existing if not c.derived} | set(state.calendars)
    wanted = list(_unique(_given(state, existing, own, orgs), orgs))
    told = {calendar.school_id for calendar in wanted}
    silent = sorted(state.schools - given)
    wanted += _derived(state, silent)
    theirs = [c for c in wanted if not any(_overlap(c, mine) for mine in own)]
    if orgs is not None and len(theirs) < len(wanted):
        left = len(wanted) - len(theirs)
        orgs.warn("a calendar was changed by hand; it stays as it is", left, iter(()))
    open_to_change = [calendar for calendar in existing if calendar not in own]
    _apply(state, open_to_change, theirs, told | set(silent))


def _changed_by_hand(
    state: ImportState, existing: Iterable[queries.StoredCalendar]
) -> list[queries.StoredCalendar]:
    """The calendars that a school has taken over: an import does not touch them."""
    changed = list_years_changed_by_hand(state.store.session)
    return [c for c in existing if (c.school_id, c.track, c.school_year) in changed]


def _overlap(wanted: Wanted, own: queries.StoredCalendar) -> bool:
    return (
        (wanted.school_id, wanted.track) == (own.school_id, own.track)
        and wanted.starts_on < own.ends_on
        and own.starts_on < wanted.ends_on
    )


def _given(
    state: ImportState,
    existing: Iterable[queries.StoredCalendar],
    own: Iterable[queries.StoredCalendar],
    orgs: FileSummary | None,
) -> Iterator[Wanted]:
    """One for each school and school year that it names, now or in an earlier set."""
    listed = dict(state.calendars)
    earlier: dict[int, list[str]] = {}
    for calendar in existing:
        if calendar.school_id not in listed and calendar.session is not None:
            earlier.setdefault(calendar.school_id, []).append(calendar.session)
    for school_id, known in earlier.items():
        if any(session in state.days for session in known):
            listed[school_id] = tuple(known)
    named = {session for ids in listed.values() for session in ids}
    sessions = _sessions(state, named, [calendar.id for calendar in own])
    for school_id, ids in listed.items():
        for session in ids:
            if session in sessions:
                session_id, starts_on, ends_on, days = sessions[session]
                track = state.days.get(session, SessionDays()).track
                if session not in state.days:
                    track = _stored_track(existing, session_id)
                changes = state.day_changes.get(school_id, {}).get(session, {})
                days = _changed(days, changes)
                yield Wanted(school_id, track, session_id, starts_on, ends_on, False, days)
            elif orgs is not None:
                orgs.warn("a session in metadata.calendars is unknown", 1, iter(()))


def _changed(days: Days, changes: dict[date, str]) -> Days:
    """The days of a session as one school has them."""
    if not changes:
        return days
    own = dict(days) | changes
    return tuple((on, kind) for on, kind in sorted(own.items()) if kind != "none")


def _stored_track(existing: Iterable[queries.StoredCalendar], session_id: int) -> str:
    return next((c.track for c in existing if c.session_id == session_id), "")


def _sessions(
    state: ImportState, sourced_ids: set[str], own: Sequence[int]
) -> dict[str, tuple[int, date, date, Days]]:
    """The sessions with all their weekdays; those of calendars changed by hand do not count."""
    frame = pl.DataFrame({"session": sorted(sourced_ids)}, schema={"session": pl.String})
    found = state.keys.resolve(Kind.SESSION, frame, "session", "s").drop_nulls("s_id")
    sessions = {}
    for name, session_id, starts, ends in found.select(
        "session", "s_id", "s_starts_on", "s_ends_on"
    ).iter_rows():
        starts_on, ends_on = date.fromisoformat(starts), date.fromisoformat(ends)
        if name in state.days:
            days = _days(starts_on, ends_on, state.days[name])
        else:
            days = queries.list_days_of_session(state.store.session, session_id, own)
            days = days or _days(starts_on, ends_on, SessionDays())
        sessions[name] = (session_id, starts_on, ends_on, days)
    return sessions


def _days(starts_on: date, ends_on: date, special: SessionDays) -> Days:
    return tuple((day, special.day_type(day)) for day in weekdays(starts_on, ends_on))


def _unique(wanted: Iterable[Wanted], orgs: FileSummary | None) -> Iterator[Wanted]:
    """A track begins only one year on a date; the table holds to it too."""
    seen = set()
    for calendar in wanted:
        key = (calendar.school_id, calendar.track, calendar.starts_on)
        if key not in seen:
            seen.add(key)
            yield calendar
        elif orgs is not None:
            orgs.warn(
                "two calendars of one track begin on one day; the first was taken", 1, iter(())
            )


def _derived(state: ImportState, school_ids: list[int]) -> list[Wanted]:
    """The weekdays of a school's terms, for each track that its students and sections are on."""
    if not school_ids:
        return []
    session = state.store.session
    tracks = queries.list_tracks_in_use(session, school_ids)
    cache: dict[frozenset[tuple[date, date]], Days] = {}
    wanted = []
    for school_id, spans in queries.list_term_spans(session, school_ids).items():
        if spans not in cache:
            dates = {day for starts_on, ends_on in spans for day in weekdays(starts_on, ends_on)}
            cache[spans] = tuple((day, "regular") for day in sorted(dates))
        starts_on, ends_on = min(s for s, _ in spans), max(e for _, e in spans)
        for track in sorted(tracks.get(school_id, {""})):
            wanted.append(Wanted(school_id, track, None, starts_on, ends_on, True, cache[spans]))
    return wanted


def _apply(
    state: ImportState,
    existing: Iterable[queries.StoredCalendar],
    wanted: list[Wanted],
    schools: set[int],
) -> None:
    """Remove what is not wanted of these schools, add what is missing, mend the days."""
    kept = {calendar.identity: calendar for calendar in existing}
    new = [calendar for calendar in wanted if calendar.identity not in kept]
    same = [(kept[c.identity].id, c) for c in wanted if c.identity in kept]
    identities = {calendar.identity for calendar in wanted}
    begins: dict[int, date] = {}
    for calendar in wanted:
        begin = begins.setdefault(calendar.school_id, calendar.starts_on)
        begins[calendar.school_id] = min(begin, calendar.starts_on)
    stale = [
        calendar
        for calendar in existing
        if calendar.school_id in schools
        and calendar.identity not in identities
        and (calendar.derived or calendar.ends_on > begins.get(calendar.school_id, date.min))
    ]
    store = state.store
    if stale:
        store.bulk.delete(CALENDAR, pl.DataFrame({"id": [calendar.id for calendar in stale]}))
        store.record(CALENDAR, ((c.id, c.described(), None) for c in stale))
    _add(state, new)
    _mend_days(state, same)


def _add(state: ImportState, calendars: list[Wanted]) -> None:
    if not calendars:
        return
    first = state.store.bulk.reserve(CALENDAR, len(calendars))
    frame = pl.DataFrame(
        {
            "id": range(first, first + len(calendars)),
            "school_id": [c.school_id for c in calendars],
            "track": [c.track for c in calendars],
            "session_id": [c.session_id for c in calendars],
            "starts_on": [c.starts_on.isoformat() for c in calendars],
            "ends_on": [c.ends_on.isoformat() for c in calendars],
            "derived": [int(c.derived) for c in calendars],
        },
        schema_overrides={"session_id": pl.Int64, "id": pl.Int64},
    )
    state.store.bulk.insert(CALENDAR, frame)
    state.store.bulk.insert(DATE, _day_frame(zip(frame["id"], calendars, strict=True)))
    state.derived["calendar"] += len(calendars)


def _mend_days(state: ImportState, calendars: list[tuple[int, Wanted]]) -> None:
    """Calendars that stay, but some of whose days changed."""
    if not calendars:
        return
    wanted = _day_frame(calendars)
    columns = ["calendar_id", "on_date", "day_type"]
    ids = pl.Series([calendar_id for calendar_id, _ in calendars])
    old = state.store.bulk.fetch(DATE, columns, "calendar_id", ids)
    removed = old.join(wanted, on=columns, how="anti")
    added = wanted.join(old, on=columns, how="anti")
    if removed.height:
        state.store.bulk.delete(DATE, removed.select("calendar_id", "on_date"))
    state.store.bulk.insert(DATE, added)

    def changes() -> Iterator[Change]:
        for calendar_id in sorted({*removed["calendar_id"], *added["calendar_id"]}):
            yield calendar_id, _listed(removed, calendar_id), _listed(added, calendar_id)

    state.store.record(CALENDAR, changes())


def _listed(days: pl.DataFrame, calendar_id: int) -> dict[str, str]:
    mine = days.filter(pl.col("calendar_id") == calendar_id)
    return dict(mine.select("on_date", "day_type").iter_rows())


def _day_frame(calendars: Iterable[tuple[int, Wanted]]) -> pl.DataFrame:
    """One row for each calendar and day; the days of a session are made once for all schools."""
    sets: dict[Days, int] = {}
    owners = [(calendar_id, sets.setdefault(c.days, len(sets))) for calendar_id, c in calendars]
    days = [
        (number, day.isoformat(), kind) for listed, number in sets.items() for day, kind in listed
    ]
    schema = {"set": pl.Int64, "on_date": pl.String, "day_type": pl.String}
    owner_frame = pl.DataFrame(
        owners, schema={"calendar_id": pl.Int64, "set": pl.Int64}, orient="row"
    )
    return owner_frame.join(pl.DataFrame(days, schema=schema, orient="row"), on="set").drop("set")
