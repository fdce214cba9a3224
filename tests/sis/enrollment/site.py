"""Two school offices in the web application, on Monday 12 January 2015."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel
from werkzeug.test import TestResponse

from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from core.web.settings import SiteSettings
from sis.settings import SisSettings
from sis.surface import SURFACE as SIS
from tests.core.web_site import Browser, Site, make_site
from tests.sis.school import MONDAY, NOW, Town

OFFICE = frozenset({"schools.read", "students.read", "students.enroll"})
ROLES = {
    "office": RoleSettings(title="Office", permissions=OFFICE, scoped=True),
    "reader": RoleSettings(title="Reader", permissions=frozenset({"students.read"}), scoped=True),
}


@dataclass(frozen=True)
class Offices:
    """S-1 with the student Ana, and S-2 with Ben."""

    site: Site
    database: Database
    schools: dict[str, int]
    students: dict[str, int]

    def sign_in(self, username: str, *schools: str, role: str = "office") -> "Office":
        return Office(self.site.signed_in(username, role, schools))


@dataclass(frozen=True)
class Office:
    """Somebody at a browser."""

    browser: Browser

    def get(self, url: str) -> TestResponse:
        return self.browser.get(url)

    def post(self, url: str, **form: str) -> TestResponse:
        return self.send(url, form)

    def send(self, url: str, form: Mapping[str, str]) -> TestResponse:
        return self.browser.post(url, form, page="/students")


def open_offices(database: Database, folder: Path) -> Offices:
    with database.write() as session:
        town = Town(session)
        schools = {name: town.school(name) for name in ("S-1", "S-2")}
        students = {
            name: town.student(name, schools[school], MONDAY)
            for name, school in (("Ana", "S-1"), ("Ben", "S-2"))
        }
    sections: dict[type[BaseModel], BaseModel] = {
        SiteSettings: SiteSettings(),
        SisSettings: SisSettings(),
    }
    site = make_site(database, folder, FrozenClock(NOW), [SIS], roles=ROLES, sections=sections)
    return Offices(site, database, schools, students)
