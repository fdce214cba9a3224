"""1,000 alerts while the delivery process is killed 20 times with kill -9, on both databases.

What must be seen: nothing lost. A message that was under way at a kill is sent again when its lease
ends; those are counted.

    python -m benchmarks alerts_killed
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.context import DIALECTS, Context
from tests.alerts.routing.killing import kill_again_and_again
from tests.alerts.support import Answer, answering

ALERTS = 1000
KILLS = 20
SEED = 2026


def run(context: Context) -> Iterator[dict[str, object]]:
    """For each database how many alerts were lost, and how many messages were sent again."""
    for dialect in DIALECTS:
        with (
            context.database(dialect) as database,
            answering(Answer()) as provider,
            tempfile.TemporaryDirectory() as folder,
        ):
            times = kill_again_and_again(
                database, Path(folder), provider, alerts=ALERTS, kills=KILLS, seed=SEED
            )
        again = sum(count - 1 for count in times.values())
        yield _figure(f"alerts lost in {KILLS} kills, {dialect}", ALERTS - len(times))
        yield _figure(f"messages sent again in {KILLS} kills, {dialect}", again)


def _figure(name: str, value: int) -> dict[str, object]:
    return {
        "name": name,
        "value": value,
        "unit": "of 1,000",
        "reference": ALERTS,
        "ratio": value / ALERTS,
    }
