"""Silences as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.matching import Matcher
from alerts.models import Alert
from alerts.queries_matching import pages_found, search_for
from alerts.silences.models import Silence
from alerts.silences.queries import matchers_of, span_of
from alerts.silences.rules.recurrence import WEEKDAYS, Weekly
from alerts.silences.rules.state import State, holds, next_change, state_of
from core.auth.actor import Actor

MOST_SHOWN = 20
BADGES = {State.ACTIVE: "ok", State.PENDING: "pending", State.EXPIRED: "unknown"}


@dataclass(frozen=True)
class Line:
    """One silence; ``holds`` is false for a recurring one outside its windows."""

    silence: Silence
    matchers: Sequence[Matcher]
    state: State
    holds: bool
    weekly: Weekly | None
    next_change: datetime | None

    @property
    def badge(self) -> str:
        return BADGES[self.state] if self.holds or self.state is not State.ACTIVE else "pending"

    @property
    def word(self) -> str:
        """The state, and of a recurring one whether it holds now."""
        if self.weekly is None or self.state is not State.ACTIVE:
            return self.state.value
        return "active now" if self.holds else "between two times"

    @property
    def recurs(self) -> str:
        """``Mon, Tue 22:00–06:00``, empty for one that does not recur."""
        if self.weekly is None:
            return ""
        days = ", ".join(WEEKDAYS[day].title() for day in sorted(self.weekly.weekdays))
        return f"{days} {self.weekly.begins:%H:%M}–{self.weekly.ends:%H:%M}"


def line_of(row: Silence, now: datetime) -> Line:
    span = span_of(row)
    return Line(
        silence=row,
        matchers=matchers_of(row),
        state=state_of(span, now),
        holds=holds(span, now),
        weekly=span.weekly,
        next_change=next_change(span, now),
    )


@dataclass(frozen=True)
class Preview:
    """What fires now and fits: the first few, and how many there are."""

    alerts: Sequence[Alert]
    count: int


def preview(session: Session, actor: Actor, matchers: Sequence[Matcher], now: datetime) -> Preview:
    """What a silence with these matchers would silence, of what the actor may see."""
    shown: list[Alert] = []
    count = 0
    for page in pages_found(session, search_for(session, actor, matchers, now)):
        shown += page[: MOST_SHOWN - len(shown)]
        count += len(page)
    return Preview(shown, count)
