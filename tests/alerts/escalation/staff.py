"""People with verified addresses, and chains that reach them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from alerts.contacts.models import Contact, NotificationRule
from alerts.escalation.actions import advance_due, start
from alerts.escalation.models import Escalation
from alerts.escalation.queries import list_log
from alerts.settings import AlertSettings
from core.auth.accounts.models import UserAccount
from core.db import Database
from tests.alerts.acknowledgement.test_actions import fired
from tests.alerts.support import REAL, TEN, messages, notification, settings_of

MINUTE = timedelta(minutes=1)


def add_person(session: Session, username: str, *addresses: tuple[str, str]) -> dict[str, int]:
    """An account with these verified (method, address); the ids of its contacts by method."""
    account = UserAccount(
        username=username,
        display_name=username.title(),
        password_hash="",
        role="agent",
        active=True,
        created_at=REAL,
    )
    session.add(account)
    session.flush()
    contacts = [
        Contact(
            user_id=account.id,
            method=method,
            address=address,
            added_at=REAL,
            verified_at=REAL,
            code_attempts=0,
        )
        for method, address in addresses
    ]
    session.add_all(contacts)
    session.flush()
    return {contact.method: contact.id for contact in contacts} | {"user": account.id}


def add_rule(session: Session, person: Mapping[str, int], method: str, minutes: int) -> None:
    rule = NotificationRule(
        user_id=person["user"], contact_id=person[method], severity="", after_minutes=minutes
    )
    session.add(rule)
    session.flush()


def chain(*steps: object, **more: object) -> AlertSettings:
    return settings_of({"type": "console"}, escalations={"urgent": steps}, **more)


class Stage:
    """One escalation of the group 7 on a clock of its own."""

    def __init__(self, database: Database, settings: AlertSettings, schools: int = 1) -> None:
        self.database = database
        self.settings = settings
        self.now = TEN
        self.ids = fired(database, *range(1, schools + 1))
        self.known = len(messages(database))

    def begin(self, ids: Sequence[int] | None = None) -> None:
        with self.database.write() as session:
            start(
                session,
                group_id=7,
                alert_ids=self.ids if ids is None else ids,
                chain="urgent",
                settings=self.settings,
                notification=notification(),
                now=self.now,
                real_now=REAL,
            )

    def after(self, wait: timedelta) -> list[str]:
        """What is told when so much time has passed."""
        self.now += wait
        with self.database.write() as session:
            advance_due(session, settings=self.settings, now=self.now, real_now=REAL)
        return self.told()

    def told(self) -> list[str]:
        """The addresses or channels of the messages since the last look."""
        found = messages(self.database)[self.known :]
        self.known += len(found)
        return [each.payload.get("address") or each.payload["channel"] for each in found]

    def log(self) -> list[str]:
        with self.database.read() as session:
            found = session.query(Escalation).one()
            return [f"{line.kind} {line.detail}".strip() for line in list_log(session, found.id)]

    def due(self) -> datetime | None:
        with self.database.read() as session:
            return session.query(Escalation).one().next_step_at
