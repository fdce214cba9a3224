"""Delivery processes that are killed while alerts are raised, and a count of what arrived."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from alerts.actions import raise_alerts
from alerts.rules import AlertChange
from core.db import Database
from tests.alerts.routing.delivers import settings_for
from tests.alerts.support import Provider
from tests.support.server import ROOT
from tools.children import start_child, stop_child, tail


class Crew:
    """So many delivery processes on one database; one that was killed is replaced."""

    def __init__(self, url: str, folder: Path, webhook: str) -> None:
        self._arguments = [url, str(folder), webhook]
        self.log = folder / "delivery.log"
        self._running: list[subprocess.Popen[bytes]] = []

    def add(self) -> None:
        command = [sys.executable, "-m", "tests.alerts.routing.delivers", *self._arguments]
        self._running.append(start_child(command, log=self.log, cwd=ROOT, death_signal="KILL"))

    def kill_one(self) -> None:
        """kill -9 for the one that runs longest."""
        process = self._running.pop(0)
        process.kill()
        process.wait()

    def stop(self) -> None:
        for process in self._running:
            stop_child(process, signal.SIGKILL)


@contextmanager
def crew(url: str, folder: Path, provider: Provider, members: int) -> Iterator[Crew]:
    found = Crew(url, folder, provider.url)
    try:
        for _ in range(members):
            found.add()
        yield found
    finally:
        found.stop()


def alert(number: int) -> AlertChange:
    labels = {"alertname": "Load", "instance": f"i{number}", "severity": "critical"}
    return AlertChange(labels, {}, "firing", datetime.now(UTC))


def raise_each(database: Database, numbers: range, provider: Provider) -> None:
    """Raise the alerts in units of work of ten."""
    settings = settings_for(provider.url)
    for start in range(numbers.start, numbers.stop, 10):
        now = datetime.now(UTC)
        batch = [alert(number) for number in range(start, min(start + 10, numbers.stop))]
        with database.write() as session:
            raise_alerts(session, batch, settings=settings, now=now, real_now=now)


def arrived(provider: Provider) -> Counter[str]:
    """How often each alert was told; a message that a kill cut off was not."""
    counts: Counter[str] = Counter()
    for request in list(provider.requests):
        with suppress(ValueError):
            counts.update(alert["labels"]["instance"] for alert in request.json()["alerts"])
    return counts


def wait_until(condition: Callable[[], bool], log: Path, seconds: float = 60) -> float:
    """Seconds until it held; AssertionError with the end of the log when it did not in time."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, tail(log)
        time.sleep(0.02)
    return time.monotonic() - began


def _has_heard(provider: Provider, more_than: int) -> bool:
    return len(provider.requests) > more_than


def kill_again_and_again(
    database: Database, folder: Path, provider: Provider, *, alerts: int, kills: int, seed: int
) -> Counter[str]:
    """Raise so many alerts while the delivery is killed and started anew at random moments.

    Returns how often each alert arrived in the end.
    """
    chance = random.Random(seed)
    with crew(database.url, folder, provider, members=1) as found:
        for turn in range(kills):
            first, last = alerts * turn // kills, alerts * (turn + 1) // kills
            raise_each(database, range(first, last), provider)
            seen = chance.randint(first, last - 1)
            wait_until(partial(_has_heard, provider, seen), found.log)
            found.kill_one()
            found.add()
        wait_until(lambda: len(arrived(provider)) == alerts, found.log, 120)
    return arrived(provider)
