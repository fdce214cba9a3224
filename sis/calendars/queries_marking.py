"""Marking periods and grading windows: a school's own, or else the district's."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.calendars.models import GradingWindow, MarkingPeriod
from sis.calendars.rules_marking import MarkingSpan, WindowSpan


def list_marking_periods(
    session: Session, school_id: int, track: str, school_year: int
) -> tuple[MarkingSpan, ...]:
    """The marking periods of a track, by date: the school's own, or else the district's."""
    own = list_own_marking_periods(session, school_id, track, school_year)
    return own or list_own_marking_periods(session, None, track, school_year)


def list_grading_windows(
    session: Session, school_id: int, track: str, school_year: int
) -> tuple[WindowSpan, ...]:
    """The grading windows of a track, by opening: the school's own, or else the district's."""
    own = list_own_grading_windows(session, school_id, track, school_year)
    return own or list_own_grading_windows(session, None, track, school_year)


def find_open_windows(
    session: Session, school_id: int, track: str, school_year: int, *, now: datetime, zone: str
) -> tuple[WindowSpan, ...]:
    """The windows that are open at ``now`` at a school in the IANA zone, first opened first."""
    windows = list_grading_windows(session, school_id, track, school_year)
    return tuple(window for window in windows if window.is_open(now, zone))


def list_own_marking_periods(
    session: Session, school_id: int | None, track: str, school_year: int
) -> tuple[MarkingSpan, ...]:
    """Those that the school itself has set, or the district (None), by date."""
    statement = (
        select(
            MarkingPeriod.term, MarkingPeriod.week, MarkingPeriod.starts_on, MarkingPeriod.ends_on
        )
        .where(
            MarkingPeriod.school_id == school_id,
            MarkingPeriod.track == track,
            MarkingPeriod.school_year == school_year,
        )
        .order_by(MarkingPeriod.starts_on, MarkingPeriod.term, MarkingPeriod.week)
    )
    return tuple(MarkingSpan(*row) for row in session.execute(statement))


def list_own_grading_windows(
    session: Session, school_id: int | None, track: str, school_year: int
) -> tuple[WindowSpan, ...]:
    """Those that the school itself has set, or the district (None), by opening."""
    statement = (
        select(
            GradingWindow.term,
            GradingWindow.week,
            GradingWindow.opens_on,
            GradingWindow.opens_at,
            GradingWindow.closes_on,
            GradingWindow.closes_at,
        )
        .where(
            GradingWindow.school_id == school_id,
            GradingWindow.track == track,
            GradingWindow.school_year == school_year,
        )
        .order_by(GradingWindow.opens_on, GradingWindow.term, GradingWindow.week)
    )
    return tuple(WindowSpan(*row) for row in session.execute(statement))
