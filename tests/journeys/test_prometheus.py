"""A real Prometheus reads our metrics, and finds nothing wrong with them."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.db import Database
from tests.support.server import LiveServer, free_port, running_server
from tools.children import start_child, stop_child, tail

CONFIG = """
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: bellwether
    static_configs: [{targets: ["127.0.0.1:%d"]}]
"""


@pytest.fixture(scope="module")
def live_server(
    module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The web process, as people and probes meet it."""
    with running_server(module_database.url, tmp_path_factory.mktemp("var")) as server:
        yield server


def ask(port: int, query: str) -> list[dict[str, Any]]:
    """The query's result; nothing while Prometheus is starting, when it answers 503 in words."""
    try:
        answer = httpx.get(
            f"http://127.0.0.1:{port}/api/v1/query", params={"query": query}, timeout=5
        )
    except httpx.TransportError:
        return []
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return []
    found: list[dict[str, Any]] = answer.json().get("data", {}).get("result", [])
    return found


def test_prometheus_scrapes_the_service(live_server: LiveServer, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "prometheus.log"
    config = tmp_path / "prometheus.yml"
    config.write_text(CONFIG % int(live_server.url.rsplit(":", 1)[1]), encoding="utf-8")
    process = start_child(
        [
            *("/usr/bin/prometheus", f"--config.file={config}"),
            f"--storage.tsdb.path={tmp_path / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        log=log,
    )
    try:
        deadline = time.monotonic() + 60
        while not (up := ask(port, "up == 1")) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert up, tail(log)
        assert ask(port, "bellwether_collector_up"), json.dumps(ask(port, "up"))
        assert not ask(port, "bellwether_collector_up == 0")
    finally:
        stop_child(process, signal.SIGTERM)


def test_promtool_has_no_complaint(live_server: LiveServer) -> None:
    text = httpx.get(f"{live_server.url}/metrics").text
    checked = subprocess.run(
        ["/usr/bin/promtool", "check", "metrics"], input=text, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
