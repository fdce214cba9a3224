"""Makes the records that complete schedules depend on, with short words and no ceremony."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count

from sqlalchemy.orm import Session

from sis.calendars.models import Calendar, CalendarDate, ClassPeriod
from sis.courses.models import Section, SectionMeeting
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import Organization, School
from sis.people.models import Person
from sis.scheduling.models import ScheduleChange, SectionEnrollment
from sis.scheduling.rules import SchedulingRules

MADE_AT = datetime(2014, 8, 1, tzinfo=UTC)
LOS_ANGELES = "America/Los_Angeles"
RULES = SchedulingRules(6, {"KG": 1, "05": 1})
SIX = ("1", "2", "3", "4", "5", "6")


@dataclass
class Records:
    """Adds rows to one session; sourced ids are ``S-1``, ``P-1`` and so on."""

    session: Session
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def _sourced(self, letter: str) -> str:
        return f"{letter}-{next(self.numbers)}"

    def school(self, zone: str = LOS_ANGELES, name: str = "", status: str = "active") -> int:
        sourced_id = self._sourced("S")
        organization = Organization(
            sourced_id=sourced_id,
            source="test",
            status=status,
            name=name or f"School {sourced_id}",
            type="school",
            modified_at=MADE_AT,
        )
        self.session.add(organization)
        self.session.flush()
        self.session.add(School(organization_id=organization.id, time_zone=zone))
        self.session.flush()
        return organization.id

    def calendar(
        self,
        school_id: int,
        days: Iterable[date],
        *,
        track: str = "",
        day_type: str = "regular",
        starts_on: date = date(2014, 7, 1),
        ends_on: date = date(2015, 7, 1),
    ) -> int:
        calendar = Calendar(school_id=school_id, track=track, starts_on=starts_on, ends_on=ends_on)
        self.session.add(calendar)
        self.session.flush()
        self.session.add_all(
            CalendarDate(calendar_id=calendar.id, on_date=day, day_type=day_type) for day in days
        )
        self.session.flush()
        return calendar.id

    def bells(self, school_id: int, day_type: str = "regular", last: time = time(15, 0)) -> None:
        spans = [("1", time(8, 0), time(8, 55)), ("6", time(9, 0), last)]
        self.session.add_all(
            ClassPeriod(
                school_id=school_id, day_type=day_type, label=label, starts_at=start, ends_at=end
            )
            for label, start, end in spans
        )
        self.session.flush()

    def person(self) -> int:
        person = Person(
            sourced_id=self._sourced("P"),
            source="test",
            given_name="A",
            family_name="B",
            modified_at=MADE_AT,
        )
        self.session.add(person)
        self.session.flush()
        return person.id

    def enroll(
        self,
        school_id: int,
        person_id: int | None = None,
        *,
        track: str = "",
        grade: str | None = "10",
        begins_on: date | None = None,
        ends_on: date | None = None,
        required: int | None = None,
        status: str = "active",
    ) -> int:
        """Enrol a person (a new one unless named) and return the person's id."""
        person_id = person_id if person_id is not None else self.person()
        self.session.add(
            SchoolEnrollment(
                sourced_id=self._sourced("E"),
                source="test",
                status=status,
                person_id=person_id,
                school_id=school_id,
                track=track,
                grade=grade,
                begins_on=begins_on,
                ends_on=ends_on,
                required_periods=required,
                modified_at=MADE_AT,
            )
        )
        self.session.flush()
        return person_id

    def section(
        self,
        school_id: int,
        periods: Iterable[str] = (),
        *,
        class_type: str = "scheduled",
        starts_on: date | None = None,
        ends_on: date | None = None,
        status: str = "active",
    ) -> int:
        section = Section(
            sourced_id=self._sourced("C"),
            source="test",
            status=status,
            title="Algebra",
            class_type=class_type,
            school_id=school_id,
            starts_on=starts_on,
            ends_on=ends_on,
            modified_at=MADE_AT,
        )
        self.session.add(section)
        self.session.flush()
        for period in periods:
            self.meeting(section.id, period)
        return section.id

    def meeting(
        self,
        section_id: int,
        period: str,
        begins_on: date | None = None,
        ends_on: date | None = None,
    ) -> None:
        self.session.add(
            SectionMeeting(
                section_id=section_id, period=period, begins_on=begins_on, ends_on=ends_on
            )
        )
        self.session.flush()

    def seat(
        self,
        section_id: int,
        person_id: int,
        *,
        role: str = "student",
        begins_on: date | None = None,
        ends_on: date | None = None,
        status: str = "active",
    ) -> int:
        place = SectionEnrollment(
            sourced_id=self._sourced("X"),
            source="test",
            status=status,
            section_id=section_id,
            person_id=person_id,
            role=role,
            begins_on=begins_on,
            ends_on=ends_on,
            modified_at=MADE_AT,
        )
        self.session.add(place)
        self.session.flush()
        return place.id

    def incomplete_students(self, school_id: int, number: int, *, track: str = "") -> list[int]:
        """Students without any section."""
        return [self.enroll(school_id, track=track) for _ in range(number)]

    def complete_students(self, school_id: int, number: int, *, track: str = "") -> list[int]:
        """Students with a section in each of six periods."""
        sections = [self.section(school_id, [period]) for period in SIX]
        persons = [self.enroll(school_id, track=track) for _ in range(number)]
        for person in persons:
            for section in sections:
                self.seat(section, person)
        return persons

    def changed(self, *person_ids: int) -> None:
        self.session.add_all(ScheduleChange(person_id=one, at=MADE_AT) for one in person_ids)
        self.session.flush()
