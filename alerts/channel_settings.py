"""Channels in config.yaml: those of receivers, and those that reach one person."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import PlainValidator

from alerts.channel import Channel
from alerts.discovery import channel_types


class Method(StrEnum):
    """The ways in which a person may be reached."""

    MAIL = "mail"
    SMS = "sms"
    VOICE = "voice"
    SLACK = "slack"
    PUSH = "push"


def _channel(value: Any) -> Channel:
    """The channel that ``type`` names; its own options are checked by its class."""
    if isinstance(value, Channel):
        return value
    if not isinstance(value, dict) or "type" not in value:
        raise ValueError("a channel is a mapping with a type")
    found = channel_types().get(str(value["type"]))
    if found is None:
        raise ValueError(
            f"there is no channel {value['type']!r}; known are {', '.join(sorted(channel_types()))}"
        )
    return found.model_validate(value)


ConfiguredChannel = Annotated[Channel, PlainValidator(_channel)]


def _personal_channel(value: Any) -> Channel:
    channel = _channel(value)
    if not channel.reaches_people:
        raise ValueError(f"a channel of type {channel.type} reaches no one person")
    return channel


PersonalChannel = Annotated[Channel, PlainValidator(_personal_channel)]


def ready_methods(personal: Mapping[Method, Channel]) -> list[Method]:
    """The methods whose channel works now, in a fixed order."""
    return [
        method
        for method in Method
        if method in personal and personal[method].addressed("somebody").ready
    ]
