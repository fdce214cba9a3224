"""From a planned message to its row in the outbox."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from alerts.notification import Notification, compose
from alerts.routing.planning import Planned
from alerts.routing.rationing import Ration
from alerts.routing.rules.decision import Reason
from alerts.topics import topic_of
from core.outbox.actions import Outgoing

STORM_KEY = "{}/storm"
"""The route key of a message about the groups that a storm cap collapsed."""


def outgoing(rations: Iterable[Ration], most: int) -> list[Outgoing]:
    """The rows of everything that goes out now; ``most`` alerts in one message."""
    return [
        _row(bundle, most)
        for each in rations
        for bundle in each.bundles
        if any(planned.members for planned in bundle)
    ]


def _row(bundle: Sequence[Planned], most: int) -> Outgoing:
    first = bundle[0]
    receiver, label = first.group.receiver, first.channel.label
    topic = topic_of(first.channel.type)
    notification = _notification(bundle, most)
    return Outgoing(
        topic=topic,
        key=idempotency_key(bundle),
        payload={
            "receiver": receiver,
            "channel": label,
            "title": notification.title,
            "notification": notification.model_dump(mode="json"),
        },
        lane=f"{topic}:{receiver}:{label}",
    )


def _notification(bundle: Sequence[Planned], most: int) -> Notification:
    first, alone = bundle[0], len(bundle) == 1
    states = [member.state for planned in bundle for member in planned.members]
    return compose(
        first.group.receiver,
        first.group.labels if alone else {},
        states,
        most,
        route_key=first.route.key if alone else STORM_KEY,
        reason=first.reason.value if alone else Reason.STORM_CAP.value,
        groups=len(bundle),
    )


def idempotency_key(bundle: Sequence[Planned]) -> str:
    """The same for the same news of the same groups to the same channel, so that it is told once.

    An episode of an alert is told by its start, a repetition by its number.
    """
    facts = [
        [
            planned.group.group_key,
            planned.group.receiver,
            planned.channel.label,
            planned.reason.value,
            planned.number,
            sorted(
                [each.state.fingerprint, str(each.state.status), each.state.starts_at.isoformat()]
                for each in planned.members
            ),
        ]
        for planned in bundle
    ]
    text = json.dumps(facts, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]
