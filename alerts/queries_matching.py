"""Finding alerts by their labels."""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select, true
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
_CHOICES = re.compile(r"[\w-]+(\|[\w-]+)*")


def get_alert_for(session: Session, actor: Actor, fingerprint: str) -> Alert:
    """The alert of these labels, if the actor may see it; else NotFound."""
    row = session.scalars(select(Alert).where(Alert.fingerprint == fingerprint)).one_or_none()
    schools = visible_schools(session, actor)
    if row is None or (schools is not None and row.school not in schools):
        raise NotFound("There is no such alert, or you may not see it.")
    return row


def list_matched(
    session: Session, actor: Actor, matchers: Sequence[Matcher], *, after: str, limit: int
) -> tuple[Sequence[Alert], str | None]:
    """Firing alerts that fit every matcher, ordered by fingerprint, from behind ``after``.

    Up to ``limit`` are looked at, so fewer may come back; with them the fingerprint to go on
    after, None at the end. An actor with a scope sees the alerts of its schools and no others.
    """
    statement = select(Alert).where(
        Alert.status == Status.FIRING, Alert.fingerprint > after, *map(_narrowed, matchers)
    )
    schools = visible_schools(session, actor)
    if schools is not None:
        statement = statement.where(Alert.school.in_(schools))
    rows = session.scalars(statement.order_by(Alert.fingerprint).limit(limit)).all()
    found = [row for row in rows if matches_all(matchers, row.labels)]
    return found, rows[-1].fingerprint if len(rows) == limit else None


def matched_pages(
    session: Session, actor: Actor, matchers: Sequence[Matcher], size: int = 1000
) -> Iterator[Sequence[Alert]]:
    """All of them, page by page, so that the caller need not hold them all at once."""
    after: str | None = ""
    while after is not None:
        found, after = list_matched(session, actor, matchers, after=after, limit=size)
        yield found


def _narrowed(matcher: Matcher) -> ColumnElement[bool]:
    """What the database can tell; other regular expressions are looked at afterwards."""
    text = _text_of(matcher.name)
    if text is not None and matcher.op == "=":
        return text == matcher.value
    if text is not None and matcher.op == "!=":
        return text != matcher.value
    if text is not None and matcher.op == "=~" and _CHOICES.fullmatch(matcher.value):
        return text.in_(matcher.value.split("|"))
    return true()


def _text_of(name: str) -> ColumnElement[str] | None:
    if name in _COLUMNS:
        return _COLUMNS[name].expression
    if _PLAIN_NAME.fullmatch(name):
        return func.coalesce(Alert.labels[name].as_string(), "")
    return None
