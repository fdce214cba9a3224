"""``alerts.silences``."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from core.durations import Duration
from core.settings import Strict


class SilenceSettings(Strict):
    """Silences."""

    remind_before: Annotated[
        Duration,
        Field(ge=timedelta(), description="how long before its end the author is reminded"),
    ] = timedelta(minutes=15)
