"""``alerts.watchdog`` and ``alerts.auditor``."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from core.durations import Duration
from core.settings import Strict

_SECOND = timedelta(seconds=1)


class WatchdogSettings(Strict):
    """An alert that always fires, so that its receiver notices when nothing comes any more."""

    enabled: Annotated[
        bool, Field(description="raise the alert Watchdog; a route must send it somewhere")
    ] = False
    every: Annotated[Duration, Field(ge=_SECOND, description="how often it is raised anew")] = (
        timedelta(minutes=1)
    )


class AuditorSettings(Strict):
    """A sign of life that is sent only after a look at everything that could be stuck."""

    url: Annotated[
        str,
        Field(pattern=r"^(https?://\S+)?$", description="POSTed to while all is well; empty: off"),
    ] = ""
    fail_url: Annotated[
        str,
        Field(pattern=r"^(https?://\S+)?$", description="POSTed to, with reasons, when it is not"),
    ] = ""
    every: Annotated[Duration, Field(ge=_SECOND, description="how often it looks")] = timedelta(
        minutes=1
    )
    grace: Annotated[Duration, Field(ge=_SECOND, description="how late something may be")] = (
        timedelta(minutes=2)
    )
