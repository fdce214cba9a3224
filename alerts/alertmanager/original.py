"""Our routes as the YAML of Alertmanager, for ``config.original`` of its status.

amtool reads it before every command, and tests routes with it. Names and times only: the channels
of a receiver, and their secrets, stay here. What Alertmanager has no word for, the school calendar,
is left out and named in a comment.
"""

from collections.abc import Iterable
from typing import Any

import yaml

from alerts.routing.rules.inhibition import InhibitRule
from alerts.routing.rules.intervals import Range, TimeInterval
from alerts.routing.rules.tree import Route
from alerts.settings import AlertSettings
from core.durations import format_duration

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HEAD = "# Made from the section alerts of config.yaml.\n"


def original(settings: AlertSettings) -> str:
    """The section ``alerts`` as a configuration that Alertmanager 0.25 accepts."""
    intervals = {
        name: [each for each in parts if each.school_calendar is None]
        for name, parts in settings.intervals.items()
    }
    known = {name for name, parts in intervals.items() if parts}
    tree = {
        "global": {"resolve_timeout": format_duration(settings.resolve_timeout)},
        "route": _route(settings.tree, None, known),
        "inhibit_rules": [_inhibit_rule(each.rule()) for each in settings.inhibit_rules],
        "receivers": [{"name": name} for name in settings.receivers],
        "time_intervals": [
            {"name": name, "time_intervals": [_interval(each) for each in parts]}
            for name, parts in intervals.items()
            if parts
        ],
    }
    text = yaml.safe_dump(
        {name: part for name, part in tree.items() if part}, sort_keys=False, allow_unicode=True
    )
    lost = sorted(set(intervals) - known)
    note = f"# Not shown, because they follow the school calendar: {', '.join(lost)}\n"
    return _HEAD + (note if lost else "") + text


def _route(route: Route, parent: Route | None, known: set[str]) -> dict[str, Any]:
    """What a node says of its own; what it inherits is left out."""
    group_by = ["..."] if route.group_by is None else list(route.group_by)
    tree: dict[str, Any] = {}
    if parent is None or route.receiver != parent.receiver:
        tree["receiver"] = route.receiver
    if route.matchers:
        tree["matchers"] = [str(matcher) for matcher in route.matchers]
    if parent is None or route.group_by != parent.group_by:
        tree["group_by"] = group_by
    for name in ("group_wait", "group_interval", "repeat_interval"):
        span = getattr(route, name)
        if parent is None or span != getattr(parent, name):
            tree[name] = format_duration(span)
    for name in ("active_time_intervals", "mute_time_intervals"):
        named = [each for each in getattr(route, name) if each in known]
        if named:
            tree[name] = named
    if route.continues:
        tree["continue"] = True
    if route.routes:
        tree["routes"] = [_route(child, route, known) for child in route.routes]
    return tree


def _inhibit_rule(rule: InhibitRule) -> dict[str, Any]:
    return {
        "source_matchers": [str(matcher) for matcher in rule.source_matchers],
        "target_matchers": [str(matcher) for matcher in rule.target_matchers],
        "equal": list(rule.equal),
    }


def _interval(interval: TimeInterval) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    if interval.times:
        tree["times"] = [
            {"start_time": _clock(each.first), "end_time": _clock(each.last)}
            for each in interval.times
        ]
    if interval.weekdays:
        tree["weekdays"] = [
            ":".join(_WEEKDAYS[day] for day in _ends(each)) for each in interval.weekdays
        ]
    for name in ("days_of_month", "months", "years"):
        ranges: Iterable[Range] = getattr(interval, name)
        numbers = [":".join(str(number) for number in _ends(each)) for each in ranges]
        if numbers:
            tree[name] = numbers
    if interval.zone.key != "UTC":
        tree["location"] = interval.zone.key
    return tree


def _ends(part: Range) -> tuple[int, ...]:
    return (part.first,) if part.first == part.last else (part.first, part.last)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
