"""The same script goes to a real Alertmanager and through our routes: both say the same."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
import yaml

from alerts.rules import AlertChange
from alerts.settings import AlertSettings
from core.db import Database
from tests.alerts.routing.timeline import Said, Timeline
from tests.alerts.support import Answer, Provider, answering
from tests.support.server import free_port
from tools.children import start_child, stop_child, tail

ROUTE = {
    "receiver": "team",
    "group_by": ["alertname"],
    "group_wait": "300ms",
    "group_interval": "700ms",
    "repeat_interval": "1h",
}
INHIBIT_RULES = [
    {
        "source_matchers": ["role=source"],
        "target_matchers": ["role=target"],
        "equal": ["school"],
    }
]
INTERVAL = 0.7


@dataclass(frozen=True)
class Report:
    """One alert of a step."""

    status: str
    name: str
    role: str = ""
    school: str = "1"

    @property
    def labels(self) -> dict[str, str]:
        named = {"alertname": "Down", "name": self.name, "school": self.school}
        return {**named, "role": self.role} if self.role else named


STEPS: Sequence[Sequence[Report]] = (
    (Report("firing", "a"), Report("firing", "b")),
    (Report("firing", "c"),),
    (Report("resolved", "b"), Report("firing", "d")),
    (Report("firing", "s", "source"), Report("firing", "t", "target")),
    (Report("firing", "u", "target", school="2"), Report("resolved", "a")),
    (Report("resolved", "s", "source"),),
    (Report("resolved", "c"), Report("resolved", "d"), Report("firing", "b")),
    (
        Report("resolved", "b"),
        Report("resolved", "t", "target"),
        Report("resolved", "u", "target", school="2"),
    ),
)
"""After each of them a group that was told says what is new."""


@contextmanager
def alertmanager(folder: Path, webhook: str) -> Iterator[str]:
    """A real one; its address."""
    config = {
        "route": ROUTE,
        "inhibit_rules": INHIBIT_RULES,
        "receivers": [{"name": "team", "webhook_configs": [{"url": webhook}]}],
    }
    path, log, port = folder / "alertmanager.yml", folder / "alertmanager.log", free_port()
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    process = start_child(
        [
            "prometheus-alertmanager",
            f"--config.file={path}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        log=log,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: _ready(url), log)
        yield url
    finally:
        stop_child(process, signal.SIGTERM)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready").status_code == 200
    except httpx.TransportError:
        return False


def _has_said(provider: Provider, messages: int) -> bool:
    return len(provider.requests) >= messages


def wait_for(condition: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, tail(log)
        time.sleep(0.01)


def post(url: str, step: Sequence[Report]) -> None:
    now = datetime.now(UTC)
    ends = {"firing": now + timedelta(hours=1), "resolved": now}
    body = [{"labels": each.labels, "endsAt": ends[each.status].isoformat()} for each in step]
    httpx.post(f"{url}/api/v2/alerts", json=body).raise_for_status()


def heard(provider: Provider) -> list[tuple[str, list[str], list[str]]]:
    """Group key, what fires and what is resolved, of every message."""
    found = []
    for request in provider.requests:
        body = request.json()
        names: dict[str, list[str]] = {"firing": [], "resolved": []}
        for alert in body["alerts"]:
            names[alert["status"]].append(alert["labels"]["name"])
        found.append((body["groupKey"], sorted(names["firing"]), sorted(names["resolved"])))
    return found


@pytest.fixture(scope="module")
def alertmanager_said(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[str, list[str], list[str]]]:
    folder = tmp_path_factory.mktemp("alertmanager")
    with answering(Answer()) as provider, alertmanager(folder, provider.url) as url:
        for number, step in enumerate(STEPS, 1):
            post(url, step)
            wait_for(partial(_has_said, provider, number), folder / "alertmanager.log")
        return heard(provider)


def test_our_routes_say_what_alertmanager_says(
    database: Database, alertmanager_said: list[tuple[str, list[str], list[str]]]
) -> None:
    settings = AlertSettings.model_validate(
        {
            "route": ROUTE,
            "inhibit_rules": INHIBIT_RULES,
            "receivers": {"team": {"channels": [{"type": "console"}]}},
        }
    )
    line = Timeline(database, settings)
    said: list[Said] = []
    for step in STEPS:
        line.report(
            [AlertChange(each.labels, {}, each.status, line.now) for each in step],
        )
        line.to(line.second + INTERVAL)
        said += line.said()
    assert [(firing, resolved) for _, firing, resolved in said] == [
        (firing, resolved) for _, firing, resolved in alertmanager_said
    ]
    assert {key for key, _, _ in alertmanager_said} == {'{}:{alertname="Down"}'}
