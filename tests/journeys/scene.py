"""Opening day at two schools, as people see it in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select

import app as application
from alerts.models import Alert
from core.auth.accounts.actions import create_account
from core.clock import DrillClock, FrozenClock, machine_now
from core.db import Database
from core.runtime import Runtime
from monitors.jobs import sweep
from monitors.settings import list_probes
from sis.enrollment.models import SchoolEnrollment
from sis.people.models import Person
from tests.core.web_site import PASSWORD, QUICK, TESTS
from tests.dashboards.district import PROBE, ZONE, District
from tests.support.server import LiveServer, running_server
from triage.jobs import compute_tiers_daily, follow

TEN = datetime.fromisoformat("2015-01-12T10:00:00-08:00")


@dataclass
class OpeningDay:
    """A district in the database, its monitors and its desk; ``at`` runs them for a moment.

    Eleven students at Alder High and ten at Birch Middle have no schedule.
    """

    database: Database
    folder: Path
    schools: dict[str, int] = field(default_factory=dict)

    def open(self) -> None:
        with self.database.write() as session:
            district = District(session, now=TEN)
            for name, students in (("Alder High", 11), ("Birch Middle", 10), ("Cedar High", 0)):
                place = (34.0 + students / 100, -118.3)
                school = district.school(name, level="high", position=place)
                district.calendar(school)
                district.bells(school)
                for number in range(students):
                    person = Person(
                        sourced_id=f"STU-{school}-{number}",
                        source="test",
                        given_name="A",
                        family_name="B",
                        modified_at=TEN,
                    )
                    session.add(person)
                    session.flush()
                    session.add(_enrolled(person, school))
                self.schools[name] = school

    def alert(self) -> str:
        """The fingerprint of the oldest alert."""
        with self.database.read() as session:
            return session.scalars(select(Alert.fingerprint).order_by(Alert.id)).first() or ""

    def account(self, username: str, role: str, schools: tuple[str, ...] = ()) -> None:
        with self.database.write() as session:
            create_account(
                session,
                username,
                display_name=username.title(),
                password=PASSWORD,
                role=role,
                organizations=schools,
                cost=QUICK,
                by=TESTS,
                now=machine_now(),
            )

    def at(self, moment: datetime) -> None:
        """What the scheduler does at that moment: measure, then tell the desk."""
        env = {"VAR": str(self.folder), "DATABASE_URL": self.database.url}
        settings = application.read_settings(env)
        runtime = Runtime(settings, self.database, FrozenClock(moment, machine_now()))
        (probe,) = [one for one in list_probes(settings) if one.name == PROBE]
        compute_tiers_daily(runtime, moment)
        sweep(probe, runtime, moment)
        follow(runtime, moment)

    @contextmanager
    def served(self) -> Iterator[LiveServer]:
        """The web process on a practice clock that stands a little after ten."""
        clock = DrillClock(TEN + timedelta(seconds=30), machine_now(), 1.0)
        env = {"BELLWETHER_CLOCK": clock.to_text()}
        with running_server(self.database.url, self.folder, env) as server:
            yield server


def _enrolled(person: Person, school: int) -> SchoolEnrollment:
    return SchoolEnrollment(
        sourced_id=f"{person.sourced_id}|{school}",
        source="test",
        person_id=person.id,
        school_id=school,
        grade="10",
        begins_on=date(2014, 8, 12),
        modified_at=TEN,
    )


def sign_in(page: Page, server: LiveServer, username: str) -> None:
    """Through the form, as people do."""
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def tab_to(page: Page, text: str, most: int = 60) -> None:
    """Press Tab until the focus is on something that says ``text``."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(text):
            return
    raise AssertionError(f"{most} times Tab did not reach {text!r}")


__all__ = ["TEN", "ZONE", "OpeningDay", "sign_in", "tab_to"]
