"""``alerts.alertmanager``: who may use the Alertmanager API without credentials, and for how long
what a webhook reports counts."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from core.durations import Duration
from core.settings import Strict


class AlertmanagerSettings(Strict):
    """The addresses below ``/alertmanager``."""

    loopback: Annotated[
        bool, Field(description="programs on this machine need no credentials; others do")
    ] = False
    webhook_timeout: Annotated[
        Duration,
        Field(
            gt=timedelta(),
            description="an alert that another Alertmanager has not told again for so long is "
            "resolved; longer than its repeat_interval",
        ),
    ] = timedelta(hours=25)
