"""When a silence holds, and what may still be changed about it (as Alertmanager decides it)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.matching import Matcher
from alerts.silences.rules.recurrence import Weekly, is_inside, next_edge


class State(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Draft:
    """What a person asks for. ``weekly``: only inside its windows, between the two times.

    ``created_by`` is a name for people, as Alertmanager's clients send it.
    """

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    weekly: Weekly | None = None


@dataclass(frozen=True)
class Span:
    """The times of a silence that exists."""

    starts_at: datetime
    ends_at: datetime
    weekly: Weekly | None = None


def state_of(span: Span, now: datetime) -> State:
    """Pending before its start, expired from its end on."""
    if now >= span.ends_at:
        return State.EXPIRED
    return State.PENDING if now < span.starts_at else State.ACTIVE


def holds(span: Span, now: datetime) -> bool:
    """Whether it silences now: active and, if it recurs, inside a window."""
    if state_of(span, now) is not State.ACTIVE:
        return False
    return span.weekly is None or is_inside(span.weekly, now)


def next_change(span: Span, now: datetime) -> datetime | None:
    """When it next begins or ceases to hold; None when it is over."""
    match state_of(span, now):
        case State.EXPIRED:
            return None
        case State.PENDING:
            return span.starts_at
    if span.weekly is None:
        return span.ends_at
    return min(span.ends_at, next_edge(span.weekly, now))


def problems_of(draft: Draft, now: datetime) -> dict[str, str]:
    """What is wrong with a draft: field -> sentence. In the words of Alertmanager where it has any.

    Matchers that match the empty string alone would silence every alert that lacks the label.
    """
    problems = {}
    if all(matcher.matches({}) for matcher in draft.matchers):
        problems["matchers"] = "at least one matcher must not match the empty string"
    if not draft.comment.strip():
        problems["comment"] = "comment missing: say why these alerts are silenced"
    if draft.starts_at >= draft.ends_at:
        problems["ends_at"] = "start time must be before end time"
    elif draft.ends_at < now:
        problems["ends_at"] = "end time can't be in the past"
    return problems


def may_update(before: Span, matchers: Sequence[Matcher], wanted: Draft, now: datetime) -> bool:
    """Whether the silence itself may change; otherwise it is expired and a new one takes over.

    Matchers never change. The start of an active one stays (to the second), its end may not lie in
    the past; a pending one may not begin in the past; an expired one is over.
    """
    if tuple(matchers) != wanted.matchers:
        return False
    match state_of(before, now):
        case State.ACTIVE:
            same_start = int(before.starts_at.timestamp()) == int(wanted.starts_at.timestamp())
            return same_start and wanted.ends_at >= now
        case State.PENDING:
            return wanted.starts_at >= now
    return False


def remind_at(span: Span, lead: timedelta, now: datetime) -> datetime | None:
    """``lead`` before the end; None for a silence too short to be forgotten in the meantime."""
    at = span.ends_at - lead
    return at if at > max(now, span.starts_at) else None
