from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.contacts.models import Contact
from alerts.matching import Matcher
from alerts.models import Alert
from alerts.settings import AlertSettings
from alerts.silences.actions import create_silence, prolong_silence
from alerts.silences.reminders import remind
from alerts.silences.rules.state import Draft
from core.auth.accounts.models import UserAccount
from core.auth.actor import Actor, system
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from tests.alerts.support import REAL, TEN, make_runtime, messages, settings_of

HOUR, LEAD = timedelta(hours=1), timedelta(minutes=15)
ANA = Actor("user", "user:1", "Ana", "agent", frozenset(), user_id=1)
MAIL = {"type": "mail", "host": "mail.example", "sender": "a@district.example"}


def settings() -> AlertSettings:
    return settings_of({"type": "console"}, personal={"mail": MAIL})


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    return make_runtime(database, tmp_path, settings(), FrozenClock(TEN, REAL))


def add_ana(database: Database) -> None:
    """An account with a verified address for mail, and one that is not verified."""
    with database.write() as session:
        session.add(
            UserAccount(
                id=1,
                username="ana",
                display_name="Ana",
                password_hash="-",
                role="agent",
                created_at=REAL,
            )
        )
        session.flush()
        for method, verified_at in (("mail", REAL), ("sms", None)):
            session.add(
                Contact(
                    user_id=1,
                    method=method,
                    address=f"{method}@district.example",
                    added_at=REAL,
                    verified_at=verified_at,
                    code_attempts=0,
                )
            )


def silence(database: Database, by: Actor, hours: int = 2) -> str:
    draft = Draft((Matcher("school", "=", "S-1"),), TEN, TEN + hours * HOUR, "", "cabling")
    with database.write() as session:
        return create_silence(session, draft, lead=LEAD, by=by, now=TEN).uuid


def ending_alerts(database: Database) -> list[Alert]:
    with database.read() as session:
        found = list(session.scalars(select(Alert)))
        session.expunge_all()
        return found


def test_an_author_is_told_once_before_the_end(database: Database, runtime: Runtime) -> None:
    add_ana(database)
    uuid = silence(database, ANA)
    remind(runtime, TEN + HOUR)
    assert messages(database) == []
    remind(runtime, TEN + 2 * HOUR - LEAD)
    remind(runtime, TEN + 2 * HOUR - LEAD / 2)
    (message,) = messages(database)
    assert message.payload["address"] == "mail@district.example"
    assert message.payload["title"] == 'The silence {school="S-1"} ends at 12:00 (cabling)'
    (told,) = message.payload["notification"]["alerts"]
    assert told["annotations"]["path"] == f"/alerts/silences/{uuid}"
    assert ending_alerts(database) == []


def test_a_later_end_is_reminded_of_again(database: Database, runtime: Runtime) -> None:
    add_ana(database)
    uuid = silence(database, ANA)
    nearly = TEN + 2 * HOUR - LEAD
    remind(runtime, nearly)
    with database.write() as session:
        prolong_silence(session, uuid, TEN + 5 * HOUR, lead=LEAD, by=ANA, now=nearly)
    remind(runtime, TEN + 5 * HOUR - LEAD)
    assert len(messages(database)) == 2


def test_of_a_programs_silence_the_route_is_told(database: Database, runtime: Runtime) -> None:
    silence(database, system("loopback"))
    remind(runtime, TEN + 2 * HOUR - LEAD)
    (alert,) = ending_alerts(database)
    assert (alert.alertname, alert.severity) == ("SilenceEnding", "info")
    assert alert.expires_at == TEN + 2 * HOUR
