"""Setting marking periods and grading windows, for a school or for the district."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Invalid
from sis.calendars.changes import keep_change, start_change
from sis.calendars.models import CalendarChange, GradingWindow, MarkingPeriod
from sis.calendars.queries_changes import Part
from sis.calendars.queries_marking import list_own_grading_windows, list_own_marking_periods
from sis.calendars.rules_marking import (
    MarkingSpan,
    WindowSpan,
    refuse_spans,
    refuse_windows,
)

PERIODS = "marking_periods"
WINDOWS = "grading_windows"


def set_marking_periods(
    session: Session,
    part: Part,
    periods: Sequence[MarkingSpan],
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> CalendarChange | None:
    """Make these the marking periods of the track; none of its own means those of the district.

    None when nothing differs. Raises NotFound, Forbidden, Invalid with a sentence for each
    ``T-W`` (term, week) at fault, and Conflict: changed meanwhile, or a marking period taken
    away that has a grading window of the same owner.
    """
    _refuse(refuse_spans(periods), "These marking periods cannot be saved.")
    start_change(session, part, seen=seen, by=by)
    owner, track, year = part.school_id, part.track, part.school_year or 0
    old = list_own_marking_periods(session, owner, track, year)
    if set(old) == set(periods):
        return None
    removed = {(one.term, one.week) for one in old} - {(one.term, one.week) for one in periods}
    windows = list_own_grading_windows(session, owner, track, year)
    left = [one.label for one in windows if (one.term, one.week) in removed]
    if left and periods:
        raise Conflict(
            f"There is a grading window for {', '.join(left)}. Remove it first.",
            code="window_left",
        )
    put_marking_periods(session, part, periods)
    summary = _summary(periods, "marking periods", part)
    return keep_change(session, part, summary, periods_before(old), by=by, now=now)


def set_grading_windows(
    session: Session,
    part: Part,
    windows: Sequence[WindowSpan],
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> CalendarChange | None:
    """Make these the grading windows of the track; none of its own means those of the district.

    Times are those of the school's clocks. Returns and raises as ``set_marking_periods`` does.
    """
    _refuse(refuse_windows(windows), "These grading windows cannot be saved.")
    start_change(session, part, seen=seen, by=by)
    old = list_own_grading_windows(session, part.school_id, part.track, part.school_year or 0)
    if set(old) == set(windows):
        return None
    put_grading_windows(session, part, windows)
    summary = _summary(windows, "grading windows", part)
    return keep_change(session, part, summary, windows_before(old), by=by, now=now)


def put_marking_periods(session: Session, part: Part, periods: Sequence[MarkingSpan]) -> None:
    """Replace the rows."""
    _clear(session, MarkingPeriod, part)
    session.add_all(
        MarkingPeriod(
            school_id=part.school_id,
            track=part.track,
            school_year=part.school_year,
            term=one.term,
            week=one.week,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
        )
        for one in periods
    )
    session.flush()


def put_grading_windows(session: Session, part: Part, windows: Sequence[WindowSpan]) -> None:
    """Replace the rows."""
    _clear(session, GradingWindow, part)
    session.add_all(
        GradingWindow(
            school_id=part.school_id,
            track=part.track,
            school_year=part.school_year,
            term=one.term,
            week=one.week,
            opens_on=one.opens_on,
            opens_at=one.opens_at,
            closes_on=one.closes_on,
            closes_at=one.closes_at,
        )
        for one in windows
    )
    session.flush()


def periods_before(old: Sequence[MarkingSpan]) -> JsonDict:
    """What undoing needs."""
    return {
        "periods": [
            [one.term, one.week, one.starts_on.isoformat(), one.ends_on.isoformat()] for one in old
        ]
    }


def windows_before(old: Sequence[WindowSpan]) -> JsonDict:
    """What undoing needs."""
    return {
        "windows": [
            [
                one.term,
                one.week,
                one.opens_on.isoformat(),
                one.opens_at.isoformat(),
                one.closes_on.isoformat(),
                one.closes_at.isoformat(),
            ]
            for one in old
        ]
    }


def _clear(session: Session, table: type[MarkingPeriod] | type[GradingWindow], part: Part) -> None:
    session.execute(
        delete(table).where(
            table.school_id == part.school_id,
            table.track == part.track,
            table.school_year == part.school_year,
        )
    )


def _refuse(problems: dict[tuple[int, int], str], sentence: str) -> None:
    if problems:
        fields = {f"{term}-{week}": problem for (term, week), problem in problems.items()}
        raise Invalid(sentence, fields=fields)


def _summary(rows: Sequence[object], what: str, part: Part) -> str:
    if rows:
        return f"{len(rows)} {what} set."
    follows = "the district's are followed" if part.school_id is not None else "there are none"
    return f"The {what} taken away; {follows}."
