"""A small school in the tables, for tests of the records' queries and actions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from sis.calendars.models import Calendar, CalendarDate, ClassPeriod
from sis.courses.models import Section, SectionMeeting
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import Organization, School
from sis.people.models import Person

NOW = datetime(2015, 1, 12, 17, 0, tzinfo=UTC)
MONDAY = date(2015, 1, 12)


@dataclass
class Town:
    """Adds records; everything has the id that is returned."""

    session: Session

    def organization(self, name: str, kind: str, parent_id: int | None = None) -> int:
        row = Organization(
            sourced_id=name,
            source="test",
            name=f"Name of {name}",
            type=kind,
            parent_id=parent_id,
            modified_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def school(
        self, name: str, parent_id: int | None = None, zone: str = "America/Los_Angeles"
    ) -> int:
        school_id = self.organization(name, "school", parent_id)
        self.session.add(School(organization_id=school_id, time_zone=zone, level="high"))
        self.session.flush()
        return school_id

    def calendar(self, school_id: int, days: dict[date, str], track: str = "") -> None:
        row = Calendar(
            school_id=school_id,
            track=track,
            starts_on=date(2014, 8, 1),
            ends_on=date(2015, 7, 1),
        )
        self.session.add(row)
        self.session.flush()
        self.days(row.id, days)

    def days(self, calendar_id: int, days: dict[date, str]) -> None:
        self.session.add_all(
            CalendarDate(calendar_id=calendar_id, on_date=on, day_type=kind)
            for on, kind in days.items()
        )
        self.session.flush()

    def bells(self, school_id: int, day_type: str, *periods: tuple[time, time]) -> None:
        self.session.add_all(
            ClassPeriod(
                school_id=school_id,
                day_type=day_type,
                label=str(number),
                starts_at=starts,
                ends_at=ends,
            )
            for number, (starts, ends) in enumerate(periods, start=1)
        )
        self.session.flush()

    def section(self, school_id: int, name: str, *periods: str, seats: int | None = None) -> int:
        row = Section(
            sourced_id=name,
            source="test",
            title=name,
            class_type="scheduled",
            school_id=school_id,
            seats=seats,
            starts_on=MONDAY,
            ends_on=date(2015, 6, 5),
            modified_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        self.session.add_all(SectionMeeting(section_id=row.id, period=p) for p in periods)
        self.session.flush()
        return row.id

    def student(self, name: str, school_id: int, begins_on: date | None = None) -> int:
        person = Person(
            sourced_id=name, source="test", given_name=name, family_name="Field", modified_at=NOW
        )
        self.session.add(person)
        self.session.flush()
        self.enrollment(person.id, school_id, begins_on)
        return person.id

    def enrollment(
        self,
        person_id: int,
        school_id: int,
        begins_on: date | None = None,
        ends_on: date | None = None,
        *,
        is_primary: bool = True,
    ) -> int:
        """A row as an import would leave it."""
        row = SchoolEnrollment(
            sourced_id=f"E-{person_id}-{school_id}-{begins_on}",
            source="test",
            person_id=person_id,
            school_id=school_id,
            begins_on=begins_on,
            ends_on=ends_on,
            is_primary=is_primary,
            modified_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        return row.id
