"""Who comes first in the queue, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.tickets.rules.priority import PRIORITY_LABELS

NO_TIER = 5


@dataclass(frozen=True, order=True)
class Rank:
    """Sorts as the queue does: priority, then tier, then who has waited longest, then number."""

    priority: int
    tier: int
    waiting_since_at: datetime
    ticket_id: int


def duration(span: timedelta) -> str:
    """A span in plain words: ``2 h 5 min``, ``3 days``."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = minutes // (24 * 60)
    return "1 day" if days == 1 else f"{days} days"


def _priority(value: int) -> str:
    return f"priority {value} ({PRIORITY_LABELS[value]})"


def _tier(value: int) -> str:
    return "no tier" if value == NO_TIER else f"tier {value}"


def explain(place: int, this: Rank, above: Rank | None, now: datetime) -> str:
    """Why a ticket stands where it does: one sentence, naming what parts it from the one above.

    ``place`` counts from 1; ``above`` is the rank of the ticket before it.
    """
    waited = duration(now - this.waiting_since_at)
    facts = f"{_priority(this.priority)}, {_tier(this.tier)}, waiting {waited}"
    if above is None:
        return f"First: {facts}; nothing is more urgent." if place == 1 else f"Here: {facts}."
    if above.priority != this.priority:
        why = f"the ticket above has priority {above.priority}"
    elif above.tier != this.tier:
        why = f"the ticket above has the same priority, and its school is in {_tier(above.tier)}"
    else:
        longer = duration(this.waiting_since_at - above.waiting_since_at)
        why = f"the ticket above has the same priority and tier, and has waited {longer} longer"
        if longer == "0 min":
            why = "the ticket above has the same priority and tier, and came just before"
    return f"Place {place}: {facts}; {why}."
