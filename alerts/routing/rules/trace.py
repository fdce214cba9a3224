"""Why an alert takes the routes that it takes: every node of the tree, and what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from alerts.matching import Matcher, format_matchers
from alerts.routing.rules.tree import Route


class Outcome(StrEnum):
    """``taken``: its receiver is told. ``entered``: it matches, and a node below is taken."""

    TAKEN = "taken"
    ENTERED = "entered"
    NO_MATCH = "no_match"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Step:
    """A node; ``depth`` is 0 for the first one, ``reason`` a sentence."""

    route: Route
    depth: int
    outcome: Outcome
    reason: str

    @property
    def matchers(self) -> str:
        return format_matchers(self.route.matchers) if self.route.matchers else "every alert"


def trace(root: Route, labels: Mapping[str, str]) -> list[Step]:
    """Every node in order, depth first."""
    return list(_visit(root, labels, 0))


def _visit(route: Route, labels: Mapping[str, str], depth: int) -> Iterator[Step]:
    failing = _failing(route, labels)
    if failing is not None:
        found = labels.get(failing.name, "")
        reason = f"{failing} does not match: the alert has {failing.name}={found!r}"
        yield Step(route, depth, Outcome.NO_MATCH, reason)
        for child in route.routes:
            yield from _not_asked(child, depth + 1, "the route above it does not match")
        return
    below: list[Step] = []
    closed_by: Route | None = None
    for child in route.routes:
        if closed_by is not None:
            reason = f"the route {format_matchers(closed_by.matchers)} before it does not continue"
            below += _not_asked(child, depth + 1, reason)
            continue
        steps = list(_visit(child, labels, depth + 1))
        below += steps
        if steps[0].outcome in (Outcome.TAKEN, Outcome.ENTERED) and not child.continues:
            closed_by = child
    if any(step.outcome is Outcome.TAKEN for step in below):
        yield Step(route, depth, Outcome.ENTERED, "it matches, and so does a route below")
    else:
        why = "it matches, and no route below does" if route.routes else "it matches"
        yield Step(route, depth, Outcome.TAKEN, why)
    yield from below


def _failing(route: Route, labels: Mapping[str, str]) -> Matcher | None:
    return next((matcher for matcher in route.matchers if not matcher.matches(labels)), None)


def _not_asked(route: Route, depth: int, reason: str) -> list[Step]:
    steps = [Step(route, depth, Outcome.NOT_ASKED, reason)]
    for child in route.routes:
        steps += _not_asked(child, depth + 1, reason)
    return steps
