"""A small school with courses, a term and requests, for tests of scheduling by hand."""

from dataclasses import dataclass
from datetime import date

from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section, SectionTerm
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.requests.models import CourseRequest
from tests.sis.school import MONDAY, NOW, Town

TERM_ENDS = date(2015, 6, 5)


@dataclass
class Planning(Town):
    """Adds what students ask for; everything has the id that is returned."""

    def term(self, name: str = "T-1", starts_on: date = MONDAY, ends_on: date = TERM_ENDS) -> int:
        row = AcademicSession(
            sourced_id=name,
            source="test",
            title=f"Term {name}",
            type="semester",
            starts_on=starts_on,
            ends_on=ends_on,
            modified_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def course(
        self,
        sourced_id: str,
        *,
        code: str = "",
        grades: str | None = None,
        organization_id: int | None = None,
    ) -> int:
        """``code`` is the sourced id, unless it is another."""
        row = Course(
            sourced_id=sourced_id,
            source="test",
            title=f"Title of {sourced_id}",
            code=code or sourced_id,
            grades=grades,
            organization_id=organization_id,
            modified_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def offered(
        self,
        school_id: int,
        session_id: int,
        course_id: int,
        title: str,
        *periods: str,
        seats: int | None = 30,
    ) -> int:
        """A section of the course in the term."""
        section_id = self.section(school_id, title, *periods, seats=seats)
        self.session.get_one(Section, section_id).course_id = course_id
        self.session.add(SectionTerm(section_id=section_id, session_id=session_id))
        self.session.flush()
        return section_id

    def request(
        self,
        person_id: int,
        school_id: int,
        session_id: int,
        course_id: int,
        priority: int = 1,
        alternate_of_id: int | None = None,
    ) -> int:
        row = CourseRequest(
            person_id=person_id,
            school_id=school_id,
            session_id=session_id,
            course_id=course_id,
            priority=priority,
            alternate_of_id=alternate_of_id,
            created_at=NOW,
            modified_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def seat(self, section_id: int, person_id: int) -> int:
        """A place from before the records start."""
        row = SectionEnrollment(
            sourced_id=f"X-{section_id}-{person_id}",
            source="test",
            section_id=section_id,
            person_id=person_id,
            role="student",
            modified_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        return row.id
