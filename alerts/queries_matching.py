"""Finding alerts by their labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from alerts.matching import Matcher, matches_all
from alerts.models import Alert
from alerts.queries import visible_schools
from alerts.rules import Status
from core.auth.actor import Actor
from core.errors import NotFound

_COLUMNS = {
    "alertname": Alert.alertname,
    "school": Alert.school,
    "service": Alert.service,
    "severity": Alert.severity,
}
_PLAIN_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
MOST_VALUES = 5000
"""Of one label; where there are more, each alert is looked at."""


def get_alert_for(session: Session, actor: Actor, fingerprint: str) -> Alert:
    """The alert of these labels, if the actor may see it; else NotFound."""
    row = session.scalars(select(Alert).where(Alert.fingerprint == fingerprint)).one_or_none()
    schools = visible_schools(session, actor)
    if row is None or (schools is not None and row.school not in schools):
        raise NotFound("There is no such alert, or you may not see it.")
    return row


@dataclass(frozen=True)
class Search:
    """Firing alerts that fit every matcher, of those that an actor may see.

    ``conditions`` are what the database can tell of that.
    """

    matchers: tuple[Matcher, ...]
    conditions: tuple[ColumnElement[bool], ...]


def search_for(
    session: Session, actor: Actor, matchers: Sequence[Matcher], now: datetime
) -> Search:
    """An actor with a scope finds the alerts of its schools and no others."""
    fires: tuple[ColumnElement[bool], ...] = (
        Alert.status == Status.FIRING,
        or_(Alert.expires_at.is_(None), Alert.expires_at > now),
    )
    schools = visible_schools(session, actor)
    if schools is not None:
        fires = (*fires, Alert.school.in_(schools))
    fits = tuple(_condition(session, matcher, fires) for matcher in matchers)
    return Search(tuple(matchers), (*fires, *fits))


def list_found(
    session: Session, search: Search, *, after: str, limit: int
) -> tuple[Sequence[Alert], str | None]:
    """Ordered by fingerprint, from behind ``after``.

    Up to ``limit`` are looked at, so fewer may come back; with them the fingerprint to go on
    after, None at the end.
    """
    statement = select(Alert).where(*search.conditions, Alert.fingerprint > after)
    rows = session.scalars(statement.order_by(Alert.fingerprint).limit(limit)).all()
    found = [row for row in rows if matches_all(search.matchers, row.labels)]
    return found, rows[-1].fingerprint if len(rows) == limit else None


def pages_found(session: Session, search: Search, size: int = 1000) -> Iterator[Sequence[Alert]]:
    """All of them, page by page, so that the caller need not hold them all at once."""
    after: str | None = ""
    while after is not None:
        found, after = list_found(session, search, after=after, limit=size)
        yield found


def _condition(
    session: Session, matcher: Matcher, fires: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """What the database can tell; the rest is looked at afterwards.

    It knows no regular expressions of ours, so of the values that there are those that fit are
    asked for.
    """
    text = _text_of(matcher.name)
    if text is None:
        return true()
    if matcher.op == "=":
        return text == matcher.value
    if matcher.op == "!=":
        return text != matcher.value
    values = session.scalars(select(text).where(*fires).distinct().limit(MOST_VALUES + 1)).all()
    if len(values) > MOST_VALUES:
        return true()
    return text.in_([value for value in values if matcher.accepts(value)])


def _text_of(name: str) -> ColumnElement[str] | None:
    if name in _COLUMNS:
        return _COLUMNS[name].expression
    if _PLAIN_NAME.fullmatch(name):
        return func.coalesce(Alert.labels[name].as_string(), "")
    return None
