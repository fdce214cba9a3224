"""A school on a Monday with two teachers, their classes and students, and people who sign in."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy.orm import Session

from core.auth.accounts.models import UserAccount, UserScope
from core.auth.actor import Actor
from core.auth.sessions.actions import start_session
from core.clock import FrozenClock, machine_now
from core.db import Database
from core.settings.models import RoleSettings
from sis.calendars.models import ClassPeriod
from sis.courses.models import Section
from sis.organizations.models import Organization
from sis.people.models import Person
from sis.settings import SisSettings
from sis.surface import SURFACE
from tests.core.web_site import Browser, Site, make_site
from tests.sis.scheduling.school_records import Records

MONDAY = date(2015, 1, 12)
WEEK = [MONDAY + timedelta(days=number) for number in range(5)]
EIGHT = datetime(2015, 1, 12, 16, 7, tzinfo=UTC)
"""08:07 in Los Angeles, in the first period."""

PERIODS = {"1": (time(8), time(8, 55)), "2": (time(9), time(9, 55)), "3": (time(10), time(11))}
ROLES = {
    "teacher": RoleSettings(
        title="Teacher", scoped=True, permissions=frozenset({"attendance.take", "schools.read"})
    ),
    "school_staff": RoleSettings(
        title="Office",
        scoped=True,
        permissions=frozenset({"attendance.read", "attendance.correct", "students.read"}),
    ),
    "administrator": RoleSettings(
        title="Administrator", permissions=frozenset({"attendance.read", "attendance.correct"})
    ),
}
NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve")


@dataclass
class SchoolDay:
    """``sections`` are by period, ``students`` by given name; all sit in every section."""

    school: int = 0
    sourced_id: str = ""
    teacher: int = 0
    teacher_key: str = ""
    sections: dict[str, int] = field(default_factory=dict)
    students: dict[str, int] = field(default_factory=dict)

    def fill(self, session: Session, names: tuple[str, ...] = NAMES) -> Records:
        records = Records(session)
        self.school = records.school(name="Alder High")
        self.sourced_id = session.get_one(Organization, self.school).sourced_id
        records.calendar(self.school, WEEK)
        session.add_all(
            ClassPeriod(
                school_id=self.school, day_type="regular", label=label, starts_at=a, ends_at=b
            )
            for label, (a, b) in PERIODS.items()
        )
        self.teacher = records.person()
        self.teacher_key = session.get_one(Person, self.teacher).sourced_id
        for name in names:
            self.students[name] = records.enroll(self.school)
            session.get_one(Person, self.students[name]).given_name = name
        for period in PERIODS:
            self.sections[period] = self.section(records, period)
        session.flush()
        return records

    def section(self, records: Records, period: str) -> int:
        section = records.section(self.school, [period])
        records.session.get_one(Section, section).title = f"Algebra {period}"
        records.seat(section, self.teacher, role="teacher")
        for student in self.students.values():
            records.seat(section, student)
        return section


def sis_site(database: Database, folder: Path, now: datetime = EIGHT) -> Site:
    """Core and the records, at that moment of the district."""
    sections: dict[type[BaseModel], BaseModel] = {SisSettings: SisSettings()}
    clock = FrozenClock(now, machine_now())
    return make_site(database, folder, clock, [SURFACE], roles=ROLES, sections=sections)


def signed_in(
    site: Site, day: SchoolDay, username: str, role: str, person_key: str | None = None
) -> Browser:
    """A browser with a session of a new account at the school; nobody types a password."""
    now = site.runtime.clock.real_now()
    with site.runtime.database.write() as session:
        account = UserAccount(
            username=username,
            display_name=username.title(),
            password_hash="none",
            role=role,
            person_key=person_key,
            created_at=now,
        )
        session.add(account)
        session.flush()
        if ROLES[role].scoped:
            session.add(UserScope(user_id=account.id, scope=day.sourced_id))
    return again(site, account.id)


def again(site: Site, user_id: int) -> Browser:
    """Another browser of an account."""
    with site.runtime.database.write() as session:
        policy, now = site.runtime.settings.core.auth, site.runtime.clock.real_now()
        secret = start_session(session, user_id, user_agent="", policy=policy, now=now)
    browser = site.browser()
    browser.client.set_cookie("bellwether_session", secret)
    return browser


def acting_teacher(day: SchoolDay) -> Actor:
    """The teacher, for actions without a browser."""
    permissions = frozenset({"attendance.take"})
    return Actor("user", "user:999", "Tea", "teacher", permissions, person_key=day.teacher_key)
