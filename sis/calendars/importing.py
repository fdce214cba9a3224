"""Importing a file of calendar days or bells, through the same actions as the pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TypeVar

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import AppError
from sis.calendars.actions import own_calendar, put_days
from sis.calendars.actions_bells import change_bells
from sis.calendars.changes import keep_change, start_change
from sis.calendars.models import Calendar
from sis.calendars.queries_changes import Part, find_last_change, get_days
from sis.calendars.queries_years import CalendarYear, find_calendar_year, list_calendar_years
from sis.calendars.rules import Bell
from sis.calendars.rules_file import BellRow, CalendarFile, DayRow, Reject
from sis.calendars.rules_months import school_year_of
from sis.organizations.queries import list_schools

DAY = timedelta(days=1)
Row = TypeVar("Row", DayRow, BellRow)
Progress = Callable[[int], None]


@dataclass
class Outcome:
    """What became of a file's rows; ``rejects`` by line."""

    rows: int
    changed: int = 0
    unchanged: int = 0
    new_calendars: int = 0
    rejects: list[Reject] = field(default_factory=list)


def import_file(
    session: Session,
    file: CalendarFile,
    *,
    by: Actor,
    now: datetime,
    dry_run: bool = False,
    progress: Progress = lambda rows: None,
) -> Outcome:
    """Bring the rows in; those that cannot be are told with their lines, the others come in.

    A day is set in the calendar of its track that has it; where the track has none for that
    school year, one is made from the first to the last date of the file. The bells of a school
    and type of day come in together or not at all. ``dry_run`` does everything and takes it
    back.
    """
    outcome = Outcome(rows=file.count, rejects=list(file.rejects))
    schools = {school.sourced_id: school.id for school in list_schools(session, by)}
    attempt = session.begin_nested()
    for school_key, days in _grouped(file.days, lambda row: (row.school, row.track)):
        school_id = _known(schools, school_key[0], days, outcome)
        if school_id is not None:
            _import_days(session, school_id, school_key[1], days, outcome, by=by, now=now)
        progress(len(days))
    for bell_key, bells in _grouped(file.bells, lambda row: (row.school, row.day_type)):
        school_id = _known(schools, bell_key[0], bells, outcome)
        if school_id is not None and bell_key in file.spoiled:
            _reject(outcome, bells, "period", "Another period of these bells was left out.")
        elif school_id is not None:
            _import_bells(session, school_id, bell_key[1], bells, outcome, by=by, now=now)
        progress(len(bells))
    if dry_run:
        attempt.rollback()
    else:
        attempt.commit()
    outcome.rejects.sort(key=lambda reject: (reject.line, reject.column))
    return outcome


def _grouped(
    rows: Sequence[Row], key: Callable[[Row], tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], list[Row]]]:
    for name, group in groupby(sorted(rows, key=key), key=key):
        yield name, list(group)


def _reject(outcome: Outcome, rows: Iterable[Row], column: str, reason: str) -> None:
    outcome.rejects += [Reject(row.line, column, reason) for row in rows]


def _known(
    schools: Mapping[str, int], name: str, rows: Sequence[Row], outcome: Outcome
) -> int | None:
    school_id = schools.get(name)
    if school_id is None:
        _reject(outcome, rows, "school", f"There is no school {name} that you may see.")
    return school_id


def _import_days(
    session: Session,
    school_id: int,
    track: str,
    rows: Sequence[DayRow],
    outcome: Outcome,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """The rows of a track, calendar by calendar."""
    years = [year for year in list_calendar_years(session, school_id) if year.track == track]
    by_year: dict[CalendarYear | int, list[DayRow]] = {}
    for row in rows:
        inside = [year for year in years if year.starts_on <= row.on < year.ends_on]
        key = inside[-1] if inside else school_year_of(row.on, row.on + DAY)
        by_year.setdefault(key, []).append(row)
    for year, mine in by_year.items():
        if isinstance(year, CalendarYear):
            _set(session, year, mine, outcome, by=by, now=now)
        elif find_calendar_year(session, school_id, track, year) is not None:
            ended = f"The calendar of {year - 1}-{year} does not reach this date."
            _reject(outcome, mine, "date", ended)
        else:
            part = Part("days", school_id, track, year)
            _make(session, part, {row.on: row.day_type for row in mine}, by=by, now=now)
            outcome.new_calendars += 1
            outcome.changed += len(mine)


def _set(
    session: Session,
    year: CalendarYear,
    rows: Sequence[DayRow],
    outcome: Outcome,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """What differs is set, as one change that can be undone."""
    known = {
        row.on_date: row.day_type
        for row in get_days(session, year.id, year.starts_on, year.ends_on)
    }
    wanted = {row.on: row.day_type for row in rows if known.get(row.on) != row.day_type}
    outcome.changed += len(wanted)
    outcome.unchanged += len(rows) - len(wanted)
    if not wanted:
        return
    part = Part("days", year.school_id, year.track, year.school_year)
    start_change(session, part, seen=_seen(session, part), by=by)
    own_calendar(session, year.id)
    put_days(session, year.id, wanted)
    before = {on.isoformat(): known.get(on) for on in wanted}
    summary = f"{len(wanted)} days imported from a file."
    keep_change(session, part, summary, {"days": before}, by=by, now=now)


def _make(
    session: Session, part: Part, days: Mapping[date, str], *, by: Actor, now: datetime
) -> None:
    start_change(session, part, seen=_seen(session, part), by=by)
    calendar = Calendar(
        school_id=part.school_id,
        track=part.track,
        starts_on=min(days),
        ends_on=max(days) + DAY,
    )
    session.add(calendar)
    session.flush()
    put_days(session, calendar.id, days)
    summary = f"Calendar of {len(days)} days imported from a file."
    keep_change(session, part, summary, {"year": None}, by=by, now=now)


def _import_bells(
    session: Session,
    school_id: int,
    day_type: str,
    rows: Sequence[BellRow],
    outcome: Outcome,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """All the bells of a type of day; a refusal of one is told for each of its rows."""
    bells = [Bell(row.day_type, row.label, row.starts_at, row.ends_at) for row in rows]
    seen = _seen(session, Part("bells", school_id))
    try:
        change = change_bells(session, school_id, day_type, bells, seen=seen, by=by, now=now)
    except AppError as refusal:
        for number, row in enumerate(rows, start=1):
            reason = refusal.fields.get(f"bell_{number}", refusal.message)
            _reject(outcome, [row], "period", reason)
        return
    if change is None:
        outcome.unchanged += len(rows)
    else:
        outcome.changed += len(rows)


def _seen(session: Session, part: Part) -> int:
    """A file does not say what its author saw: the newest change is taken as known."""
    last = find_last_change(session, part)
    return last.id if last else 0
