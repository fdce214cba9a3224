"""A school with teachers, courses and terms, for tests of the master schedule."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section, SectionMeeting, SectionTerm
from sis.people.models import Person
from sis.scheduling.models import SectionEnrollment
from tests.sis.school import MONDAY, NOW, Town

FALL = (date(2014, 8, 12), MONDAY)
SPRING = (MONDAY, date(2015, 6, 5))


@dataclass
class Building:
    """Adds records; everything has the id that is returned."""

    session: Session

    def __post_init__(self) -> None:
        self.town = Town(self.session)

    def term(self, name: str, span: tuple[date, date], kind: str = "semester") -> int:
        row = AcademicSession(
            sourced_id=name,
            source="test",
            title=f"Term {name}",
            type=kind,
            starts_on=span[0],
            ends_on=span[1],
            school_year=2015,
            modified_at=NOW,
        )
        return self._kept(row)

    def course(self, code: str, owner: int | None = None, credits: float | None = None) -> int:
        row = Course(
            sourced_id=f"C-{code}",
            source="test",
            title=f"Course {code}",
            code=code,
            organization_id=owner,
            credits=credits,
            modified_at=NOW,
        )
        return self._kept(row)

    def teacher(self, name: str) -> int:
        row = Person(
            sourced_id=name, source="test", given_name=name, family_name="Reyes", modified_at=NOW
        )
        return self._kept(row)

    def section(
        self,
        school_id: int,
        name: str,
        *meetings: str,
        span: tuple[date | None, date | None] = SPRING,
        terms: tuple[int, ...] = (),
        course_id: int | None = None,
        teacher_id: int | None = None,
        room: str | None = None,
        seats: int | None = 30,
    ) -> int:
        """``meetings`` are periods, with days after a slash: ``1`` or ``1/MWF``."""
        row = Section(
            sourced_id=name,
            source="test",
            title=name,
            class_type="scheduled",
            course_id=course_id,
            school_id=school_id,
            location=room,
            seats=seats,
            starts_on=span[0],
            ends_on=span[1],
            modified_at=NOW,
        )
        section_id = self._kept(row)
        for meeting in meetings:
            period, _, days = meeting.partition("/")
            self._kept(SectionMeeting(section_id=section_id, period=period, days=days or None))
        for term in terms:
            self.session.add(SectionTerm(section_id=section_id, session_id=term))
        if teacher_id is not None:
            self.place(section_id, teacher_id, role="teacher")
        self.session.flush()
        return section_id

    def place(
        self,
        section_id: int,
        person_id: int,
        *,
        role: str = "student",
        begins_on: date | None = None,
        ends_on: date | None = None,
        locked: bool = False,
    ) -> int:
        row = SectionEnrollment(
            sourced_id=f"{section_id}-{person_id}-{begins_on}",
            source="test",
            section_id=section_id,
            person_id=person_id,
            role=role,
            begins_on=begins_on,
            ends_on=ends_on,
            locked=locked,
            modified_at=NOW,
        )
        return self._kept(row)

    def _kept(
        self, row: AcademicSession | Course | Person | Section | SectionMeeting | SectionEnrollment
    ) -> int:
        self.session.add(row)
        self.session.flush()
        return row.id
