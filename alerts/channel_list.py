"""The configured channels in words: when each is told, and whether messages go through it."""

from dataclasses import dataclass

from alerts.channel import Channel
from alerts.settings import AlertSettings, ReceiverSettings

PERSONAL = "one person"


@dataclass(frozen=True)
class ChannelLine:
    """One channel: ``told`` is when; ``badge``, ``state`` and ``note`` say whether it works."""

    receiver: str
    label: str
    type: str
    told: str
    badge: str
    state: str
    note: str

    @property
    def can_be_tested(self) -> bool:
        return self.state == "ready" and self.receiver != PERSONAL


def channel_lines(settings: AlertSettings) -> list[ChannelLine]:
    """Every channel of every receiver in the order of config.yaml, then those to one person."""
    lines = [
        _line(name, channel.label, channel, _told(receiver, channel))
        for name, receiver in settings.receivers.items()
        for channel in receiver.channels
    ]
    lines += [
        _line(PERSONAL, method.value, channel.addressed("somebody"), "as each person chose")
        for method, channel in settings.personal.items()
    ]
    return lines


def _told(receiver: ReceiverSettings, channel: Channel) -> str:
    helped = [
        each.label
        for each in receiver.channels
        if (each.fallback or receiver.fallback) == channel.label and each is not channel
    ]
    if helped and channel not in receiver.told:
        return f"when {', '.join(helped)} fails"
    return "at once" if channel in receiver.told else "not at all"


def _line(receiver: str, label: str, channel: Channel, told: str) -> ChannelLine:
    if not channel.enabled:
        badge, state, note = "unknown", "switched off", "config.yaml says enabled: false."
    elif missing := channel.missing():
        badge, state, note = "unknown", "not configured", missing
    else:
        badge, state, note = "ok", "ready", ""
    return ChannelLine(receiver, label, channel.type, told, badge, state, note)
