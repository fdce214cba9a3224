"""Search before create, over the whole district, and what it leaves in the audit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.db import Database
from core.errors import Conflict, Invalid
from sis.enrollment.actions import NewStudent, enroll_student
from sis.enrollment.rules.policy import DEFAULT_POLICY
from sis.enrollment.searching import SearchResult, StudentQuery, find_alike, find_students
from sis.people.models import Demographics, Person
from tests.sis.school import MONDAY, NOW, Town

BORN = date(2004, 3, 12)
CLERK = Actor(
    "user", "user:1", "Clerk", "school_staff", frozenset({"students.read"}), frozenset({"S-1"})
)
PEOPLE = (
    ("P-1", "Ana", "Núñez", BORN, "S-1"),
    ("P-2", "Anabel", "ÑUÑEZ", date(2004, 12, 3), "S-2"),
    ("P-3", "Luis", "de la Cruz", BORN, "S-2"),
    ("P-4", "Ana", "Nunez", None, "S-2"),
    ("P-5", "Mia", "Nunez", date(2009, 5, 5), "S-2"),
)


@pytest.fixture(scope="module")
def district(module_database: Database) -> Database:
    with module_database.write() as session:
        town = Town(session)
        schools = {name: town.school(name) for name in ("S-1", "S-2")}
        for name, given, family, born, school in PEOPLE:
            person = session.get_one(Person, town.student(name, schools[school], MONDAY))
            person.given_name, person.family_name, person.identifier = given, family, f"N{name}"
            session.add(Demographics(person_id=person.id, birth_date=born, modified_at=NOW))
    return module_database


@pytest.fixture
def session(district: Database) -> Iterator[Session]:
    with Session(district.writer, expire_on_commit=False) as session:
        yield session
        session.rollback()


def _search(session: Session, query: StudentQuery, by: Actor = CLERK) -> SearchResult:
    return find_students(session, query, by=by, now=NOW, on=MONDAY)


def _names(result: SearchResult) -> list[tuple[str, bool, str]]:
    return [(one.name, one.is_own, one.why) for one in result.students]


def _disclosed(session: Session) -> list[tuple[str, object]]:
    rows = session.execute(
        select(AuditEntry.subject_id, AuditEntry.after)
        .where(AuditEntry.action == "student.disclose")
        .order_by(AuditEntry.id)
    )
    return [(subject, after) for subject, after in rows]


def test_three_letters_and_the_birth_date_find_a_child_of_another_school(session: Session) -> None:
    found = _search(session, StudentQuery("nun", birth_date=BORN))
    assert _names(found) == [
        ("Ana Núñez", True, ""),
        ("Anabel ÑUÑEZ", False, "birth date with day and month swapped"),
    ]
    other = found.students[1]
    assert [one.school_name for one in other.enrollments] == ["Name of S-2"]
    school = other.enrollments[0].school_id
    assert _disclosed(session) == [
        (str(other.person_id), {"through": "search", "school_ids": [school]})
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (StudentQuery("cru", birth_date=BORN), ["Luis de la Cruz"]),
        (StudentQuery("nun", "an", BORN), ["Ana Núñez", "Ana Nunez", "Anabel ÑUÑEZ"]),
        (StudentQuery("NUN"), ["Ana Núñez"]),  # without a birth date: one's own schools
        (StudentQuery("nunca", birth_date=BORN), []),
        (StudentQuery(number=" NP-3 "), ["Luis de la Cruz"]),
    ],
)
def test_what_is_found(session: Session, query: StudentQuery, names: list[str]) -> None:
    assert sorted(one.name for one in _search(session, query).students) == sorted(names)


def test_those_who_see_the_whole_district_disclose_nothing(session: Session) -> None:
    found = _search(session, StudentQuery("nun"), replace(CLERK, scope=None))
    assert len(found.students) == 4
    assert all(one.is_own for one in found.students)
    assert _disclosed(session) == []


@pytest.mark.parametrize("query", [StudentQuery("nu"), StudentQuery(" '' "), StudentQuery("")])
def test_too_little_is_refused(session: Session, query: StudentQuery) -> None:
    with pytest.raises(Invalid, match="at least 3 letters"):
        _search(session, query)


def test_a_child_who_may_be_known_is_created_only_with_a_reason(session: Session) -> None:
    student = NewStudent("Anna", "Nuñez", birth_date=BORN)
    alike = find_alike(session, student, by=CLERK, now=NOW, on=MONDAY, policy=DEFAULT_POLICY)
    assert [(one.name, one.why) for one in alike] == [
        ("Ana Núñez", "same birth date, names 94 % alike")
    ]
    school = alike[0].enrollments[0].school_id
    with pytest.raises(Conflict, match="knows? a student who is much alike") as refused:
        _enroll(session, school, student)
    assert refused.value.code == "possible_duplicate"
    person = _enroll(session, school, student, despite="Twin sister, seen both")
    row = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "person.create").order_by(AuditEntry.id)
    ).one()
    assert row.subject_id == str(person)
    assert row.after is not None
    assert row.after["despite"] == [alike[0].person_id]
    assert row.after["reason"] == "Twin sister, seen both"


def test_a_state_number_belongs_to_one_student(session: Session) -> None:
    first = NewStudent("Bo", "Lee", birth_date=BORN, ssid="1234567890")
    second = NewStudent("Kim", "Tanaka", birth_date=BORN - timedelta(days=900), ssid="1234567890")
    school = find_students(
        session, StudentQuery("nun", birth_date=BORN), by=SYSTEM, now=NOW, on=MONDAY
    ).students[0]
    _enroll(session, school.enrollments[0].school_id, first)
    with pytest.raises(Conflict, match="Another student has this state number"):
        _enroll(session, school.enrollments[0].school_id, second)


def _enroll(session: Session, school_id: int, student: NewStudent, despite: str = "") -> int:
    return enroll_student(
        session,
        school_id=school_id,
        student=student,
        grade="09",
        begins_on=MONDAY,
        despite=despite,
        by=CLERK,
        now=NOW,
    ).person_id
