"""What the auditor looks at, as plain values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Findings:
    """Since when something waits; None when nothing does.

    ``escalation`` and ``group`` (the next step of an escalation; a group of alerts) are in the
    district's time, ``messages`` (by outbox topic) in the machine's.
    """

    escalation: datetime | None
    group: datetime | None
    messages: Mapping[str, datetime]


@dataclass(frozen=True)
class Moment:
    """The district's time, the machine's, and how fast the district's runs."""

    now: datetime
    real_now: datetime
    speed: float = 1.0


def problems(found: Findings, at: Moment, grace: timedelta) -> Iterator[str]:
    """A sentence for each thing that has been overdue for more than ``grace`` of real time."""
    district = at.now - grace * at.speed
    if found.escalation is not None and found.escalation < district:
        yield f"a step of an escalation has been due since {found.escalation.isoformat()}"
    if found.group is not None and found.group < district:
        yield f"a group of alerts has been due since {found.group.isoformat()}"
    for topic, since in sorted(found.messages.items()):
        if since < at.real_now - grace:
            yield f"a message of {topic} has been waiting since {since.isoformat()}"
