"""The section ``alerts`` of config.yaml: the routing tree, and the receivers it leads to."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Annotated

from pydantic import Field, model_validator

from alerts.acknowledgement.settings import AcknowledgementSettings
from alerts.alertmanager.settings import AlertmanagerSettings
from alerts.audit.settings import AuditorSettings, WatchdogSettings
from alerts.channel import Channel
from alerts.channel_settings import ConfiguredChannel, Method, PersonalChannel
from alerts.channels.console import Console
from alerts.discovery import channel_types
from alerts.escalation.chain import Chain
from alerts.escalation.settings import wrong_names
from alerts.fallbacks import channels_told, stand_in, wrong_fallbacks
from alerts.oncall.settings import OnCallSettings
from alerts.routing.rules.intervals import TimeInterval
from alerts.routing.rules.tree import Route, find_routes
from alerts.routing.settings import (
    InhibitRuleSettings,
    NamedIntervalSettings,
    RouteSettings,
    StormCapSettings,
)
from alerts.silences.settings import SilenceSettings
from core.durations import Duration
from core.settings import Strict


class ReceiverSettings(Strict):
    """One entry of ``alerts.receivers``: the channels that are all told."""

    channels: Annotated[
        tuple[ConfiguredChannel, ...],
        Field(description="each with a type (slack, mail, sms, voice, ...) and its options"),
    ] = ()
    escalation: Annotated[
        str, Field(description="a name under escalations: the chain that a firing group starts")
    ] = ""

    fallback: Annotated[
        str, Field(description="the fallback of those of its channels that name none")
    ] = ""

    @model_validator(mode="after")
    def _labels_differ(self) -> "ReceiverSettings":
        labels = [channel.label for channel in self.channels]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"two channels are named {', '.join(twice)}; give each its own name")
        return self

    @model_validator(mode="after")
    def _fallbacks_help(self) -> "ReceiverSettings":
        if wrong := wrong_fallbacks(self.channels, self.fallback):
            raise ValueError("; ".join(wrong))
        return self

    @cached_property
    def told(self) -> list[Channel]:
        """The channels that every notification goes to: ready, and not waiting as a fallback."""
        return channels_told(self.channels, self.fallback)

    def fallback_of(self, label: str) -> Channel | None:
        """The ready channel that steps in for the one of that name, or None."""
        return stand_in(self.channels, self.fallback, label)

    def find(self, label: str) -> Channel | None:
        """The channel of that name, or None."""
        return next((channel for channel in self.channels if channel.label == label), None)


def _console_only() -> Mapping[str, ReceiverSettings]:
    return {"default": ReceiverSettings(channels=(Console(type="console"),))}


class AlertSettings(Strict):
    """``alerts``: who is told what fires and what is resolved."""

    route: Annotated[
        RouteSettings, Field(description="the routing tree; its first node takes every alert")
    ] = RouteSettings(receiver="default")
    receivers: Annotated[Mapping[str, ReceiverSettings], Field(description="name -> channels")] = (
        Field(default_factory=_console_only)
    )
    personal: Annotated[
        Mapping[Method, PersonalChannel],
        Field(description="mail, sms, voice, slack, push -> the channel that reaches one person"),
    ] = Field(default_factory=dict)
    alertmanager: Annotated[
        AlertmanagerSettings, Field(description="the addresses below /alertmanager")
    ] = AlertmanagerSettings()
    silences: Annotated[SilenceSettings, Field(description="reminders")] = SilenceSettings()
    inhibit_rules: Annotated[
        tuple[InhibitRuleSettings, ...],
        Field(description="alerts that are not told while another one explains them"),
    ] = ()
    time_intervals: Annotated[
        tuple[NamedIntervalSettings, ...], Field(description="times that routes name")
    ] = ()
    resolve_timeout: Annotated[
        Duration, Field(description="an alert reported without an end is resolved after it")
    ] = timedelta(minutes=5)
    storm_caps: Annotated[
        Mapping[str, StormCapSettings],
        Field(description="type of channel -> most messages; what is over becomes one message"),
    ] = Field(default_factory=dict)
    most_alerts: Annotated[
        int, Field(ge=1, le=10_000, description="alerts carried by one message; the worst first")
    ] = 1000
    acknowledgement: Annotated[
        AcknowledgementSettings, Field(description="how long somebody's word is taken")
    ] = AcknowledgementSettings()
    watchdog: Annotated[WatchdogSettings, Field(description="an alert that always fires")] = (
        WatchdogSettings()
    )
    auditor: Annotated[
        AuditorSettings, Field(description="a sign of life after a look at what could be stuck")
    ] = AuditorSettings()
    oncall: Annotated[OnCallSettings, Field(description="on-call schedules")] = OnCallSettings()
    teams: Annotated[
        Mapping[str, tuple[str, ...]], Field(description="name -> usernames, for escalations")
    ] = Field(default_factory=dict)
    escalations: Annotated[
        Mapping[str, Chain],
        Field(description="name -> who is told next while nobody acknowledges: docs/on-call.md"),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _escalations_lead_somewhere(self) -> "AlertSettings":
        problems = wrong_names(self.escalations, self.teams, frozenset(self.receivers))
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @model_validator(mode="after")
    def _routes_lead_somewhere(self) -> "AlertSettings":
        names = [each.name for each in self.time_intervals]
        problems = self.route.problems(self.receivers, dict.fromkeys(names))
        problems += [
            f"time_intervals: two are named {name}" for name in set(names) if names.count(name) > 1
        ]
        problems += [
            f"storm_caps: there is no channel {name!r}"
            for name in self.storm_caps
            if name not in channel_types()
        ]
        problems += [
            f"receivers.{name}.escalation: there is no chain {receiver.escalation!r}"
            for name, receiver in self.receivers.items()
            if receiver.escalation and receiver.escalation not in self.escalations
        ]
        if self.watchdog.enabled and not self._routes_watchdog():
            problems.append(
                "watchdog.enabled: no route below the first matches alertname=Watchdog; add one"
                " that leads to whoever notices when its messages stop"
            )
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _routes_watchdog(self) -> bool:
        labels = {"alertname": "Watchdog", "service": "bellwether", "severity": "none"}
        return all(route is not self.tree for route in find_routes(self.tree, labels))

    @cached_property
    def tree(self) -> Route:
        """The routing tree with everything inherited filled in."""
        return self.route.resolved()

    @cached_property
    def intervals(self) -> Mapping[str, tuple[TimeInterval, ...]]:
        """Time intervals by name."""
        return {each.name: each.intervals() for each in self.time_intervals}
