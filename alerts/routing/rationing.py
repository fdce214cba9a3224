"""The storm cap at work: which planned messages go out, become one, or wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.routing.planning import Planned
from alerts.routing.rules.storm import Bucket, Cap, next_token_at, refill, split
from alerts.rules import badness

Lane = tuple[str, str]
"""A receiver and the name of one of its channels."""


@dataclass(frozen=True)
class Ration:
    """``bundles`` are messages, those of several groups collapsed into one; ``waiting`` go out
    when the channel may send again, at ``resumes_at``.
    """

    bundles: Sequence[Sequence[Planned]]
    waiting: Sequence[Planned]
    resumes_at: datetime | None
    bucket: Bucket | None


def ration(
    messages: Iterable[Planned],
    caps: Mapping[str, Cap],
    buckets: Mapping[Lane, Bucket],
    now: datetime,
) -> dict[Lane, Ration]:
    """What each channel gets; the worst news first where there is not room for all."""
    by_lane: dict[Lane, list[Planned]] = {}
    for message in messages:
        lane = (message.group.receiver, message.channel.label)
        by_lane.setdefault(lane, []).append(message)
    return {
        lane: _ration(wanted, caps.get(wanted[0].channel.type), buckets.get(lane), now)
        for lane, wanted in by_lane.items()
    }


def _ration(
    wanted: Sequence[Planned], cap: Cap | None, bucket: Bucket | None, now: datetime
) -> Ration:
    if cap is None:
        return Ration([[each] for each in wanted], [], None, None)
    filled = refill(bucket, cap, now)
    singles, collapses = split(filled.tokens, len(wanted))
    ordered = sorted(wanted, key=_worst)
    bundles = [[each] for each in ordered[:singles]]
    if collapses:
        bundles.append(ordered[singles:])
    left = Bucket(filled.tokens - len(bundles), filled.at)
    waiting = [] if collapses else ordered[singles:]
    return Ration(bundles, waiting, next_token_at(left, cap) if waiting else None, left)


def _worst(planned: Planned) -> tuple[bool, tuple[int, float, str]]:
    states = [each.state for each in planned.members] or [each.state for each in planned.resolved]
    return not planned.firing, min(badness(state.labels, state.annotations) for state in states)
