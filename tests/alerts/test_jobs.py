from datetime import timedelta
from pathlib import Path

from alerts.jobs import watch_deliveries
from alerts.queries import AlertFilter, list_alerts_for
from alerts.settings import AlertSettings
from core.auth.actor import SYSTEM
from core.clock import FrozenClock
from core.db import Database
from core.errors import ProviderError
from core.outbox.actions import enqueue
from core.outbox.handler import Delivery
from core.outbox.worker import deliver_due
from core.runtime import Runtime
from tests.alerts.support import REAL, TEN, flush, make_runtime, messages, settings_of


def refuse(_delivery: Delivery) -> str:
    raise ProviderError("no such channel", permanent=True)


def accept(_delivery: Delivery) -> str:
    return "ok"


class Watch:
    """A service whose greetings fail or not, and its own eye on them."""

    def __init__(self, database: Database, var: Path) -> None:
        self.clock = FrozenClock(TEN, REAL)
        self.runtime: Runtime = make_runtime(
            database, var, settings_of({"type": "console"}), self.clock
        )
        self._greetings = 0

    def greet(self) -> None:
        self._greetings += 1
        with self.runtime.database.write() as session:
            key = str(self._greetings)
            enqueue(session, topic="greeting", key=key, payload={}, now=self.clock.real_now())

    def look(self) -> list[str]:
        """The states of the alerts about deliveries after one look."""
        watch_deliveries(self.runtime, self.clock.real_now())
        with self.runtime.database.read() as session:
            wanted = AlertFilter(alertname="DeliveryFailing")
            return [alert.status for alert in list_alerts_for(session, SYSTEM, wanted)]

    def told(self) -> list[str]:
        """What the console was told, once the groups were flushed."""
        flush(self.runtime.database, self.runtime.settings.of(AlertSettings), self.clock.now())
        found = [m for m in messages(self.runtime.database) if m.topic == "alert.console"]
        return [m.payload["notification"]["alerts"][0]["annotations"]["summary"] for m in found]


def test_a_message_that_was_given_up_raises_an_alert_once(
    database: Database, tmp_path: Path
) -> None:
    watch = Watch(database, tmp_path)
    watch.greet()
    assert watch.look() == []
    deliver_due(watch.runtime, {"greeting": refuse}, "test")
    assert watch.look() == ["firing"]
    watch.clock.advance(timedelta(seconds=30))
    assert watch.look() == ["firing"]
    assert watch.told() == ["A message of greeting was given up, and none has got through since"]


def test_it_is_resolved_when_a_later_message_gets_through(
    database: Database, tmp_path: Path
) -> None:
    watch = Watch(database, tmp_path)
    watch.greet()
    deliver_due(watch.runtime, {"greeting": refuse}, "test")
    watch.look()
    watch.told()
    watch.greet()
    watch.clock.advance(timedelta(minutes=1))
    deliver_due(watch.runtime, {"greeting": accept}, "test")
    assert watch.look() == ["resolved"]
    assert watch.told()[-1] == "Messages of greeting get through again"


def test_a_message_that_waits_too_long_raises_an_alert(database: Database, tmp_path: Path) -> None:
    watch = Watch(database, tmp_path)
    watch.greet()
    watch.clock.advance(timedelta(minutes=10))
    assert watch.look() == []
    watch.clock.advance(timedelta(seconds=1))
    assert watch.look() == ["firing"]
