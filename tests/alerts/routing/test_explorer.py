"""The route explorer and the replay, as pages and as commands."""

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from alerts.routing.cli import alerts_group
from alerts.settings import AlertSettings
from alerts.surface import SURFACE
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings.models import RoleSettings
from tests.alerts.routing.timeline import timeline
from tests.alerts.support import REAL, TEN, make_runtime
from tests.core.web_site import Site, make_site

ROLES = {
    "lead": RoleSettings(title="Lead", permissions=frozenset({"alerts.read", "deliveries.read"}))
}
CONFIG = """
alerts:
  route:
    receiver: team
    group_wait: 0s
    routes: [{matchers: [name=b], receiver: desk}]
  receivers:
    team: {channels: [{type: console}]}
    desk: {channels: [{type: webhook, url: "${URL:-}"}]}
"""


def filled(database: Database) -> AlertSettings:
    """Two alerts, told by a configuration that waits 30 s."""
    line = timeline(database)
    line.post("firing", "a", "b")
    line.post("resolved", "b", at=100)
    line.to(1000)
    return line.settings


def open_site(database: Database, var: Path, settings: AlertSettings) -> Site:
    clock = FrozenClock(TEN + timedelta(seconds=1000), REAL)
    return make_site(
        database, var, clock, [SURFACE], roles=ROLES, sections={AlertSettings: settings}
    )


def command_line(database: Database, var: Path, settings: AlertSettings) -> Runtime:
    return make_runtime(database, var, settings, FrozenClock(TEN + timedelta(seconds=1000), REAL))


def test_pasted_labels_are_explained(database: Database, tmp_path: Path) -> None:
    browser = open_site(database, tmp_path, timeline(database).settings).signed_in("lea", "lead")
    assert "Paste the labels of an alert" in browser.get("/alerts/routes").text
    page = browser.get("/alerts/routes?labels=alertname=Down%0Aseverity=critical").text
    assert "It is told to team: console." in page
    assert "{}:{alertname=&#34;Down&#34;}" in page
    refused = browser.get("/alerts/routes?labels=severity~critical")
    assert refused.status_code == 422
    assert "is no matcher; write name=value" in refused.text
    assert "severity~critical" in refused.text


def test_what_happened_is_replayed_through_a_changed_configuration(
    database: Database, tmp_path: Path
) -> None:
    browser = open_site(database, tmp_path, filled(database)).signed_in("lea", "lead")
    url = "/alerts/routes/replay"
    page = browser.post(url, {"config": CONFIG, "hours": "24"}, page=url).text
    assert "What would change" in page
    assert "3 changes of alerts were replayed." in page
    assert "desk" in page
    wrong = browser.post(url, {"config": "alerts: {route: {receiver: x}}", "hours": "1"}, page=url)
    assert wrong.status_code == 422
    assert "route.receiver is &#39;x&#39;" in wrong.text


def test_the_commands_answer_programs_and_people(database: Database, tmp_path: Path) -> None:
    runtime = command_line(database, tmp_path, filled(database))
    run = CliRunner().invoke
    found = run(alerts_group, ["route", "--labels", "alertname=Down", "x=y", "--json"], obj=runtime)
    body = json.loads(found.output)
    assert found.exit_code == 0
    assert body["told"] == ["team: console"]
    assert [step["outcome"] for step in body["routes"]] == ["taken"]
    config = tmp_path / "changed.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    other = run(alerts_group, ["replay", "--config", str(config)], obj=runtime)
    assert other.exit_code == 1
    assert "desk: webhook: 0 messages, would be 2" in other.output
    assert (
        "- 2015-01-12 10:00:30 team: console: 2 firing, 0 resolved, first message" in other.output
    )
    assert run(alerts_group, ["route", "--labels", "~"], obj=runtime).exit_code == 2


def test_a_replay_of_the_same_configuration_gives_what_was_sent(
    database: Database, tmp_path: Path
) -> None:
    settings = filled(database)
    config = tmp_path / "same.yaml"
    config.write_text(
        "route: {receiver: team, group_by: [alertname]}\n"
        "receivers: {team: {channels: [{type: console}]}}\n",
        encoding="utf-8",
    )
    runtime = command_line(database, tmp_path, settings)
    found = CliRunner().invoke(alerts_group, ["replay", "--config", str(config)], obj=runtime)
    assert (found.exit_code, found.output.splitlines()) == (
        0,
        [
            "3 changes of alerts replayed.",
            "team: console: 2 messages, would be 2",
            "The same messages at the same times.",
        ],
    )
