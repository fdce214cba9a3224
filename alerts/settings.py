"""The section ``alerts`` of config.yaml: one route, and the receivers it leads to."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from alerts.acknowledgement.settings import AcknowledgementSettings
from alerts.channel import Channel
from alerts.channel_settings import ConfiguredChannel, Method, PersonalChannel
from alerts.channels.console import Console
from alerts.escalation.chain import Chain
from alerts.escalation.settings import wrong_names
from alerts.silences.settings import SilenceSettings
from core.settings import Strict


class ReceiverSettings(Strict):
    """One entry of ``alerts.receivers``: the channels that are all told."""

    channels: Annotated[
        tuple[ConfiguredChannel, ...],
        Field(description="each with a type (slack, mail, webhook, console) and its options"),
    ] = ()

    @model_validator(mode="after")
    def _labels_differ(self) -> "ReceiverSettings":
        labels = [channel.label for channel in self.channels]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"two channels are named {', '.join(twice)}; give each its own name")
        return self

    def find(self, label: str) -> Channel | None:
        """The channel of that name, or None."""
        return next((channel for channel in self.channels if channel.label == label), None)


class RouteSettings(Strict):
    """``alerts.route``: where every alert goes."""

    receiver: Annotated[str, Field(description="a name under receivers")] = "default"
    group_by: Annotated[
        tuple[str, ...],
        Field(description="alerts that change together and agree in these labels are one message"),
    ] = ("alertname",)


def _console_only() -> Mapping[str, ReceiverSettings]:
    return {"default": ReceiverSettings(channels=(Console(type="console"),))}


class AlertSettings(Strict):
    """``alerts``: who is told what fires and what is resolved."""

    route: Annotated[RouteSettings, Field(description="where every alert goes")] = RouteSettings()
    receivers: Annotated[Mapping[str, ReceiverSettings], Field(description="name -> channels")] = (
        Field(default_factory=_console_only)
    )
    personal: Annotated[
        Mapping[Method, PersonalChannel],
        Field(description="mail, sms, voice, slack, push -> the channel that reaches one person"),
    ] = Field(default_factory=dict)
    silences: Annotated[SilenceSettings, Field(description="reminders")] = SilenceSettings()
    most_alerts: Annotated[
        int, Field(ge=1, le=10_000, description="alerts carried by one message; the worst first")
    ] = 1000
    acknowledgement: Annotated[
        AcknowledgementSettings, Field(description="how long somebody's word is taken")
    ] = AcknowledgementSettings()
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
    def _route_leads_somewhere(self) -> "AlertSettings":
        if self.route.receiver not in self.receivers:
            raise ValueError(
                f"route.receiver is {self.route.receiver!r}; receivers has "
                f"{', '.join(sorted(self.receivers)) or 'none'}"
            )
        return self
