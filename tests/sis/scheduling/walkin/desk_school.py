"""A high school with a day of six periods, as the walk-in screen's pages are tested on."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path

from sqlalchemy import select

import app as application
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.web.factory import make_app
from sis.courses.models import Section
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import Organization
from tests.core.web_site import Site
from tests.sis.scheduling.planning import Planning
from tests.sis.school import NOW

PERIODS = ("1", "2", "3", "4", "5", "6")
COURSES = ("Algebra 1", "Biology", "Chemistry", "Drama", "English 10", "French 2")


@dataclass(frozen=True)
class DeskSchool:
    """Ids of the school, its term, a student without sections and one who has all six."""

    school: int
    term: int
    student: int
    complete: int
    sections: dict[str, int]


def fill_school(database: Database) -> DeskSchool:
    """Each of six courses in two neighbouring periods; Biology in period 2 is full.

    The students ask for Chemistry first; one course is of another grade.
    """
    with database.write() as session:
        planning = Planning(session)
        school = planning.school("S-1")
        session.get_one(Organization, school).name = "Alder High"
        planning.bells(
            school, "regular", *((time(8 + n), time(8 + n, 55)) for n in range(len(PERIODS)))
        )
        term = planning.term()
        sections: dict[str, int] = {}
        courses = {name: planning.course(name.split()[0][:3].upper()) for name in COURSES}
        for number, (name, course) in enumerate(courses.items()):
            for period in (PERIODS[number], PERIODS[(number + 1) % 6]):
                title = f"{name}, period {period}"
                seats = 0 if title == "Biology, period 2" else 30
                section = planning.offered(school, term, course, title, period, seats=seats)
                session.get_one(Section, section).grades = "12" if name == "Drama" else "10"
                sections[title] = section
        student, complete = (planning.student(f"STU-{n}", school) for n in (1, 2))
        for enrollment in session.scalars(select(SchoolEnrollment)):
            enrollment.grade = "10"
        planning.request(student, school, term, courses["Chemistry"])
        for number, name in enumerate(COURSES):
            planning.seat(sections[f"{name}, period {PERIODS[number]}"], complete)
        return DeskSchool(school, term, student, complete, sections)


def open_site(database: Database, var: Path) -> Site:
    """The whole application as configured, on the opening day."""
    env = {"VAR": str(var), "DATABASE_URL": database.url}
    runtime = Runtime(application.read_settings(env), database, FrozenClock(NOW))
    return Site(runtime, make_app(runtime, application.surfaces()))
