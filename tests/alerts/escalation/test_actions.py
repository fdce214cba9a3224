from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from alerts.acknowledgement.actions import acknowledge, end_those_over, unacknowledge
from alerts.escalation.actions import start, stop
from alerts.escalation.models import Escalation
from alerts.escalation.queries import list_escalations_of, list_log, oldest_overdue_step
from core.db import Database
from tests.alerts.acknowledgement.test_actions import ANA, BEN, fired
from tests.alerts.escalation.staff import add_person
from tests.alerts.support import REAL, TEN, notification, settings_of

MINUTE = timedelta(minutes=1)
SETTINGS = settings_of(
    {"type": "console"},
    escalations={"urgent": [{"notify": {"user": "ana"}}, {"wait": "5m"}, {"repeat": 2}]},
)


@pytest.fixture
def staffed(database: Database) -> Database:
    with database.write() as session:
        add_person(session, "ana", ("mail", "ana@district.example"))
    return database


def begin(session: Session, ids: Sequence[int], now: datetime = TEN, group: int = 7) -> Escalation:
    return start(
        session,
        group_id=group,
        alert_ids=ids,
        chain="urgent",
        settings=SETTINGS,
        notification=notification(),
        now=now,
        real_now=REAL,
    )


def kinds(session: Session, found: Escalation) -> list[str]:
    session.flush()
    return [event.kind for event in list_log(session, found.id)]


def test_a_group_is_escalated_once_and_ends_when_it_is_resolved(staffed: Database) -> None:
    ids = fired(staffed, 1, 2)
    with staffed.write() as session:
        first = begin(session, ids[:1])
        assert begin(session, ids).id == first.id
        assert (first.state, first.next_step_at) == ("active", TEN + 5 * MINUTE)
        assert oldest_overdue_step(session, TEN + 6 * MINUTE) == TEN + 5 * MINUTE
        assert stop(session, group_id=7, reason="resolved", now=TEN + MINUTE)
        assert not stop(session, group_id=7, reason="resolved", now=TEN + MINUTE)
        assert oldest_overdue_step(session, TEN + 6 * MINUTE) is None
        assert kinds(session, first) == ["started", "told", "joined", "ended"]
        again = begin(session, ids, TEN + 2 * MINUTE)
        assert again.id != first.id
        assert [one.id for one in list_escalations_of(session, ids[0])] == [again.id, first.id]


def test_it_waits_while_somebody_is_on_every_alert(staffed: Database) -> None:
    ids = fired(staffed, 1, 2)
    with staffed.write() as session:
        found = begin(session, ids)
        acknowledge(session, ids[:1], by=ANA, now=TEN)
        assert found.state == "active"
        acknowledge(session, ids[1:], by=BEN, now=TEN)
        assert (found.state, found.next_step_at) == ("acknowledged", None)
        unacknowledge(session, ids[:1], by=ANA, now=TEN + MINUTE)
        assert (found.state, found.next_step_at, found.round) == ("active", TEN + MINUTE, 1)
        assert kinds(session, found) == ["started", "told", "acknowledged", "resumed"]


def test_it_goes_on_when_the_word_expires(staffed: Database) -> None:
    ids = fired(staffed, 1)
    with staffed.write() as session:
        found = begin(session, ids)
        acknowledge(session, ids, by=ANA, now=TEN, expires_at=TEN + MINUTE)
        assert found.state == "acknowledged"
        end_those_over(session, now=TEN + MINUTE)
        assert found.state == "active"


def test_what_was_acknowledged_before_it_began_waits_as_well(staffed: Database) -> None:
    ids = fired(staffed, 1)
    with staffed.write() as session:
        acknowledge(session, ids, by=ANA, now=TEN)
        found = begin(session, ids)
        assert found.state == "acknowledged"


def test_a_new_alert_of_an_acknowledged_group_begins_the_chain_again(staffed: Database) -> None:
    ids = fired(staffed, 1, 2)
    with staffed.write() as session:
        found = begin(session, ids[:1])
        acknowledge(session, ids[:1], by=ANA, now=TEN)
        begin(session, ids[:1], TEN + MINUTE)
        assert found.state == "acknowledged"
        begin(session, ids, TEN + 2 * MINUTE)
        assert (found.state, found.round, found.next_step_at) == ("active", 1, TEN + 7 * MINUTE)
