"""The routing tree: which routes an alert takes, and which group it joins on each."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from alerts.matching import Matcher, matches_all


@dataclass(frozen=True)
class Route:
    """A node with everything that it inherits filled in.

    ``group_by`` None stands for ``...``: every label. ``key`` is Alertmanager's: ``{}`` for the
    root, below it the matchers of each node on the way.
    """

    key: str
    receiver: str
    matchers: tuple[Matcher, ...]
    continues: bool
    group_by: tuple[str, ...] | None
    group_wait: timedelta
    group_interval: timedelta
    repeat_interval: timedelta
    active_time_intervals: tuple[str, ...]
    mute_time_intervals: tuple[str, ...]
    routes: tuple["Route", ...]


@dataclass(frozen=True)
class Group:
    """Alerts that are told together: of one route, with the same values of its ``group_by``."""

    route: Route
    labels: Mapping[str, str]

    @cached_property
    def key(self) -> str:
        """Alertmanager's group key: ``{}/{severity="critical"}:{alertname="Down"}``."""
        quoted = ", ".join(
            f"{name}={json.dumps(value, ensure_ascii=False)}"
            for name, value in sorted(self.labels.items())
        )
        return f"{self.route.key}:{{{quoted}}}"

    @cached_property
    def slot(self) -> str:
        """The key and the receiver in 40 hexadecimal digits."""
        return slot_of(self.key, self.route.receiver)


def slot_of(group_key: str, receiver: str) -> str:
    """40 hexadecimal digits for a group key and a receiver."""
    return hashlib.sha256(f"{receiver}\0{group_key}".encode()).hexdigest()[:40]


def find_routes(route: Route, labels: Mapping[str, str]) -> list[Route]:
    """The routes that an alert takes: depth first, the first child that matches, unless it
    continues; the node itself when no child matches. Empty when ``route`` does not match.
    """
    if not matches_all(route.matchers, labels):
        return []
    taken: list[Route] = []
    for child in route.routes:
        found = find_routes(child, labels)
        taken += found
        if found and not child.continues:
            break
    return taken or [route]


def group_of(route: Route, labels: Mapping[str, str]) -> Group:
    """The group on that route; a label that the alert does not have is not part of it."""
    names = labels if route.group_by is None else route.group_by
    return Group(route, {name: labels[name] for name in names if labels.get(name)})


def groups_of(root: Route, labels: Mapping[str, str]) -> list[Group]:
    """Every group that the alert belongs to, each once."""
    groups: dict[str, Group] = {}
    for route in find_routes(root, labels):
        group = group_of(route, labels)
        groups.setdefault(group.slot, group)
    return list(groups.values())


def all_routes(route: Route) -> Iterator[Route]:
    """The node and everything below it, depth first."""
    yield route
    for child in route.routes:
        yield from all_routes(child)
