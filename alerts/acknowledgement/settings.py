"""``alerts.acknowledgement``: how long somebody's word on an alert is taken."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from core.durations import Duration
from core.settings import Strict


class AcknowledgementSettings(Strict):
    """How often the author of an acknowledgement is asked, and when it ends by itself."""

    remind_every: Annotated[
        Duration, Field(description="time after which its author is asked again; 0s: never")
    ] = timedelta(hours=2)
    expires_after: Annotated[
        Duration,
        Field(description="time after which one without an end of its own ends; 0s: never"),
    ] = timedelta(0)
