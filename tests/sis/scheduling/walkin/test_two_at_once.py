"""Two people at once, each in a thread and a transaction of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

from core.auth.actor import SYSTEM
from core.db import Database
from core.errors import AppError
from sis.scheduling.walkin.actions import Sitting, add, swap
from sis.scheduling.walkin.queries import list_held, schedule_version
from tests.sis.scheduling.planning import Planning
from tests.sis.school import MONDAY, NOW

Work = Callable[[], str]


def _at_once(*works: Work) -> list[str]:
    """What each of them came to: ``done``, or the code of its refusal."""
    barrier, outcomes = Barrier(len(works)), [""] * len(works)

    def run(number: int, work: Work) -> None:
        barrier.wait(timeout=30)
        try:
            outcomes[number] = work()
        except AppError as refusal:
            outcomes[number] = refusal.code

    threads = [Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def _add(database: Database, sitting: Sitting, section: int) -> Work:
    def work() -> str:
        with database.write() as session:
            add(session, sitting, section)
        return "done"

    return work


def _swap(database: Database, sitting: Sitting, place: int, section: int) -> Work:
    def work() -> str:
        with database.write() as session:
            swap(session, sitting, place, section)
        return "done"

    return work


def _sitting(student: int, school: int, version: str | None = None) -> Sitting:
    return Sitting(student, school, MONDAY, MONDAY, version, SYSTEM, NOW)


def test_the_last_seat_goes_to_exactly_one_of_two_students(database: Database) -> None:
    with database.write() as session:
        planning = Planning(session)
        school = planning.school("S-1")
        algebra = planning.section(school, "Algebra", "1", seats=1)
        students = [planning.student(f"P-{n}", school) for n in (1, 2)]
    works = [_add(database, _sitting(student, school), algebra) for student in students]
    assert sorted(_at_once(*works)) == ["done", "section_full"]


def test_of_two_counselors_with_one_student_one_is_told(database: Database) -> None:
    with database.write() as session:
        planning = Planning(session)
        school = planning.school("S-1")
        sections = [planning.section(school, f"Class {n}", n) for n in ("1", "2")]
        student = planning.student("P-1", school)
        seen = schedule_version(session, student, school, MONDAY)
    works = [_add(database, _sitting(student, school, seen), section) for section in sections]
    assert sorted(_at_once(*works)) == ["done", "schedule_changed"]
    with database.read() as session:
        assert len(list_held(session, student, school, MONDAY)) == 1


def test_two_students_who_swap_the_same_sections_do_not_wait_for_each_other_for_ever(
    database: Database,
) -> None:
    with database.write() as session:
        planning = Planning(session)
        school = planning.school("S-1")
        one, two = (planning.section(school, f"Class {n}", "1") for n in "12")
        first, second = (planning.student(f"P-{n}", school) for n in (1, 2))
        places = planning.seat(one, first), planning.seat(two, second)
    outcomes = _at_once(
        _swap(database, _sitting(first, school), places[0], two),
        _swap(database, _sitting(second, school), places[1], one),
    )
    assert outcomes == ["done", "done"]
