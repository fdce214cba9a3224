"""From alertmanager.yml to the section ``alerts`` of config.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts.alertmanager.importing.rules.reading import Findings, Node
from alerts.alertmanager.importing.rules.receivers import Secrets, receiver
from alerts.alertmanager.importing.rules.routes import inhibit_rule, route, time_interval
from core.errors import ConfigError


@dataclass(frozen=True)
class Translation:
    """``section`` as it stands in YAML, ``lost`` one line for each thing that it cannot say,
    ``secrets``: name of the environment -> what it is for.
    """

    section: dict[str, Any]
    lost: list[str]
    secrets: Mapping[str, str]


def translate(tree: object) -> Translation:
    """Read the whole file; ConfigError lists everything that is wrong with it."""
    findings, secrets = Findings(), Secrets()
    root = Node("", tree, findings)
    defaults = root.node("global")
    section: dict[str, Any] = {}
    if timeout := defaults.text("resolve_timeout"):
        section["resolve_timeout"] = timeout
    section["route"] = route(root.node("route"))
    section["receivers"] = dict(
        receiver(each, defaults, secrets) for each in root.nodes("receivers")
    )
    if rules := [inhibit_rule(each) for each in root.nodes("inhibit_rules")]:
        section["inhibit_rules"] = rules
    if intervals := [*_intervals(root, "time_intervals"), *_intervals(root, "mute_time_intervals")]:
        section["time_intervals"] = intervals
    root.lose("templates", "Bellwether writes its messages itself")
    defaults.close("it is set at each channel")
    root.close()
    if not section["route"]:
        findings.refuse("route", "there is none", "Is this an alertmanager.yml?")
    if findings.wrong:
        raise ConfigError(findings.wrong)
    return Translation(section, sorted(findings.lost), secrets.needed)


def _intervals(root: Node, name: str) -> list[dict[str, Any]]:
    return [time_interval(each) for each in root.nodes(name)]
