"""A school at the end of its first semester, for tests of the rollover."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from sis.calendars.models import AcademicSession
from sis.courses.models import Section
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.queries import get_school_for
from sis.rollover.actions import finish_run, request_run, roll_school
from sis.rollover.models import RolloverSchool
from sis.rollover.queries import take_waiting
from sis.rollover.rules.books import Reconciliation
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.rules import SchedulingRules
from tests.sis.courses.building import Building

FALL, SPRING = (date(2014, 8, 12), date(2014, 12, 20)), (date(2015, 1, 12), date(2015, 6, 5))
LAST_DAY = date(2014, 12, 19)
NOW = datetime(2014, 12, 22, 17, 0, tzinfo=UTC)
RULES = SchedulingRules(2, {})


@dataclass
class Semesters:
    """Two semesters of one year; everything has the id that is returned."""

    session: Session
    building: Building = field(init=False)

    def __post_init__(self) -> None:
        self.building = Building(self.session)
        self.year = self.building.term("Y", (FALL[0], SPRING[1]), "schoolYear")
        self.fall = self.building.term("S1", FALL)
        self.spring = self.building.term("S2", SPRING)
        for term in (self.fall, self.spring):
            self.session.get_one(AcademicSession, term).parent_id = self.year
        self.session.flush()

    def section(
        self, school_id: int, name: str, *meetings: str, course: str | None = None, seats: int = 30
    ) -> int:
        """A first-semester section of a course of its own, or of that one."""
        course_id = self.building.course(course or name) if course != "" else None
        return self.building.section(
            school_id,
            name,
            *meetings,
            span=FALL,
            terms=(self.fall,),
            course_id=course_id,
            teacher_id=self.building.teacher(f"T-{name}"),
            room=f"R-{name}",
            seats=seats,
        )

    def student(self, name: str, school_id: int, *sections: int, locked: bool = False) -> int:
        person_id = self.building.town.student(name, school_id)
        for section_id in sections:
            self.building.place(section_id, person_id, locked=locked)
        return person_id

    def leave(self, person_id: int, on: date) -> None:
        enrollment = self.session.scalars(
            select(SchoolEnrollment).where(SchoolEnrollment.person_id == person_id)
        ).one()
        enrollment.ends_on = on
        self.session.flush()

    def request(self, *school_ids: int, students: bool = True) -> int:
        run = request_run(
            self.session,
            from_id=self.fall,
            to_id=self.spring,
            school_ids=school_ids or None,
            students=students,
            by=SYSTEM,
            now=NOW,
        )
        return run.id

    def roll(self, *school_ids: int, students: bool = True) -> list[Reconciliation]:
        """Roll the schools and return their books in the order of their ids."""
        run_id = self.request(*school_ids, students=students)
        books = []
        while (row := take_waiting(self.session, run_id)) is not None:
            school = get_school_for(self.session, SYSTEM, row.school_id)
            books.append(roll_school(self.session, row, school, rules=RULES, by=SYSTEM, now=NOW))
            self.session.flush()
        finish_run(self.session, run_id, now=NOW)
        return books

    def rolled(self, school_id: int) -> RolloverSchool:
        statement = select(RolloverSchool).where(RolloverSchool.school_id == school_id)
        return self.session.scalars(statement).one()

    def placements(self) -> list[tuple[object, ...]]:
        """Of active students' places: section's title and start, person, dates, locked."""
        statement = (
            select(
                Section.title,
                Section.starts_on,
                SectionEnrollment.person_id,
                SectionEnrollment.begins_on,
                SectionEnrollment.ends_on,
                SectionEnrollment.locked,
            )
            .join(Section, Section.id == SectionEnrollment.section_id)
            .where(SectionEnrollment.role == "student", SectionEnrollment.status == "active")
            .order_by(SectionEnrollment.id)
        )
        return [tuple(row) for row in self.session.execute(statement)]

    def sections_of(self, person_id: int, on: date) -> list[int]:
        statement = (
            select(Section.id)
            .join(SectionEnrollment, SectionEnrollment.section_id == Section.id)
            .where(
                SectionEnrollment.person_id == person_id,
                SectionEnrollment.status == "active",
                SectionEnrollment.ends_on.is_(None) | (SectionEnrollment.ends_on > on),
                SectionEnrollment.begins_on.is_(None) | (SectionEnrollment.begins_on <= on),
                Section.status == "active",
                Section.starts_on <= on,
                Section.ends_on > on,
            )
            .order_by(Section.id)
        )
        return list(self.session.scalars(statement))
