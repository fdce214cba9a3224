"""The application with the records' pages, and a school whose master schedule is in work."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from sis.settings import SisSettings
from sis.surface import SURFACE
from tests.core.web_site import Site, make_site
from tests.sis.courses.building import SPRING, Building

MORNING = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
READ, WRITE = "master_schedule.read", "master_schedule.write"
ROLES = {
    "office": RoleSettings(
        title="Office", permissions=frozenset({READ, WRITE, "rollover.run"}), scoped=True
    ),
    "counselor": RoleSettings(title="Counselor", permissions=frozenset({READ}), scoped=True),
    "district": RoleSettings(
        title="District", permissions=frozenset({READ, WRITE, "rollover.run"})
    ),
}


@dataclass(frozen=True)
class Office:
    """A school with a teacher, two sections that Kim is in, a course and a term."""

    site: Site
    school: int
    algebra: int
    biology: int
    course: int
    term: int
    teacher: int


def open_office(database: Database, var: Path) -> Office:
    with database.write() as session:
        building = Building(session)
        school = building.town.school("S-1")
        building.town.school("S-2")
        term, course = building.term("S2", SPRING), building.course("ALG1")
        anna = building.teacher("Anna")
        algebra = building.section(
            school,
            "Algebra",
            "1",
            terms=(term,),
            course_id=course,
            teacher_id=anna,
            room="12",
        )
        biology = building.section(school, "Biology", "3/MWF", terms=(term,), room="9", seats=1)
        kim = building.town.student("Kim", school)
        for section in (algebra, biology):
            building.place(section, kim)
    site = make_site(
        database,
        var,
        FrozenClock(MORNING),
        [SURFACE],
        roles=ROLES,
        sections={SisSettings: SisSettings()},
    )
    return Office(site, school, algebra, biology, course, term, anna)
