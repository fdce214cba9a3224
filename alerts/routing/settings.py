"""Routes, inhibit rules, time intervals and storm caps in config.yaml, in Alertmanager's words."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, PlainValidator, field_validator

from alerts.matching import Matcher, format_matchers, parse_matchers
from alerts.routing.interval_settings import TimeIntervalSettings
from alerts.routing.rules.inhibition import InhibitRule
from alerts.routing.rules.intervals import TimeInterval
from alerts.routing.rules.storm import Cap
from alerts.routing.rules.tree import Route
from core.durations import Duration
from core.settings import Strict


def _matchers(value: Any) -> tuple[Matcher, ...]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple):
        raise ValueError("write a list of matchers such as ['severity=\"critical\"']")
    found: list[Matcher] = []
    for text in texts:
        if isinstance(text, Matcher):
            found.append(text)
        elif isinstance(text, str):
            found += parse_matchers(text)
        else:
            raise ValueError(f"{text!r} is no matcher; write it in quotes")
    return tuple(found)


Matchers = Annotated[tuple[Matcher, ...], PlainValidator(_matchers)]
EVERY_LABEL = "..."


class RouteSettings(Strict):
    """A node of the routing tree; what it leaves out it inherits from the node above."""

    receiver: Annotated[str, Field(description="a name under receivers")] = ""
    matchers: Annotated[
        Matchers, Field(description="which alerts take it; all must match, e.g. severity=critical")
    ] = ()
    continues: Annotated[
        bool, Field(alias="continue", description="the routes after it are asked as well")
    ] = False
    group_by: Annotated[
        tuple[str, ...] | None,
        Field(description="labels whose values make a group, '...' for all; first: alertname"),
    ] = None
    group_wait: Annotated[
        Duration | None, Field(description="how long a new group waits for more alerts; first: 30s")
    ] = None
    group_interval: Annotated[
        Duration | None,
        Field(description="how long until news of a known group is told; first: 5m"),
    ] = None
    repeat_interval: Annotated[
        Duration | None,
        Field(description="how long until what still fires is told again; first: 4h"),
    ] = None
    active_time_intervals: Annotated[
        tuple[str, ...], Field(description="it is told only in these")
    ] = ()
    mute_time_intervals: Annotated[
        tuple[str, ...], Field(description="it is not told in these")
    ] = ()
    routes: Annotated[tuple["RouteSettings", ...], Field(description="nodes below, in order")] = ()

    @field_validator("group_interval", "repeat_interval")
    @classmethod
    def _is_long_enough(cls, value: timedelta | None) -> timedelta | None:
        if value is not None and value <= timedelta():
            raise ValueError("it must be longer than nothing")
        return value

    @field_validator("group_by")
    @classmethod
    def _names_each_label_once(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and len(set(value)) != len(value):
            raise ValueError("it names a label twice")
        if value is not None and EVERY_LABEL in value and len(value) > 1:
            raise ValueError("'...' stands for every label and can only stand alone")
        return value

    def problems(
        self, receivers: Mapping[str, object], intervals: Mapping[str, object]
    ) -> list[str]:
        """What does not fit the rest of the section, as sentences with the path."""
        found = []
        if not self.receiver:
            found.append("route: it needs a receiver")
        if self.matchers:
            found.append("route: the first route takes every alert and can have no matchers")
        if self.continues:
            found.append("route: there is nothing to continue to after the first route")
        if self.active_time_intervals or self.mute_time_intervals:
            found.append("route: the first route can have no time intervals; give them to a child")
        for path, node in self.nodes("route"):
            if node.receiver and node.receiver not in receivers:
                known = ", ".join(sorted(receivers)) or "none"
                found.append(f"{path}.receiver is {node.receiver!r}; receivers has {known}")
            found += [
                f"{path}: there is no time interval {name!r}"
                for name in (*node.active_time_intervals, *node.mute_time_intervals)
                if name not in intervals
            ]
        return found

    def nodes(self, path: str) -> Iterator[tuple[str, "RouteSettings"]]:
        """Every node with its path, this one first."""
        yield path, self
        for number, child in enumerate(self.routes):
            yield from child.nodes(f"{path}.routes[{number}]")

    def resolved(self) -> Route:
        """The tree with Alertmanager's defaults, grouped by ``alertname`` where nothing else is
        said.
        """
        return self._below(
            Route(
                key="",
                receiver="",
                matchers=(),
                continues=False,
                group_by=("alertname",),
                group_wait=timedelta(seconds=30),
                group_interval=timedelta(minutes=5),
                repeat_interval=timedelta(hours=4),
                active_time_intervals=(),
                mute_time_intervals=(),
                routes=(),
            )
        )

    def _below(self, parent: Route) -> Route:
        key = f"{parent.key}/{format_matchers(self.matchers)}" if parent.key else "{}"
        names = self.group_by
        here = Route(
            key=key,
            receiver=self.receiver or parent.receiver,
            matchers=self.matchers,
            continues=self.continues,
            group_by=parent.group_by if names is None else _label_names(names),
            group_wait=_or(self.group_wait, parent.group_wait),
            group_interval=_or(self.group_interval, parent.group_interval),
            repeat_interval=_or(self.repeat_interval, parent.repeat_interval),
            active_time_intervals=self.active_time_intervals,
            mute_time_intervals=self.mute_time_intervals,
            routes=(),
        )
        below = tuple(child._below(here) for child in self.routes)
        return Route(**{**here.__dict__, "routes": below})


def _label_names(names: tuple[str, ...]) -> tuple[str, ...] | None:
    return None if names == (EVERY_LABEL,) else tuple(sorted(names))


def _or(own: timedelta | None, inherited: timedelta) -> timedelta:
    return inherited if own is None else own


class InhibitRuleSettings(Strict):
    """One entry of ``alerts.inhibit_rules``."""

    source_matchers: Annotated[Matchers, Field(description="while such an alert fires,")]
    target_matchers: Annotated[Matchers, Field(description="such alerts are not told,")]
    equal: Annotated[
        tuple[str, ...], Field(description="if both have the same values of these labels")
    ] = ()

    def rule(self) -> InhibitRule:
        return InhibitRule(self.source_matchers, self.target_matchers, self.equal)


class NamedIntervalSettings(Strict):
    """One entry of ``alerts.time_intervals``."""

    name: Annotated[str, Field(min_length=1, description="what routes call it")]
    time_intervals: Annotated[
        tuple[TimeIntervalSettings, ...], Field(description="it is the time of any of these")
    ]

    def intervals(self) -> tuple[TimeInterval, ...]:
        return tuple(each.interval() for each in self.time_intervals)


class StormCapSettings(Strict):
    """One entry of ``alerts.storm_caps``."""

    burst: Annotated[int, Field(ge=1, description="messages at once")]
    every: Annotated[Duration, Field(gt=timedelta(), description="then one more each so long")]

    def cap(self) -> Cap:
        return Cap(self.burst, self.every)
