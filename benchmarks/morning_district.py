"""Teachers, each with an account, a session, a section and 30 students of its own.

School enrolments are left out: taking a class reads section enrolments only.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.auth.accounts.models import UserAccount, UserScope
from core.auth.secrets import digest, new_secret
from core.auth.sessions.models import UserSession
from core.clock import machine_now
from core.db import Database
from sis.calendars.models import Calendar, CalendarDate, ClassPeriod
from sis.courses.models import Section, SectionMeeting
from sis.organizations.models import Organization, School
from sis.people.models import Person
from sis.scheduling.models import SectionEnrollment
from tests.sis.attendance.school_day import EIGHT, MONDAY, PERIODS

STUDENTS = 30
TEACHERS_OF_A_SCHOOL = 22
_BATCH = 500
_STAMP = {"source": "bench", "modified_at": EIGHT}
_NAMES = {"given_name": "A", "family_name": "B"}
Row = Mapping[str, object]


def first_student(number: int) -> int:
    """Persons of a class have ids in a row: the teacher, then the students."""
    return number * (STUDENTS + 1) + 2


def fill(database: Database, teachers: int) -> list[str]:
    """Schools, teachers and classes; returns the secret of each teacher's session.

    The section of teacher ``n`` (from 0) has the id ``n + 1``.
    """
    with database.write() as session:
        for number in range(-(-teachers // TEACHERS_OF_A_SCHOOL)):
            _school(session, number + 1)
    secrets = [new_secret() for _ in range(teachers)]
    for start in range(0, teachers, _BATCH):
        numbers = range(start, min(start + _BATCH, teachers))
        with database.write() as session:
            session.execute(insert(Person), list(_people(numbers)))
            session.execute(insert(Section), [_section(number) for number in numbers])
            session.execute(insert(SectionMeeting), [_meeting(number) for number in numbers])
            session.execute(insert(SectionEnrollment), list(_places(numbers)))
            session.execute(insert(UserAccount), [_account(number) for number in numbers])
            session.execute(insert(UserScope), [_scope(number) for number in numbers])
            session.execute(insert(UserSession), [_session(n, secrets) for n in numbers])
    if database.dialect == "postgresql":
        with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            link.exec_driver_sql("ANALYZE")
    return secrets


def _school(session: Session, school: int) -> None:
    session.add(
        Organization(id=school, sourced_id=f"S-{school}", name="A", type="school", **_STAMP)
    )
    session.flush()
    session.add(School(organization_id=school, time_zone="America/Los_Angeles", level="high"))
    session.flush()
    calendar = Calendar(
        school_id=school, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=5), track=""
    )
    session.add(calendar)
    session.flush()
    session.add(CalendarDate(calendar_id=calendar.id, on_date=MONDAY, day_type="regular"))
    session.add_all(
        ClassPeriod(school_id=school, day_type="regular", label=label, starts_at=a, ends_at=b)
        for label, (a, b) in PERIODS.items()
    )


def _school_of(number: int) -> int:
    return number // TEACHERS_OF_A_SCHOOL + 1


def _people(numbers: range) -> Iterator[Row]:
    for person in range(first_student(numbers[0]) - 1, first_student(numbers[-1]) + STUDENTS):
        yield {"id": person, "sourced_id": f"P-{person}", **_NAMES, **_STAMP}


def _places(numbers: range) -> Iterator[Row]:
    for number in numbers:
        for place in range(STUDENTS + 1):
            person = first_student(number) - 1 + place
            yield {
                "sourced_id": f"X-{person}",
                "section_id": number + 1,
                "person_id": person,
                "role": "student" if place else "teacher",
                **_STAMP,
            }


def _section(number: int) -> Row:
    return {
        "id": number + 1,
        "sourced_id": f"C-{number}",
        "title": "Algebra",
        "class_type": "scheduled",
        "school_id": _school_of(number),
        **_STAMP,
    }


def _meeting(number: int) -> Row:
    return {"section_id": number + 1, "period": "1"}


def _account(number: int) -> Row:
    return {
        "id": number + 1,
        "username": f"t{number}",
        "display_name": "T",
        "password_hash": "none",
        "role": "teacher",
        "person_key": f"P-{first_student(number) - 1}",
        "created_at": machine_now(),
    }


def _scope(number: int) -> Row:
    return {"user_id": number + 1, "scope": f"S-{_school_of(number)}"}


def _session(number: int, secrets: Sequence[str]) -> Row:
    now = machine_now()
    return {
        "token_hash": digest(secrets[number]),
        "user_id": number + 1,
        "created_at": now,
        "last_seen_at": now,
        "expires_at": now + timedelta(hours=12),
        "user_agent": "",
    }
