"""Asking for courses: whole lists, whole grades, two people at once."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotFound
from sis.enrollment.models import SchoolEnrollment
from sis.scheduling.requests.actions import request_for_grade, save_requests
from sis.scheduling.requests.catalog import list_demand
from sis.scheduling.requests.queries import RequestCard, list_requests, requests_version
from sis.scheduling.requests.rules import Wish
from tests.sis.scheduling.planning import Planning
from tests.sis.school import MONDAY, NOW

COUNSELOR = Actor("user", "user:1", "Carla", "counselor", frozenset(), frozenset({"S-1"}))


@dataclass
class Desk:
    """A school with a term, three courses and a student, and a short way to save."""

    session: Session
    planning: Planning
    school: int
    term: int
    art: int
    bio: int
    cho: int
    student: int

    def save(
        self, *wishes: Wish, version: str | None = None, by: Actor = COUNSELOR
    ) -> list[RequestCard]:
        return save_requests(
            self.session,
            person_id=self.student,
            school_id=self.school,
            session_id=self.term,
            wishes=wishes,
            on=MONDAY,
            version=version,
            by=by,
            now=NOW,
        )


@pytest.fixture
def desk(session: Session) -> Desk:
    planning = Planning(session)
    school = planning.school("S-1")
    art, bio, cho = (planning.course(code) for code in ("ART", "BIO", "CHO"))
    student = planning.student("P-1", school)
    return Desk(session, planning, school, planning.term(), art, bio, cho, student)


def test_a_list_is_saved_changed_and_taken_back_with_audit_rows(desk: Desk) -> None:
    cards = desk.save(Wish(desk.cho, 1, alternate_of=desk.bio), Wish(desk.bio, 2))
    assert [(c.course_code, c.priority) for c in cards] == [("BIO", 2), ("CHO", 1)]
    assert cards[1].alternate_of_id == cards[0].id
    kept = desk.save(Wish(desk.cho, 1), Wish(desk.art, 2, alternate_of=desk.cho))
    assert [c.course_code for c in kept] == ["CHO", "ART"]
    assert kept[0].id == cards[1].id
    assert desk.save() == []
    audited = desk.session.scalars(select(AuditEntry.action)).all()
    assert audited == ["requests.change"] * 7


def test_the_same_list_again_writes_nothing(desk: Desk) -> None:
    first = desk.save(Wish(desk.art, 1))
    assert desk.save(Wish(desk.art, 1), version=requests_version(first)) == first
    assert len(desk.session.scalars(select(AuditEntry)).all()) == 1


def test_a_list_that_somebody_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    seen = requests_version(desk.save(Wish(desk.art, 1)))
    desk.save(Wish(desk.art, 1), Wish(desk.bio, 2))
    with pytest.raises(Conflict) as refusal:
        desk.save(Wish(desk.cho, 1), version=seen)
    assert refusal.value.code == "requests_changed"
    assert len(list_requests(desk.session, desk.school, desk.term)) == 2


def test_every_problem_of_a_list_is_said_at_once_and_nothing_is_saved(desk: Desk) -> None:
    with pytest.raises(Invalid) as refusal:
        desk.save(Wish(desk.art, 1), Wish(desk.art, 2), Wish(999, 1))
    assert list(refusal.value.fields) == ["requests[1]", "requests[2]"]
    assert list_requests(desk.session, desk.school, desk.term) == []


def test_a_student_or_school_out_of_reach_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.save(by=replace(COUNSELOR, scope=frozenset({"S-2"})))
    stranger = desk.planning.student("P-2", desk.planning.school("S-2"))
    with pytest.raises(NotFound):
        replace(desk, student=stranger).save(by=SYSTEM)


def test_a_course_for_a_grade_reaches_those_who_lack_it_once(desk: Desk) -> None:
    others = [desk.planning.student(f"P-{n}", desk.school) for n in (2, 3)]
    for enrollment in desk.session.scalars(select(SchoolEnrollment)):
        enrollment.grade = "09" if enrollment.person_id in (desk.student, others[0]) else "10"
    desk.save(Wish(desk.art, 3))

    def ask(grade: str) -> tuple[int, int]:
        done = request_for_grade(
            desk.session,
            school_id=desk.school,
            session_id=desk.term,
            course_id=desk.art,
            grade=grade,
            priority=1,
            on=MONDAY,
            by=COUNSELOR,
            now=NOW,
        )
        return done.added, done.had

    assert ask("09") == (1, 1)
    assert ask("09") == (0, 2)
    with pytest.raises(Invalid, match="grade 12"):
        ask("12")
    cards = list_requests(desk.session, desk.school, desk.term)
    assert [(c.person_id, c.priority) for c in cards] == [(desk.student, 3), (others[0], 1)]


def test_demand_stands_beside_the_seats_of_the_term(desk: Desk) -> None:
    desk.planning.offered(desk.school, desk.term, desk.art, "Art 1", "1", seats=30)
    desk.planning.offered(desk.school, desk.term, desk.art, "Art 2", "2", seats=12)
    desk.planning.offered(desk.school, desk.term, desk.cho, "Choir", "3", seats=None)
    desk.save(Wish(desk.bio, 1), Wish(desk.art, 1, alternate_of=desk.bio))
    demand = {d.code: d for d in list_demand(desk.session, desk.school, desk.term)}
    assert (demand["BIO"].requested, demand["BIO"].seats, demand["BIO"].missing) == (1, 0, 1)
    assert (demand["ART"].alternates, demand["ART"].sections, demand["ART"].seats) == (1, 2, 42)
    assert (demand["CHO"].requested, demand["CHO"].seats) == (0, None)
