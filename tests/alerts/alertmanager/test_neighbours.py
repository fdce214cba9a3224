"""A real Prometheus posts to us, and a real Alertmanager tells us what it tells people."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import select

from alerts.alertmanager.rules.times import format_time
from alerts.models import Alert
from core.clock import machine_now
from core.db import Database
from tests.alerts.alertmanager.support import alert_settings, am_site, served
from tests.support.alertmanager import running_alertmanager
from tests.support.server import free_port
from tools.children import start_child, stop_child, tail

RULES = """
groups:
  - name: login
    rules:
      - alert: LoginDown
        expr: vector(1)
        labels: {severity: critical, school: S-1}
        annotations: {summary: Nobody gets in}
"""
PROMETHEUS = """
global: {evaluation_interval: 1s}
rule_files: [%s]
alerting:
  alertmanagers:
    - path_prefix: /alertmanager
      basic_auth: {username: prometheus, password: %s}
      static_configs: [{targets: ["%s"]}]
"""
ALERTMANAGER = """
route: {receiver: bellwether, group_wait: 0s, group_interval: 1s}
receivers:
  - name: bellwether
    webhook_configs:
      - url: %s/alertmanager/webhook
        http_config: {authorization: {credentials: %s}}
"""


def find_alert(database: Database) -> Alert | None:
    with database.read() as session:
        return session.scalars(select(Alert)).one_or_none()


def wait_until(fact: Callable[[], bool], log: Path) -> None:
    """AssertionError with the end of the log when it never becomes true."""
    deadline = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < deadline, tail(log)
        time.sleep(0.05)


def test_prometheus_reports_what_fires_and_until_when(database: Database, tmp_path: Path) -> None:
    site = am_site(database, tmp_path, settings=alert_settings(loopback=False))
    secret = site.bearer(role="program", scopes=("alerts.post",))["Authorization"].split()[1]
    rules, config, log = (tmp_path / name for name in ("rules.yml", "prometheus.yml", "log"))
    with served(site) as address:
        rules.write_text(RULES)
        config.write_text(PROMETHEUS % (rules, secret, address.removeprefix("http://")))
        process = start_child(
            [
                *("/usr/bin/prometheus", f"--config.file={config}"),
                f"--storage.tsdb.path={tmp_path / 'data'}",
                f"--web.listen-address=127.0.0.1:{free_port()}",
                "--rules.alert.resend-delay=1s",
            ],
            log=log,
        )
        try:
            wait_until(lambda: find_alert(database) is not None, log)
        finally:
            stop_child(process, signal.SIGTERM)
    alert = find_alert(database)
    assert alert is not None
    assert alert.labels == {"alertname": "LoginDown", "school": "S-1", "severity": "critical"}
    assert alert.annotations == {"summary": "Nobody gets in"}
    assert alert.generator_url.startswith("http://")
    assert not alert.times_out  # four times the interval of its evaluation
    assert alert.expires_at is not None
    assert alert.expires_at - alert.updated_at < timedelta(seconds=5)


def test_another_alertmanager_tells_what_fires_and_what_it_has_resolved(
    database: Database, tmp_path: Path
) -> None:
    site = am_site(database, tmp_path, settings=alert_settings(loopback=False))
    secret = site.bearer(role="program", scopes=("alerts.post",))["Authorization"].split()[1]
    with (
        served(site) as address,
        running_alertmanager(tmp_path, ALERTMANAGER % (address, secret)) as neighbour,
    ):
        began = machine_now() - timedelta(minutes=1)
        body = {"labels": {"alertname": "MailDown"}, "startsAt": format_time(began)}
        httpx.post(f"{neighbour.url}/api/v2/alerts", json=[body]).raise_for_status()
        wait_until(lambda: find_alert(database) is not None, neighbour.log)
        alert = find_alert(database)
        assert alert is not None
        assert alert.labels == {"alertname": "MailDown"}
        assert format_time(alert.starts_at) == format_time(began)
        body["endsAt"] = format_time(machine_now())
        httpx.post(f"{neighbour.url}/api/v2/alerts", json=[body]).raise_for_status()
        wait_until(lambda: getattr(find_alert(database), "status", "") == "resolved", neighbour.log)
