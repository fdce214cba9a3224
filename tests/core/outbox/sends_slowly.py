"""A delivery process to be killed in the middle of a message: URL FOLDER."""

import sys
import threading
import time
from pathlib import Path

from core.db import Database
from core.outbox.handler import Delivery
from core.outbox.worker import DeliveryLoop
from tests.core.outbox.support import make_runtime


def main(url: str, folder: Path) -> None:
    def send(delivery: Delivery) -> str:
        (folder / f"began-{delivery.key}").touch()
        time.sleep(60)
        return "never"

    runtime = make_runtime(Database(url), folder, lease_seconds=5, workers=1)
    DeliveryLoop(runtime, {"greeting": send}, "child").run_until(threading.Event())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
