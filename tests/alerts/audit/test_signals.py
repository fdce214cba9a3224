"""The watchdog's alert and the auditor's sign of life, from their jobs to the outside."""

from datetime import timedelta
from pathlib import Path

import pytest

from alerts.audit.delivery import handlers
from alerts.audit.jobs import keep_watch, look, make_jobs
from alerts.routing.dispatcher import Dispatcher
from alerts.settings import AlertSettings
from core.clock import FrozenClock
from core.db import Database
from core.outbox.actions import enqueue
from core.outbox.worker import deliver_due
from core.runtime import Runtime
from tests.alerts.support import (
    REAL,
    TEN,
    Answer,
    Provider,
    answering,
    flush,
    make_runtime,
    messages,
    report,
    settings_of,
)
from tests.alerts.support import change as school_alert

MINUTE = timedelta(minutes=1)
WATCHED = {
    "watchdog": {"enabled": True},
    "route": {
        "routes": [
            {
                "matchers": ['alertname="Watchdog"'],
                "receiver": "default",
                "repeat_interval": "5m",
            }
        ]
    },
}


def test_the_watchdog_needs_a_route_of_its_own() -> None:
    with pytest.raises(ValueError, match="no route below the first matches alertname=Watchdog"):
        settings_of({"type": "console"}, watchdog={"enabled": True})
    assert settings_of({"type": "console"}, **WATCHED).watchdog.enabled


def test_the_watchdog_is_told_again_and_again_until_it_stops(
    database: Database, tmp_path: Path
) -> None:
    settings = settings_of({"type": "console"}, **WATCHED)
    clock = FrozenClock(TEN, REAL)
    runtime = make_runtime(database, tmp_path, settings, clock)
    assert [job.name for job in make_jobs(runtime.settings)] == ["alerts.watchdog"]
    for _minute in range(13):
        keep_watch(runtime, clock.real_now())
        flush(database, settings, clock.now(), clock.real_now())
        clock.advance(MINUTE)
    assert len(messages(database)) == 3, "at once, and at the first flush after every five minutes"
    clock.advance(10 * MINUTE)
    Dispatcher().turn(runtime)
    assert messages(database)[-1].payload["title"].count("Look for help") == 1
    assert messages(database)[-1].payload["notification"]["resolved_count"] == 1


class Audited:
    """A service with an auditor and an outside that listens."""

    def __init__(self, database: Database, var: Path, provider: Provider) -> None:
        auditor = {"url": f"{provider.url}alive", "fail_url": f"{provider.url}fail"}
        self.clock = FrozenClock(TEN, REAL)
        self.settings: AlertSettings = settings_of({"type": "console"}, auditor=auditor)
        self.runtime: Runtime = make_runtime(database, var, self.settings, self.clock)
        self.database = database

    def look(self) -> None:
        look(self.runtime, self.clock.real_now())

    def deliver(self) -> None:
        deliver_due(self.runtime, handlers(self.runtime), "tests")


def test_a_sign_of_life_follows_a_look_that_found_nothing(
    database: Database, tmp_path: Path
) -> None:
    with answering(Answer()) as provider:
        audited = Audited(database, tmp_path, provider)
        audited.look()
        audited.deliver()
        assert [request.path for request in provider.requests] == ["/alive"]


def test_what_is_stuck_is_told_instead(database: Database, tmp_path: Path) -> None:
    with answering(Answer()) as provider:
        audited = Audited(database, tmp_path, provider)
        report(database, audited.settings, school_alert(1))  # to the console, which nobody serves
        audited.clock.advance(10 * MINUTE)
        audited.look()
        audited.deliver()
        (request,) = provider.requests
        assert request.path == "/fail"
        assert b"a message of alert.console has been waiting since" in request.body


def test_a_late_sign_of_life_is_not_sent(database: Database, tmp_path: Path) -> None:
    with answering(Answer()) as provider:
        audited = Audited(database, tmp_path, provider)
        audited.look()
        audited.clock.advance(10 * MINUTE)
        audited.deliver()
        assert provider.requests == []
        assert messages(database)[0].receipt == (
            "not sent: it came too late to say anything about now"
        )


def test_the_auditor_does_not_wait_for_itself(database: Database, tmp_path: Path) -> None:
    with answering(Answer()) as provider:
        audited = Audited(database, tmp_path, provider)
        with database.write() as session:
            enqueue(session, topic="audit", key="old", payload={}, now=REAL - 60 * MINUTE)
        audited.look()
        assert [message.payload.get("title") for message in messages(database)] == [
            None,
            "All is well",
        ]
