from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.acknowledgement.actions import acknowledge, end_those_over, unacknowledge
from alerts.acknowledgement.queries import list_acknowledged, list_history, list_unacknowledged
from alerts.acknowledgement.rules import Because, why_over
from alerts.acknowledgement.settings import AcknowledgementSettings
from alerts.models import Alert
from core.auth.actor import Actor
from core.db import Database
from core.errors import Conflict, Invalid
from tests.alerts.support import TEN, change, report, settings_of

MINUTE = timedelta(minutes=1)
CONSOLE = settings_of({"type": "console"})
ANA = Actor("user", "user:1", "Ana", "agent", frozenset(), user_id=1)
BEN = Actor("user", "user:2", "Ben", "agent", frozenset(), user_id=2)


def fired(database: Database, *schools: int) -> list[int]:
    """Ids of the alerts of these schools, which fire."""
    report(database, CONSOLE, *(change(number) for number in schools))
    with database.read() as session:
        return list(session.scalars(select(Alert.id).order_by(Alert.school)))


def held(session: Session, ids: Sequence[int], now: datetime) -> dict[int, str]:
    return {key: found.by_name for key, found in list_acknowledged(session, ids, now).items()}


@pytest.mark.parametrize(
    ("sticky", "expires", "since", "because"),
    [
        (False, None, [], None),
        (False, None, ["notified", "acknowledged"], None),
        (False, None, ["suppressed"], Because.CHANGED),
        (True, None, ["suppressed", "unsuppressed"], None),
        (True, None, ["resolved", "firing"], Because.RESOLVED),
        (False, None, ["resolved"], Because.RESOLVED),
        (False, TEN, [], Because.EXPIRED),
        (True, TEN + MINUTE, [], None),
    ],
)
def test_a_normal_word_ends_with_any_change_and_a_sticky_one_when_resolved(
    sticky: bool, expires: datetime | None, since: list[str], because: Because | None
) -> None:
    assert why_over(sticky=sticky, expires_at=expires, since=since, now=TEN) == because


def test_an_acknowledged_alert_says_by_whom_until_it_is_taken_back(database: Database) -> None:
    first, second = fired(database, 1, 2)
    with database.write() as session:
        assert acknowledge(session, [first], by=ANA, now=TEN, note=" on it ") == [first]
        assert held(session, [first, second], TEN) == {first: "Ana"}
        assert list_unacknowledged(session, [first, second], TEN) == [second]
    with database.write() as session:
        assert unacknowledge(session, [first, second], by=BEN, now=TEN) == [first]
        assert held(session, [first], TEN) == {}
        history = list_history(session, first)
        assert [(one.note, one.ended_because, one.ended_by) for one in history] == [
            ("on it", "withdrawn", "user:2")
        ]


def test_the_second_person_is_told_who_was_faster(database: Database) -> None:
    ids = fired(database, 1, 2)
    with database.write() as session:
        acknowledge(session, ids[:1], by=ANA, now=TEN)
        with pytest.raises(Conflict, match="Ana has acknowledged this already"):
            acknowledge(session, ids[:1], by=BEN, now=TEN)
        assert acknowledge(session, ids, by=BEN, now=TEN) == ids[1:]
        assert held(session, ids, TEN) == {ids[0]: "Ana", ids[1]: "Ben"}


def test_giving_ones_own_word_again_prolongs_it(database: Database) -> None:
    ids = fired(database, 1)
    with database.write() as session:
        acknowledge(session, ids, by=ANA, now=TEN, expires_at=TEN + MINUTE)
        acknowledge(session, ids, by=ANA, now=TEN, expires_at=TEN + 3 * MINUTE)
        assert held(session, ids, TEN + 2 * MINUTE) == {ids[0]: "Ana"}


def test_a_word_is_over_when_the_alert_is_resolved_or_it_expires(database: Database) -> None:
    ids = fired(database, 1, 2)
    with database.write() as session:
        acknowledge(session, ids[:1], by=ANA, now=TEN, sticky=True)
        acknowledge(session, ids[1:], by=ANA, now=TEN, expires_at=TEN + MINUTE)
    report(database, CONSOLE, change(1, "resolved", at=TEN + MINUTE))
    report(database, CONSOLE, change(1, at=TEN + 2 * MINUTE))
    with database.write() as session:
        assert held(session, ids, TEN + 2 * MINUTE) == {}
        assert end_those_over(session, now=TEN + 2 * MINUTE) == 2
        assert end_those_over(session, now=TEN + 2 * MINUTE) == 0
        reasons = [list_history(session, alert_id)[0].ended_because for alert_id in ids]
        assert reasons == ["resolved", "expired"]


def test_an_installation_may_let_every_word_expire(database: Database) -> None:
    ids = fired(database, 1)
    settings = AcknowledgementSettings(expires_after=10 * MINUTE)
    with database.write() as session:
        acknowledge(session, ids, by=ANA, now=TEN, settings=settings)
        assert held(session, ids, TEN + 9 * MINUTE)
        assert not held(session, ids, TEN + 10 * MINUTE)


def test_what_cannot_be_acknowledged_is_refused_with_the_reason(database: Database) -> None:
    ids = fired(database, 1)
    with database.write() as session:
        with pytest.raises(Invalid, match="ends after now"):
            acknowledge(session, ids, by=ANA, now=TEN, expires_at=TEN)
        with pytest.raises(Invalid, match="at most 1000"):
            acknowledge(session, ids, by=ANA, now=TEN, note="x" * 1001)
        with pytest.raises(Conflict, match="Nobody has acknowledged"):
            unacknowledge(session, ids, by=ANA, now=TEN)
    report(database, CONSOLE, change(1, "resolved", at=TEN + MINUTE))
    with database.write() as session, pytest.raises(Conflict, match="fires any more"):
        acknowledge(session, ids, by=ANA, now=TEN + MINUTE)
