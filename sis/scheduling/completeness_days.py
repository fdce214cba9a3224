"""What kind of day every track has today, and whether the calendar knows at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from sis.calendars.queries import TrackOnDate, list_tracks_on
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, SchoolDay


@dataclass(frozen=True)
class TrackDay:
    """``day`` is None when the track has no school; ``problem`` says why nobody can tell."""

    day: SchoolDay | None
    problem: str = ""


def list_track_days(
    session: Session, on_dates: Mapping[str, date]
) -> dict[tuple[int, str], TrackDay]:
    """The day of every (school id, track) that has a calendar; one statement for all schools.

    A date after the last calendar of a track is a problem (the new year was not loaded); one
    before or between its calendars is a day without school.
    """
    return {key: _track_day(one) for key, one in list_tracks_on(session, on_dates).items()}


def _track_day(one: TrackOnDate) -> TrackDay:
    if one.day is not None:
        return TrackDay(one.day)
    if one.day_type in DAY_TYPES_OF_INSTRUCTION:
        return TrackDay(None, "the school has no bell schedule")
    return TrackDay(None) if one.goes_on else TrackDay(None, "the calendar ends before today")
