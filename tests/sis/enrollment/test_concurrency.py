"""Two offices at once: one wins, the other gets a plain conflict, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.db import Database
from core.errors import Conflict
from sis.enrollment.actions import NewStudent, enroll_student, withdraw
from sis.enrollment.change_queries import list_changes
from sis.enrollment.queries import count_active, list_enrollments
from sis.enrollment.transfers import transfer
from sis.enrollment.undoing import undo
from tests.sis.school import MONDAY, NOW, Town

FRIDAY = date(2015, 1, 16)
CHILD = NewStudent("Ana", "Field", birth_date=date(2004, 3, 12))


def _at_once(database: Database, *offices: Callable[[Session], object]) -> list[str]:
    """Run them in threads of their own; the code of each refusal, or "done"."""
    gate = Barrier(len(offices))

    def start(office: Callable[[Session], object]) -> str:
        gate.wait()
        try:
            with database.write() as session:
                office(session)
        except Conflict as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(offices)) as pool:
        return sorted(pool.map(start, offices))


def _enroll(session: Session, school_id: int, student: NewStudent | int) -> int:
    return enroll_student(
        session,
        school_id=school_id,
        student=student,
        grade="09",
        begins_on=MONDAY,
        by=SYSTEM,
        now=NOW,
    ).person_id


def test_two_offices_create_one_child_once(database: Database) -> None:
    with database.write() as session:
        schools = [Town(session).school(name) for name in ("S-1", "S-2")]
    results = _at_once(
        database, *(lambda session, at=at: _enroll(session, at, CHILD) for at in schools)
    )
    assert results == ["done", "possible_duplicate"]
    with database.read() as session:
        assert sum(count_active(session, MONDAY).values()) == 1


def test_two_offices_enrol_one_known_child_once(database: Database) -> None:
    with database.write() as session:
        town = Town(session)
        schools = [town.school(name) for name in ("S-1", "S-2")]
        child = town.student("P-1", schools[0], MONDAY - timedelta(days=300))
        old = list_enrollments(session, [child])[child][0].id
        withdraw(session, enrollment_id=old, ends_on=MONDAY, by=SYSTEM, now=NOW)
    results = _at_once(
        database, *(lambda session, at=at: _enroll(session, at, child) for at in schools)
    )
    assert results[0] == "done"
    assert results[1] in {"enrolled", "enrolled_elsewhere"}
    with database.read() as session:
        assert sum(count_active(session, MONDAY).values()) == 1


def test_two_offices_transfer_one_child_once(database: Database) -> None:
    with database.write() as session:
        town = Town(session)
        first, *others = (town.school(name) for name in ("S-1", "S-2", "S-3"))
        child = _enroll(session, first, CHILD)
        enrollment = list_enrollments(session, [child])[child][0]

    def move(session: Session, to: int) -> None:
        transfer(
            session,
            enrollment_id=enrollment.id,
            to_school_id=to,
            on=FRIDAY,
            seen=enrollment.modified_at,
            by=SYSTEM,
            now=NOW + timedelta(minutes=1),
        )

    results = _at_once(database, *(lambda session, to=to: move(session, to) for to in others))
    assert results == ["changed_meanwhile", "done"]
    with database.read() as session:
        assert count_active(session, MONDAY) == {first: 1}
        assert sum(count_active(session, FRIDAY).values()) == 1


def test_two_offices_undo_one_change_once(database: Database) -> None:
    with database.write() as session:
        _enroll(session, Town(session).school("S-1"), CHILD)
        change = list_changes(session, None, since=NOW)[0].id

    def take_back(session: Session) -> None:
        undo(session, change_id=change, by=SYSTEM, now=NOW)

    assert _at_once(database, take_back, take_back) == ["done", "undone"]
