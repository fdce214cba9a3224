"""An existing alertmanager.yml becomes the section ``alerts``."""

from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from alerts.alertmanager.importing.cli import alerts_group
from alerts.alertmanager.importing.rules.section_text import replaced
from alerts.alertmanager.importing.rules.translation import translate
from core.commandline import CommandLine
from core.errors import ConfigError
from tests.support.alertmanager import amtool

FILE = """
global:
  resolve_timeout: 10m
  smtp_smarthost: smtp.example.org:465
  smtp_from: alerts@example.org
  smtp_auth_username: alerts
  smtp_auth_password: hunter2
  opsgenie_api_key: s3cret
templates: [/etc/alertmanager/*.tmpl]
route:
  receiver: default
  group_by: [alertname, cluster]
  group_wait: 30s
  repeat_interval: 1h30m
  routes:
    - matchers: ['severity="critical"', 'school=~"S-.*"']
      receiver: pager
      continue: true
      group_wait: 0s
    - match: {service: mail}
      match_re: {team: 'a|b'}
      receiver: mail
      mute_time_intervals: [nights]
      routes: [{matchers: ['env != prod'], group_by: ['...'], active_time_intervals: [days]}]
inhibit_rules:
  - source_match: {severity: critical}
    target_match_re: {severity: 'warning|info'}
    equal: [alertname]
receivers:
  - name: default
    webhook_configs:
      - url: http://127.0.0.1:9/hook
        send_resolved: false
        http_config: {authorization: {credentials: s3cret}, proxy_url: 'http://proxy:1'}
      - url: http://127.0.0.1:9/other
  - name: pager
    pagerduty_configs: [{service_key: s3cret, severity: '{{ .CommonLabels.severity }}'}]
    opsgenie_configs: [{api_key: s3cret}]
  - name: mail
    email_configs: [{to: 'a@example.org, b@example.org', headers: {Subject: x}}]
    slack_configs: [{channel: '#ops', api_url: 'https://hooks.example/s3cret', title: x}]
time_intervals:
  - name: nights
    time_intervals:
      - times: [{start_time: '00:00', end_time: 06:00}]
        location: America/Los_Angeles
mute_time_intervals:
  - {name: days, time_intervals: [{weekdays: ['monday:friday']}]}
"""
ROUTE = {
    "receiver": "default",
    "group_by": ["alertname", "cluster"],
    "group_wait": "30s",
    "repeat_interval": "1h30m",
    "routes": [
        {
            "receiver": "pager",
            "matchers": ['severity="critical"', 'school=~"S-.*"'],
            "continue": True,
            "group_wait": "0s",
        },
        {
            "receiver": "mail",
            "matchers": ['service="mail"', 'team=~"a|b"'],
            "mute_time_intervals": ["nights"],
            "routes": [
                {
                    "matchers": ['env!="prod"'],
                    "group_by": ["..."],
                    "active_time_intervals": ["days"],
                }
            ],
        },
    ],
}


@click.group(cls=CommandLine)
def program() -> None:
    """The command line with this one group."""


program.add_command(alerts_group)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(
        program, ["alerts", "import-alertmanager", *(str(each) for each in arguments)]
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "alertmanager.yml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_the_file_is_one_that_alertmanager_accepts(file: Path) -> None:
    checked = amtool("check-config", str(file))
    assert checked.returncode == 0


def test_routes_rules_and_times_are_carried_over() -> None:
    section = translate(yaml.safe_load(FILE)).section
    assert section["resolve_timeout"] == "10m"
    assert section["route"] == ROUTE
    assert section["inhibit_rules"] == [
        {
            "source_matchers": ['severity="critical"'],
            "target_matchers": ['severity=~"warning|info"'],
            "equal": ["alertname"],
        }
    ]
    assert [each["name"] for each in section["time_intervals"]] == ["nights", "days"]


def test_receivers_get_channels_and_secrets_stay_out() -> None:
    found = translate(yaml.safe_load(FILE))
    receivers: dict[str, Any] = found.section["receivers"]
    assert receivers["default"]["channels"] == [
        {
            "type": "webhook",
            "name": "webhook-1",
            "url": "http://127.0.0.1:9/hook",
            "token": "${ALERT_DEFAULT_WEBHOOK_1_TOKEN:-}",
        },
        {"type": "webhook", "name": "webhook-2", "url": "http://127.0.0.1:9/other"},
    ]
    assert receivers["pager"]["channels"] == [
        {"type": "pagerduty", "routing_key": "${ALERT_PAGER_PAGERDUTY_ROUTING_KEY:-}"},
        {"type": "apprise", "name": "opsgenie", "url": "${ALERT_PAGER_OPSGENIE_URL:-}"},
    ]
    slack, mail = receivers["mail"]["channels"]
    assert slack == {"type": "slack", "token": "${ALERT_MAIL_SLACK_TOKEN:-}", "channel": "#ops"}
    assert mail == {
        "type": "mail",
        "host": "smtp.example.org",
        "port": 465,
        "security": "tls",
        "sender": "alerts@example.org",
        "to": ["a@example.org", "b@example.org"],
        "username": "alerts",
        "password": "${ALERT_MAIL_MAIL_PASSWORD:-}",
    }
    assert "opsgenie://API_KEY" in found.secrets["ALERT_PAGER_OPSGENIE_URL"]
    assert set(found.secrets) == {
        "ALERT_PAGER_OPSGENIE_URL",
        "ALERT_DEFAULT_WEBHOOK_1_TOKEN",
        "ALERT_PAGER_PAGERDUTY_ROUTING_KEY",
        "ALERT_MAIL_SLACK_TOKEN",
        "ALERT_MAIL_MAIL_PASSWORD",
    }


def test_what_is_lost_is_named_by_its_place() -> None:
    places = [line.partition(": ")[0] for line in translate(yaml.safe_load(FILE)).lost]
    assert places == [
        "global.opsgenie_api_key",
        "receivers[0].webhook_configs[0].http_config.proxy_url",
        "receivers[0].webhook_configs[0].send_resolved",
        "receivers[1].pagerduty_configs[0].severity",
        "receivers[2].email_configs[0].headers",
        "receivers[2].slack_configs[0].api_url",
        "receivers[2].slack_configs[0].title",
        "templates",
    ]


def test_the_command_prints_the_section_and_reports_beside_it(file: Path) -> None:
    done = run(file)
    assert done.exit_code == 0, done.output
    assert yaml.safe_load(done.stdout)["alerts"]["route"] == ROUTE
    assert "Not carried over:\n  global.opsgenie_api_key" in done.stderr
    assert "ALERT_PAGER_OPSGENIE_URL: url (opsgenie://API_KEY)" in done.stderr
    assert "ALERT_MAIL_MAIL_PASSWORD: password of the channel mail" in done.stderr
    assert "s3cret" not in done.output
    assert "hunter2" not in done.output


def test_write_keeps_the_rest_of_the_configuration(file: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        "site: {name: Old}  # kept\nalerts:\n  most_alerts: 7  # gone\n  route: {receiver: x}\n"
        "\n# About triage.\ntriage: {}\n",
        encoding="utf-8",
    )
    assert run(file, "--write", config).exit_code == 0
    text = config.read_text(encoding="utf-8")
    assert text.startswith("site: {name: Old}  # kept\nalerts:\n  resolve_timeout: 10m\n")
    assert text.endswith("  most_alerts: 7\n\n# About triage.\ntriage: {}\n")
    assert yaml.safe_load(text)["alerts"]["route"] == ROUTE


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[", "is not YAML"),
        ("- 1", "is not a mapping"),
        ("", "route: there is none"),
        ("receivers: []", "route: there is none"),
        ("route: {receiver: x}\nreceivers: [{name: y}]", "'x'"),
        ("route: {receiver: x, group_wait: soon}\nreceivers: [{name: x}]", "route.group_wait"),
        ("route: {receiver: x, routes: {}}\nreceivers: [{name: x}]", "route.routes"),
        (
            "route: {receiver: x, routes: [{matchers: ['a']}]}\nreceivers: [{name: x}]",
            "route.routes[0].matchers[0]",
        ),
        (
            "route: {receiver: x, routes: [{match_re: {a: '('}}]}\nreceivers: [{name: x}]",
            "route.routes[0].match_re.a",
        ),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, path: str) -> None:
    file = tmp_path / "bad.yml"
    file.write_text(text, encoding="utf-8")
    done = run(file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert path in done.stderr


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path / "none.yml").exit_code == 2


def test_every_problem_is_told_at_once() -> None:
    wrong = {"route": {"receiver": "x", "group_wait": "soon", "routes": 3}, "receivers": 4}
    with pytest.raises(ConfigError) as refusal:
        translate(wrong)
    assert [each.path for each in refusal.value.problems] == [
        "route.group_wait",
        "route.routes",
        "receivers",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("site: {}\n", "site: {}\n\nNEW\n"),
        ("alerts: {}\n", "NEW\n"),
        ("alerts:\n  a: 1\n# b\nsite: {}\n", "NEW\n# b\nsite: {}\n"),
        ("a: 1\nalerts:\n  # c\n  b: 1\n\n\n# d\n# e\nf: 1\n", "a: 1\nNEW\n\n\n# d\n# e\nf: 1\n"),
        ("a: 1\nalerts:\n  b: 1\n# the end\n", "a: 1\nNEW\n"),
    ],
)
def test_a_section_is_replaced_in_place(before: str, after: str) -> None:
    assert replaced(before, "NEW\n") == after
