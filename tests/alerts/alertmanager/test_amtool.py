"""Debian's amtool works on us as it does on Alertmanager."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.clock import DrillClock, machine_now
from core.db import Database
from tests.alerts.alertmanager.support import alert_settings, am_site, served
from tests.support import alertmanager

TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)


@pytest.fixture
def address(database: Database, tmp_path: Path) -> Iterator[str]:
    with served(am_site(database, tmp_path)) as found:
        yield f"{found}/alertmanager"


def amtool(address: str, *arguments: str) -> str:
    """What it prints; AssertionError with its complaint when it fails."""
    done = alertmanager.amtool(f"--alertmanager.url={address}", *arguments)
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def told(address: str, *arguments: str) -> Any:
    return json.loads(amtool(address, *arguments, "--output=json"))


def test_alerts_are_added_and_found(address: str) -> None:
    summary = "--annotation=summary=Nobody gets in"
    amtool(address, "alert", "add", "LoginDown", "school=S-1", "severity=critical", summary)
    amtool(address, "alert", "add", "alertname=Slow", "school=S-2")
    names = [each["labels"]["alertname"] for each in told(address, "alert", "query")]
    assert sorted(names) == ["LoginDown", "Slow"]
    (found,) = told(address, "alert", "query", "LoginDown", 'school=~"S-.*"')
    assert found["annotations"] == {"summary": "Nobody gets in"}
    assert found["status"]["state"] == "active"
    assert told(address, "alert", "query", "--receiver=pager")[0]["labels"]["school"] == "S-1"
    ended = (machine_now() - timedelta(seconds=1)).isoformat()
    amtool(address, "alert", "add", "Slow", "school=S-2", f"--end={ended}")
    assert "Slow" not in amtool(address, "alert", "query")


def test_silences_are_added_moved_imported_and_expired(address: str, tmp_path: Path) -> None:
    amtool(address, "alert", "add", "LoginDown", "school=S-1")
    why = ("--author=ana", "--comment=cabling")
    silence = amtool(address, "silence", "add", "school=S-1", 'team=~"a|"', *why).strip()
    (found,) = told(address, "silence", "query")
    assert (found["id"], found["createdBy"], found["comment"]) == (silence, "ana", "cabling")
    assert [(m["name"], m["isRegex"]) for m in found["matchers"]] == [
        ("school", False),
        ("team", True),
    ]
    assert told(address, "alert", "query") == []
    (hidden,) = told(address, "alert", "query", "--silenced")
    assert hidden["status"] == {
        "inhibitedBy": [],
        "silencedBy": [silence],
        "state": "suppressed",
    }
    (moved,) = told(address, "silence", "update", "--duration=5h", silence)
    assert moved["id"] == silence
    assert moved["endsAt"] > found["endsAt"]
    copies = tmp_path / "silences.json"
    copies.write_text(json.dumps([{**moved, "matchers": moved["matchers"][:1]}]))
    amtool(address, "silence", "import", "--force", str(copies))
    assert len(told(address, "silence", "query")) == 2
    amtool(address, "silence", "expire", *amtool(address, "silence", "query", "-q").split())
    assert told(address, "silence", "query") == []
    assert len(told(address, "silence", "query", "--expired", "school=S-1")) == 2
    assert len(told(address, "alert", "query")) == 1


def test_what_does_not_exist_is_said_in_words(address: str) -> None:
    unknown = "8f6e9d4c-0000-4000-8000-000000000000"
    with pytest.raises(AssertionError, match="silence not found"):
        amtool(address, "silence", "expire", unknown)


def test_our_configuration_is_one_that_amtool_reads(address: str, tmp_path: Path) -> None:
    shown = amtool(address, "config", "show")
    assert "receiver: pager" in shown
    routed = ("config", "routes", "test")
    assert amtool(address, *routed, "severity=critical").strip() == "pager"
    assert amtool(address, *routed, "severity=critical", "service=mail").strip() == "pager,mail"
    assert amtool(address, *routed, "severity=warning").strip() == "team"
    assert "disabled" in amtool(address, "cluster", "show")
    file = tmp_path / "shown.yml"
    file.write_text(told(address, "config", "show")["config"]["original"])
    assert "SUCCESS" in amtool(address, "check-config", str(file))


def test_credentials_are_taken_as_amtool_and_prometheus_send_them(
    database: Database, tmp_path: Path
) -> None:
    site = am_site(database, tmp_path, settings=alert_settings(loopback=False))
    secret = site.bearer(role="program", scopes=("alerts.read",))["Authorization"].split()[1]
    with served(site) as found:
        with pytest.raises(AssertionError, match="401"):
            amtool(f"{found}/alertmanager", "alert", "query")
        basic = found.replace("://", f"://prometheus:{secret}@")
        assert amtool(f"{basic}/alertmanager", "alert", "query")
        with pytest.raises(AssertionError, match="403"):
            amtool(f"{basic}/alertmanager", "alert", "add", "LoginDown")
        options = tmp_path / "http.yml"
        options.write_text(f"authorization: {{credentials: {secret}}}\n")
        bearer = f"--http.config.file={options}"
        assert amtool(f"{found}/alertmanager", "silence", "query", bearer) is not None


def test_in_a_drill_an_hour_from_now_is_an_hour_of_the_drill(
    database: Database, tmp_path: Path
) -> None:
    drill = DrillClock(TEN, machine_now(), 1.0)
    with served(am_site(database, tmp_path, drill)) as found:
        address = f"{found}/alertmanager"
        amtool(address, "alert", "add", "LoginDown", "school=S-1")
        amtool(address, "silence", "add", "school=S-1", "--comment=drill", "--duration=1h")
        (silence,) = told(address, "silence", "query")
        assert silence["status"]["state"] == "active"
        assert abs(datetime.fromisoformat(silence["endsAt"]) - machine_now()) < timedelta(hours=2)
        assert len(told(address, "alert", "query", "--silenced")) == 1
