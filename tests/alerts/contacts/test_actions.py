import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from alerts.channel_settings import Method
from alerts.contacts.actions import (
    add_contact,
    add_rule,
    remove_contact,
    remove_rule,
    send_code,
    verify,
)
from alerts.contacts.queries import list_contacts, list_rules, list_rules_of, list_verified
from alerts.delivery_log import notification_of
from core.auth.actor import Actor
from core.db import Database
from core.errors import Conflict, Invalid, NotFound
from tests.alerts.escalation.staff import add_person
from tests.alerts.support import REAL, messages

MINUTE = timedelta(minutes=1)


def somebody(session: Session, name: str = "ana") -> Actor:
    user_id = add_person(session, name)["user"]
    return Actor("user", f"user:{user_id}", name, "agent", frozenset(), user_id=user_id)


def user_of(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


def code_sent(database: Database) -> str:
    """The code of the newest message, which nobody but its recipient may see."""
    payload = messages(database)[-1].payload
    (alert,) = payload["notification"]["alerts"]
    found = re.match(r"\d{6}", alert["annotations"]["summary"])
    assert found is not None
    assert found[0] not in payload["title"]
    assert notification_of(payload) is None
    return found[0]


def test_an_address_is_used_once_its_code_came_back(database: Database) -> None:
    with database.write() as session:
        ana = somebody(session)
        user_id = user_of(ana)
        contact = add_contact(session, user_id, Method.SMS, "2135550100", by=ana, now=REAL)
        assert list_verified(session, [user_id]) == {}
    assert messages(database)[-1].topic == "personal.sms"
    code = code_sent(database)
    with database.write() as session:
        wrong = f"{(int(code) + 1) % 10**6:06}"
        assert not verify(session, user_id, contact.id, wrong, by=ana, now=REAL)
        assert verify(session, user_id, contact.id, f" {code} ", by=ana, now=REAL)
        assert [each.address for each in list_verified(session, [user_id])[user_id]] == [
            "+12135550100"
        ]
        with pytest.raises(Conflict, match="is verified"):
            verify(session, user_id, contact.id, code, by=ana, now=REAL)
        with pytest.raises(Conflict, match="already"):
            add_contact(session, user_id, Method.SMS, "+1 213 555 0100", by=ana, now=REAL)


def test_a_code_is_good_for_a_while_and_a_few_tries(database: Database) -> None:
    with database.write() as session:
        ana = somebody(session)
        user_id = user_of(ana)
        contact = add_contact(session, user_id, Method.MAIL, "a@d.example", by=ana, now=REAL)
        with pytest.raises(Conflict, match="wait 60 seconds"):
            send_code(session, user_id, contact.id, now=REAL + MINUTE / 2)
        for _ in range(5):
            assert not verify(session, user_id, contact.id, "nonsense", by=ana, now=REAL)
        with pytest.raises(Conflict, match="no longer good"):
            verify(session, user_id, contact.id, "nonsense", by=ana, now=REAL)
        send_code(session, user_id, contact.id, now=REAL + MINUTE)
    code = code_sent(database)
    with database.write() as session:
        with pytest.raises(Conflict, match="no longer good"):
            verify(session, user_id, contact.id, code, by=ana, now=REAL + 16 * MINUTE)
        assert verify(session, user_id, contact.id, code, by=ana, now=REAL + 15 * MINUTE)


def test_rules_go_with_the_address_and_nobody_reaches_into_those_of_others(
    database: Database,
) -> None:
    with database.write() as session:
        ana, ben = somebody(session), somebody(session, "ben")
        user_id = user_of(ana)
        contact = add_contact(session, user_id, Method.MAIL, "a@d.example", by=ana, now=REAL)

        def rule(person: Actor, severity: str, minutes: int) -> int:
            return add_rule(
                session,
                user_of(person),
                contact_id=contact.id,
                severity=severity,
                after_minutes=minutes,
                by=person,
                now=REAL,
            ).id

        first = rule(ana, "", 0)
        rule(ana, "critical", 5)
        assert len(list_rules_of(session, [user_id])[user_id]) == 2
        for severity, minutes, refusal in (
            ("", 0, Conflict),
            ("loud", 0, Invalid),
            ("", -1, Invalid),
        ):
            with pytest.raises(refusal):
                rule(ana, severity, minutes)
        for reach in (
            lambda: rule(ben, "", 1),
            lambda: remove_rule(session, user_of(ben), first, by=ben, now=REAL),
            lambda: remove_contact(session, user_of(ben), contact.id, by=ben, now=REAL),
        ):
            with pytest.raises(NotFound):
                reach()
        remove_rule(session, user_id, first, by=ana, now=REAL)
        remove_contact(session, user_id, contact.id, by=ana, now=REAL)
        assert not list_rules(session, user_id)
        assert not list_contacts(session, user_id)
