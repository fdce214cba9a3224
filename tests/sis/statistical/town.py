"""A school with a month of attendance in the tables, for tests of queries, actions and pages.

The month is 12 January to 6 February 2015, four weeks with a holiday; the records know nobody
before. Everything that a test changes, it changes by hand, so its figures can be worked out.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from sis.attendance.models import AttendanceEvent, AttendanceSubmission
from sis.calendars.models import Calendar, CalendarDate
from sis.calendars.rules import weekdays
from sis.courses.models import Section, SectionMeeting
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import Organization, School
from sis.people.models import Person
from sis.scheduling.models import SectionEnrollment

FIRST = date(2015, 1, 12)
HOLIDAY = date(2015, 1, 19)
LAST = date(2015, 2, 6)
AFTER = datetime(2015, 2, 9, 18, 0, tzinfo=UTC)
"""Monday after the month, 10:00 in Los Angeles."""
DAYS = [day for day in weekdays(FIRST, LAST + timedelta(days=1)) if day != HOLIDAY]
"""The 19 days taught."""


@dataclass
class Records:
    """Adds rows; ids are returned."""

    session: Session
    numbers: dict[str, int] = field(default_factory=dict)

    def _common(self, letter: str) -> dict[str, object]:
        number = self.numbers[letter] = self.numbers.get(letter, 0) + 1
        return {"sourced_id": f"{letter}-{number}", "source": "test", "modified_at": AFTER}

    def _add(self, row: object) -> None:
        self.session.add(row)
        self.session.flush()

    def organization(self, name: str, kind: str, parent_id: int | None = None) -> int:
        row = Organization(**self._common("ORG"), name=name, type=kind, parent_id=parent_id)
        self._add(row)
        return row.id

    def school(self, name: str, level: str = "high", esc_id: int | None = None) -> int:
        school_id = self.organization(name, "school", esc_id)
        self._add(School(organization_id=school_id, level=level, time_zone="America/Los_Angeles"))
        return school_id

    def calendar(self, school_id: int, track: str = "") -> None:
        """A year of one school month and one week more, that begins on ``FIRST``."""
        ends_on = date(2015, 2, 14)
        row = Calendar(school_id=school_id, track=track, starts_on=FIRST, ends_on=ends_on)
        self._add(row)
        for day in weekdays(FIRST, ends_on):
            kind = "holiday" if day == HOLIDAY else "regular"
            self.session.add(CalendarDate(calendar_id=row.id, on_date=day, day_type=kind))
        self.session.flush()

    def section(self, school_id: int, title: str, *periods: str, track: str = "") -> int:
        """A section that meets every day in these periods; without any it is a homeroom."""
        row = Section(
            **self._common("SEC"),
            title=title,
            class_type="scheduled" if periods else "homeroom",
            school_id=school_id,
            track=track,
        )
        self._add(row)
        self.session.add_all(SectionMeeting(section_id=row.id, period=one) for one in periods)
        self.session.flush()
        return row.id

    def student(
        self,
        school_id: int,
        name: str,
        *section_ids: int,
        grade: str = "09",
        track: str = "",
        begins_on: date | None = None,
        ends_on: date | None = None,
    ) -> int:
        """A student enrolled on these dates, in these sections on the same."""
        person = Person(**self._common("STU"), given_name=name, family_name="Field")
        self._add(person)
        self.enroll(
            school_id, person.id, grade=grade, track=track, begins_on=begins_on, ends_on=ends_on
        )
        for section_id in section_ids:
            self.seat(section_id, person.id, begins_on, ends_on)
        return person.id

    def enroll(
        self,
        school_id: int,
        person_id: int,
        *,
        grade: str = "09",
        track: str = "",
        begins_on: date | None = None,
        ends_on: date | None = None,
    ) -> None:
        self._add(
            SchoolEnrollment(
                **self._common("ENR"),
                person_id=person_id,
                school_id=school_id,
                grade=grade,
                track=track,
                begins_on=begins_on,
                ends_on=ends_on,
            )
        )

    def seat(
        self,
        section_id: int,
        person_id: int,
        begins_on: date | None = None,
        ends_on: date | None = None,
    ) -> None:
        self._add(
            SectionEnrollment(
                **self._common("SEA"),
                section_id=section_id,
                person_id=person_id,
                role="student",
                begins_on=begins_on,
                ends_on=ends_on,
            )
        )

    def submit(self, school_id: int, section_id: int, period: str = "", but: date = LAST) -> None:
        """Every day of the month is submitted but one; by default the last one is missing too."""
        for day in DAYS:
            if day != but:
                self.submit_day(school_id, section_id, period, day)

    def submit_day(self, school_id: int, section_id: int, period: str, on: date) -> None:
        self._add(
            AttendanceSubmission(
                school_id=school_id,
                section_id=section_id,
                on_date=on,
                period=period,
                submitted_at=AFTER,
                submitted_by="user:1",
                modified_at=AFTER,
                modified_by="user:1",
                roster_size=1,
                version=1,
            )
        )

    def absent(
        self,
        school_id: int,
        section_id: int | None,
        person_id: int,
        on: date,
        *,
        period: str = "",
        status: str = "absent_unexcused",
        minutes: int | None = None,
    ) -> None:
        self._add(
            AttendanceEvent(
                person_id=person_id,
                school_id=school_id,
                section_id=section_id,
                on_date=on,
                period=period,
                status=status,
                minutes=minutes,
                modified_at=AFTER,
                modified_by="user:1",
            )
        )


@dataclass(frozen=True)
class Elementary:
    """Alder Elementary: a homeroom with Ana and Ben; see ``elementary``."""

    school: int
    room: int
    ana: int
    ben: int


def elementary(
    records: Records, name: str = "Alder Elementary", esc: int | None = None
) -> Elementary:
    """Ana misses the first day with an excuse and the second without; Ben comes on 20 January.

    The homeroom was submitted every day but on ``LAST``. 19 days were taught after the holiday.
    """
    school = records.school(name, "elementary", esc)
    records.calendar(school)
    room = records.section(school, "Room 1")
    ana = records.student(school, "Ana", room, grade="03")
    ben = records.student(school, "Ben", room, grade="04", begins_on=date(2015, 1, 20))
    records.submit(school, room)
    records.absent(school, room, ana, DAYS[0], status="absent_excused")
    records.absent(school, room, ana, DAYS[1])
    return Elementary(school, room, ana, ben)
