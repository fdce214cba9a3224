"""Alerts, a runtime that raises them, and a provider on the loopback that answers as told."""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from alerts.actions import raise_alerts
from alerts.channel import Tools
from alerts.notification import Notification, compose
from alerts.routing.actions import flush_due
from alerts.rules import AlertChange, AlertState, merge
from alerts.settings import AlertSettings
from core.clock import Clock, SystemClock
from core.db import Database
from core.outbox.models import OutboxMessage
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings, DeliverySettings, ServerSettings

TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
REAL = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
GROUP = "{count} schools have more than 10 students without a schedule at 10:00"
BACK = "{count} schools are back to 10 students without a schedule or fewer"
TOOLS = Tools("key-1", "https://help.district.example", ZoneInfo("America/Los_Angeles"), REAL)


def change(
    number: int,
    status: str = "firing",
    *,
    value: int = 11,
    at: datetime = TEN,
    severity: str = "critical",
) -> AlertChange:
    """School ``number`` has ``value`` students without a schedule."""
    return AlertChange(
        labels={
            "alertname": "TooManyWithoutSchedule",
            "service": "sis",
            "severity": severity,
            "school": f"S-{number:04}",
        },
        annotations={
            "summary": f"School {number}: {value} students without a schedule (limit 10)",
            "group_summary": GROUP,
            "group_resolved": BACK,
            "value": str(value),
            "path": f"/schools/{number}",
        },
        status=status,
        at=at,
    )


def state(number: int, *, value: int = 11) -> AlertState:
    """School ``number``'s alert, firing."""
    found = merge(None, change(number, value=value))
    assert found is not None
    return found


def notification(schools: int = 1, most: int = 1000) -> Notification:
    """``schools`` schools fire, each one worse than the one before."""
    states = [state(number, value=10 + number) for number in range(1, schools + 1)]
    return compose("default", {"alertname": "TooManyWithoutSchedule"}, states, most)


def over(schools: int = 1) -> Notification:
    """``schools`` schools have no more than the limit again."""
    states = [merge(state(number), change(number, "resolved")) for number in range(1, schools + 1)]
    labels = {"alertname": "TooManyWithoutSchedule"}
    return compose("default", labels, [each for each in states if each is not None], 1000)


def settings_of(*channels: Mapping[str, object], **more: Any) -> AlertSettings:
    """One receiver with these channels; a new group does not wait, and news comes each minute."""
    route = {"receiver": "default", "group_wait": "0s", "group_interval": "1m"}
    route |= more.pop("route", {})
    receivers = {"default": {"channels": channels}}
    return AlertSettings.model_validate({"receivers": receivers, "route": route, **more})


def make_runtime(
    database: Database, var: Path, alerts: AlertSettings, clock: Clock | None = None
) -> Runtime:
    """A runtime whose outbox is in a hurry."""
    delivery = DeliverySettings(first_retry_seconds=0.05, last_retry_seconds=0.2)
    server = ServerSettings(base_url="https://help.district.example/")
    core = CoreSettings(delivery=delivery, server=server)
    settings = Settings(core, {AlertSettings: alerts}, var, database.url)
    return Runtime(settings, database, clock or SystemClock())


def report(
    database: Database, settings: AlertSettings, *changes: AlertChange, now: datetime | None = None
) -> int:
    """Raise the changes in one unit of work of their own, and flush what is due then."""
    at = now or max(each.at for each in changes)
    with database.write() as session:
        told = raise_alerts(session, changes, settings=settings, now=at, real_now=REAL)
    flush(database, settings, at)
    return told


def flush(
    database: Database, settings: AlertSettings, now: datetime = TEN, real_now: datetime = REAL
) -> int:
    """Flush every group that is due, as the dispatcher would."""
    with database.write() as session:
        return flush_due(session, settings=settings, now=now, real_now=real_now)


def messages(database: Database) -> list[OutboxMessage]:
    """What the outbox holds, oldest first."""
    with database.read() as session:
        found = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        session.expunge_all()
        return found


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: str = "{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    port: int = 0
    """The sender's, which tells one connection from another."""

    def json(self) -> Any:
        return json.loads(self.body)


class Provider:
    """An HTTP server that gives the answers in turn, the last one for ever.

    ``next_answers`` are given before any other.
    """

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._answers = list(answers)
        self._lock = threading.Lock()
        self.requests: list[Request] = []
        self.next_answers: list[Answer] = []
        self.url = ""

    def answer(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            if self.next_answers:
                return self.next_answers.pop(0)
            return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@contextmanager
def answering(*answers: Answer, keep_alive: bool = False) -> Iterator[Provider]:
    """A provider on a free port of the loopback that gives these answers."""
    with serving(Provider(answers), keep_alive=keep_alive) as provider:
        yield provider


Served = TypeVar("Served", bound=Provider)


@contextmanager
def serving(provider: Served, *, keep_alive: bool = False) -> Iterator[Served]:
    """The provider on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1" if keep_alive else "HTTP/1.0"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            port = self.client_address[1]
            answer = provider.answer(Request(self.path, headers, body, datetime.now(UTC), port))
            self.send_response(answer.status)
            content = answer.body.encode()
            usual = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            for name, value in {**usual, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
