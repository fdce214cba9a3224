"""Routes, inhibit rules and time intervals: what Alertmanager and Bellwether say alike."""

from typing import Any

from alerts.alertmanager.importing.rules.reading import Node
from alerts.matching import Matcher, Op, parse_matchers
from core.durations import parse_duration

_TIMERS = ("group_wait", "group_interval", "repeat_interval")
_INTERVALS = ("active_time_intervals", "mute_time_intervals")


def route(node: Node) -> dict[str, Any]:
    """A route with everything below it."""
    tree: dict[str, Any] = {}
    if receiver := node.text("receiver"):
        tree["receiver"] = receiver
    if matchers := _matchers(node, "matchers", "match", "match_re"):
        tree["matchers"] = matchers
    if node.take("continue") is True:
        tree["continue"] = True
    if group_by := [str(name) for name in node.items("group_by")]:
        tree["group_by"] = group_by
    for name in _TIMERS:
        if timer := _duration(node, name):
            tree[name] = timer
    for name in _INTERVALS:
        if names := [str(each) for each in node.items(name)]:
            tree[name] = names
    if routes := [route(child) for child in node.nodes("routes")]:
        tree["routes"] = routes
    node.close()
    return tree


def _duration(node: Node, name: str) -> str:
    text = node.text(name)
    try:
        parse_duration(text or "0")
    except ValueError as error:
        node.findings.refuse(node.at(name), f"{text!r} is no duration", f"{error}.".capitalize())
    return text


def _matchers(node: Node, lines: str, equal: str, pattern: str) -> list[str]:
    """The new form and the two old ones, as a list of texts."""
    found: list[str] = []
    for number, line in enumerate(node.items(lines)):
        path = f"{node.at(lines)}[{number}]"
        try:
            found += [str(matcher) for matcher in parse_matchers(str(line))]
        except ValueError as error:
            node.findings.refuse(path, str(error), "Correct the matcher.")
    return [*found, *_old_form(node.node(equal), "="), *_old_form(node.node(pattern), "=~")]


def _old_form(node: Node, op: Op) -> list[str]:
    found = []
    for name in node.names():
        try:
            found.append(str(Matcher(name, op, node.text(name))))
        except ValueError as error:
            node.findings.refuse(node.at(name), str(error), "Correct the matcher.")
    return found


def inhibit_rule(node: Node) -> dict[str, Any]:
    """An inhibit rule in the new form."""
    tree = {
        "source_matchers": _matchers(node, "source_matchers", "source_match", "source_match_re"),
        "target_matchers": _matchers(node, "target_matchers", "target_match", "target_match_re"),
        "equal": [str(name) for name in node.items("equal")],
    }
    node.close()
    return tree


def time_interval(node: Node) -> dict[str, Any]:
    """A named time interval; its parts are written alike."""
    parts = []
    for part in node.nodes("time_intervals"):
        tree = {name: part.take(name) for name in part.names() if name in _PARTS}
        part.close()
        parts.append(tree)
    named = {"name": node.text("name"), "time_intervals": parts}
    node.close()
    return named


_PARTS = ("times", "weekdays", "days_of_month", "months", "years", "location")
