"""People, schools and settings that the tests of triage share."""

from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.auth.tokens.actions import create_token
from core.clock import Clock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import AuthSettings, CoreSettings, RoleSettings
from core.surface import SURFACE as CORE
from core.web.factory import make_app
from core.web.settings import SiteSettings
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import Organization, School
from sis.people.models import Person
from sis.settings import SisSettings
from triage.settings import TriageSettings
from triage.surface import SURFACE as TRIAGE
from triage.tickets.models import Ticket
from triage.tickets.opening import Desk, open_ticket
from triage.tickets.rules.priority import Function
from triage.tickets.rules.request import NewTicket, Requester

ZONE = ZoneInfo("America/Los_Angeles")
OPENING = datetime(2015, 1, 12, 18, 5, tzinfo=UTC)
"""Monday 12 January 2015, 10:05 in Los Angeles."""

DESK = Desk(TriageSettings().tickets.weighing(), ZONE)
ALL = frozenset({"tickets.create", "tickets.read", "tickets.work", "tiers.read", "tiers.compute"})
STAFF = frozenset({"tickets.create", "tickets.read", "tiers.read"})
_numbers = count(1)


def agent(number: int = 1, name: str = "Ana Agent") -> Actor:
    return Actor("user", f"user:{number}", name, "agent", ALL, None, number)


def staff_of(*sourced_ids: str, number: int = 50) -> Actor:
    return Actor(
        "user", f"user:{number}", "Sam Staff", "school_staff", STAFF, frozenset(sourced_ids), number
    )


def add_school(
    session: Session,
    sourced_id: str,
    *,
    name: str = "",
    level: str = "high",
    parent_id: int | None = None,
    now: datetime = OPENING,
) -> int:
    """A school; returns its id."""
    organization = Organization(
        sourced_id=sourced_id,
        source="test",
        name=name or f"School {sourced_id}",
        type="school",
        parent_id=parent_id,
        modified_at=now,
    )
    session.add(organization)
    session.flush()
    session.add(
        School(organization_id=organization.id, level=level, time_zone="America/Los_Angeles")
    )
    session.flush()
    return organization.id


def add_students(session: Session, school_id: int, number: int, now: datetime = OPENING) -> None:
    """Students enrolled at the school, none of whom has a section."""
    for _ in range(number):
        key = f"P{next(_numbers)}"
        person = Person(
            sourced_id=key, source="test", given_name="A", family_name="B", modified_at=now
        )
        session.add(person)
        session.flush()
        session.add(
            SchoolEnrollment(
                sourced_id=f"E{key}",
                source="test",
                person_id=person.id,
                school_id=school_id,
                grade="10",
                begins_on=date(2014, 8, 12),
                modified_at=now,
            )
        )
    session.flush()


def new_ticket(
    school_id: int | None = None,
    *,
    function: Function = Function.SCHEDULING,
    subject: str = "Schedules are empty",
    students: int | None = None,
    external_id: str | None = None,
    requester_id: str | None = None,
) -> NewTicket:
    return NewTicket(
        function=function,
        subject=subject,
        description="Period 3 shows nothing.",
        requester=Requester("Rita Requester", requester_id),
        channel="api",
        school_id=school_id,
        students_affected=students,
        external_id=external_id,
    )


def opened(session: Session, new: NewTicket, now: datetime = OPENING) -> Ticket:
    return open_ticket(session, new, desk=DESK, by=agent(), now=now)


def settings_in(folder: Path, database: Database) -> Settings:
    roles = {
        "agent": RoleSettings(title="Agent", permissions=ALL),
        "school_staff": RoleSettings(title="School staff", permissions=STAFF, scoped=True),
        "reader": RoleSettings(title="Reader", permissions=frozenset({"tickets.read"})),
    }
    return Settings(
        core=CoreSettings(auth=AuthSettings(roles=roles)),
        sections={
            SiteSettings: SiteSettings(),
            SisSettings: SisSettings(),
            TriageSettings: TriageSettings(),
        },
        var=folder,
        database_url=database.url,
    )


def runtime_on(database: Database, clock: Clock, folder: Path) -> Runtime:
    return Runtime(settings_in(folder, database), database, clock)


def web_on(database: Database, clock: Clock, folder: Path) -> Flask:
    app = make_app(runtime_on(database, clock, folder), (CORE, TRIAGE))
    app.testing = True
    return app


class Caller:
    """A program with a bearer token, or a person whose browser sends one."""

    def __init__(self, app: Flask, secret: str) -> None:
        self._client: FlaskClient = app.test_client()
        self._headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **headers: str) -> "Answer":
        found = self._client.get(path, headers={**self._headers, **_named(headers)})
        return Answer(found.status_code, found.get_data(as_text=True), dict(found.headers))

    def post(self, path: str, json: object = None, **headers: str) -> "Answer":
        found = self._client.post(path, json=json, headers={**self._headers, **_named(headers)})
        return Answer(found.status_code, found.get_data(as_text=True), dict(found.headers))

    def submit(self, path: str, form: dict[str, str]) -> "Answer":
        found = self._client.post(path, data=form, headers=self._headers)
        return Answer(found.status_code, found.get_data(as_text=True), dict(found.headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Answer:
    def __init__(self, status: int, text: str, headers: dict[str, str]) -> None:
        self.status = status
        self.text = text
        self.headers = headers

    @property
    def json(self) -> dict[str, object]:
        import json

        found: dict[str, object] = json.loads(self.text)
        return found


def caller(
    app: Flask, database: Database, clock: Clock, role: str = "agent", *organizations: str
) -> Caller:
    """Somebody with a fresh token of a role."""
    with database.write() as session:
        secret = create_token(
            session,
            f"{role}-{next(_numbers)}",
            role=role,
            scopes=sorted(ALL),
            organizations=organizations or None,
            by=agent(),
            now=clock.real_now(),
        )
    return Caller(app, secret)
