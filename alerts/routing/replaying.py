"""Yesterday's alerts through a changed configuration, beside the one that holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import yaml
from pydantic import ValidationError
from sqlalchemy.orm import Session

from alerts.routing.queries_history import PastChange, list_changes, list_firing_at
from alerts.routing.simulation import Message, Past, Simulation
from alerts.routing.suppression import SchoolCalendars, SilenceIndex, school_calendars
from alerts.settings import AlertSettings
from alerts.silences.queries import list_active
from core.errors import Invalid
from core.settings.reading import path_of, with_defaults

LONGEST = timedelta(days=31)
MOST_CHANGES = 20_000
MOST_DIFFERENCES = 200


@dataclass(frozen=True)
class LaneCount:
    """How many messages a channel gets, as it is and as it would be."""

    receiver: str
    channel: str
    before: int
    after: int


@dataclass(frozen=True)
class Replay:
    """``gone`` and ``new`` are messages, at most ``MOST_DIFFERENCES`` each; ``changes`` counts what
    was replayed, ``truncated`` says that there was more.
    """

    since: datetime
    until: datetime
    changes: int
    truncated: bool
    lanes: Sequence[LaneCount]
    gone: Sequence[Message]
    new: Sequence[Message]

    @property
    def same(self) -> bool:
        return not self.gone and not self.new


def read_candidate(text: str) -> AlertSettings:
    """A configuration to try: a whole config.yaml, or the section ``alerts`` of one.

    ``${NAME:-default}`` counts as its default, and no channel needs its secret: nothing is sent.
    Raises Invalid with every problem.
    """
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Invalid(f"This is not YAML: {error}") from error
    if not isinstance(tree, dict):
        raise Invalid("Paste a config.yaml, or its section alerts.")
    section = with_defaults(tree.get("alerts", tree))
    try:
        return AlertSettings.model_validate(section)
    except ValidationError as error:
        raise Invalid(_problems(error.errors())) from error


def _problems(errors: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{path_of(('alerts', *item['loc']))}: {item['msg']}" for item in errors)


def replay(
    session: Session,
    before: AlertSettings,
    after: AlertSettings,
    *,
    since: datetime,
    until: datetime,
    most: int = MOST_CHANGES,
) -> Replay:
    """What alerts did in ``[since, until)``, through both configurations; changes nothing.

    Silences and the school calendar count as they are known now for the time then.
    Acknowledgements and escalations are left out.
    """
    firing = [_at(change, since) for change in list_firing_at(session, since, most)]
    changes = [*firing, *list_changes(session, since, until, most + 1 - len(firing))]
    truncated, changes = len(changes) > most, changes[:most]
    past = _past(session)
    old = Simulation(before, past).play(changes, until)
    new = Simulation(after, past).play(changes, until)
    counts = Counter(map(_key, old)), Counter(map(_key, new))
    return Replay(
        since=since,
        until=until,
        changes=len(changes),
        truncated=truncated,
        lanes=_lanes(old, new),
        gone=_only(old, counts[1]),
        new=_only(new, counts[0]),
    )


def _at(change: PastChange, since: datetime) -> PastChange:
    """What fired already fires from the beginning of the replay."""
    return PastChange(
        change.alert_id, since, change.status, change.fingerprint, change.labels, change.annotations
    )


def _past(session: Session) -> Past:
    @lru_cache(maxsize=4096)
    def silences(at: datetime) -> SilenceIndex:
        return SilenceIndex(list_active(session, at))

    @lru_cache(maxsize=64)
    def calendars_of_hour(hour: datetime) -> SchoolCalendars:
        return school_calendars(session, hour)

    def calendars(at: datetime) -> SchoolCalendars:
        return calendars_of_hour(at.replace(minute=0, second=0, microsecond=0))

    return Past(silences, calendars)


_Key = tuple[datetime, str, str, str, int, int]


def _key(message: Message) -> _Key:
    return (
        message.at,
        message.receiver,
        message.channel,
        message.reason,
        message.firing,
        message.resolved,
    )


def _only(messages: Sequence[Message], others: "Counter[_Key]") -> list[Message]:
    """Those that the other configuration does not send at the same time to the same channel."""
    left = Counter(others)
    found: list[Message] = []
    for message in messages:
        if left[_key(message)] > 0:
            left[_key(message)] -= 1
        elif len(found) < MOST_DIFFERENCES:
            found.append(message)
    return found


def _lanes(old: Sequence[Message], new: Sequence[Message]) -> list[LaneCount]:
    before = Counter((message.receiver, message.channel) for message in old)
    after = Counter((message.receiver, message.channel) for message in new)
    return [LaneCount(*lane, before[lane], after[lane]) for lane in sorted({*before, *after})]
