"""How the messages went that a story tells of."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from alerts.delivery_log import DeliveryLine, line_of
from alerts.settings import AlertSettings
from alerts.story.rules import Entry
from alerts.topics import addressed_key, topic_of
from core.outbox.log_queries import list_messages_of


def deliveries_of(
    session: Session, entries: Sequence[Entry], settings: AlertSettings
) -> Mapping[str, Sequence[DeliveryLine]]:
    """By the key of the message how it went, for each address where it went to several.

    Addresses that config.yaml no longer names are not looked for; messages that the outbox has
    forgotten are left out.
    """
    messages = {entry.message for entry in entries if entry.message is not None}
    if not messages:
        return {}
    addresses = _addresses(settings)
    parents = {
        addressed_key(key, address): key
        for topic, key in messages
        for address in addresses.get(topic, ())
    }
    topics = {topic for topic, _ in messages}
    found = list_messages_of(session, topics, {*parents, *(key for _, key in messages)})
    whole: dict[str, list[DeliveryLine]] = {}
    parts: dict[str, list[DeliveryLine]] = {}
    for message in found:
        lines = parts if message.key in parents else whole
        lines.setdefault(parents.get(message.key, message.key), []).append(line_of(message))
    return whole | parts


def _addresses(settings: AlertSettings) -> dict[str, set[str]]:
    """The addresses that the channels of each topic tell."""
    found: dict[str, set[str]] = {}
    for receiver in settings.receivers.values():
        for channel in receiver.channels:
            found.setdefault(topic_of(channel.type), set()).update(channel.recipients)
    return found
