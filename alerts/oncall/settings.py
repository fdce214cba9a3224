"""``alerts.oncall``: how far ahead schedules are looked at, and how often calendars are read."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from core.durations import Duration
from core.settings import Strict


class OnCallSettings(Strict):
    """On-call schedules; they themselves stand in the database."""

    gaps_ahead: Annotated[
        Duration,
        Field(
            ge=timedelta(0),
            le=timedelta(days=60),
            description="how far ahead a gap raises OnCallGap",
        ),
    ] = timedelta(days=7)
    calendars_every: Annotated[
        Duration, Field(ge=timedelta(minutes=1), description="time between two readings of an ICS")
    ] = timedelta(minutes=15)
    feed_ahead: Annotated[
        Duration,
        Field(
            ge=timedelta(days=1),
            le=timedelta(days=366),
            description="how far ahead the iCalendars go that people subscribe to",
        ),
    ] = timedelta(days=90)
