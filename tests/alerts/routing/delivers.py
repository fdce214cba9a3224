"""A delivery process to be killed: URL FOLDER WEBHOOK. It dispatches and delivers until then."""

import os
import sys
import threading
from pathlib import Path

from alerts.delivery import handlers
from alerts.routing.dispatcher import make_loops
from alerts.settings import AlertSettings
from core.clock import SystemClock
from core.db import Database
from core.loops.runner import running
from core.outbox.worker import DeliveryLoop
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings, DeliverySettings

LEASE_SECONDS = 6


def settings_for(webhook: str) -> AlertSettings:
    """Every alert is a group of its own, told at once."""
    channel = {"type": "webhook", "url": webhook}
    return AlertSettings.model_validate(
        {
            "receivers": {"team": {"channels": [channel]}},
            "route": {"receiver": "team", "group_by": ["..."], "group_wait": "0s"},
        }
    )


def runtime_for(url: str, folder: Path, webhook: str) -> Runtime:
    delivery = DeliverySettings().model_copy(update={"lease_seconds": LEASE_SECONDS})
    alerts = settings_for(webhook)
    settings = Settings(CoreSettings(delivery=delivery), {AlertSettings: alerts}, folder, url)
    return Runtime(settings, Database(url), SystemClock())


def main(url: str, folder: Path, webhook: str) -> None:
    runtime = runtime_for(url, folder, webhook)
    delivery = DeliveryLoop(runtime, handlers(runtime), f"child-{os.getpid()}")
    with running(runtime, make_loops(runtime), [delivery.wake]):
        delivery.run_until(threading.Event())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
