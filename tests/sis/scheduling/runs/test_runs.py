"""A run proposes, is applied and undone as one; what people did meanwhile stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.db import Database
from core.errors import Conflict, Invalid, NotFound
from sis.courses.models import Section
from sis.enrollment.models import SchoolEnrollment
from sis.scheduling.models import ScheduleChange, SectionEnrollment
from sis.scheduling.runs.actions import apply_run, request_run
from sis.scheduling.runs.queries import list_proposed, list_refusals
from sis.scheduling.runs.rules import FULL, LEFT_SCHOOL, PLACE_CHANGED
from sis.scheduling.runs.undo import CHANGED, undo_run
from tests.sis.scheduling.runs.school import CARLA, Campus, campus, elsewhere
from tests.sis.school import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Campus:
    return campus(database, tmp_path)


def apply(here: Campus, run_id: int) -> dict[str, int]:
    with here.database.write() as session:
        return dict(apply_run(session, run_id, by=CARLA, now=NOW).figures or {})


def undo(here: Campus, run_id: int) -> dict[str, int]:
    with here.database.write() as session:
        return dict(undo_run(session, run_id, by=CARLA, now=LATER).figures or {})


def skipped(here: Campus, run_id: int) -> dict[int, str | None]:
    with here.database.read() as session:
        return {row.person_id: row.skipped for row in list_proposed(session, run_id)}


def test_a_preview_changes_no_record(here: Campus) -> None:
    here.students("A", "B")
    run = here.look(here.run())
    assert run.status == "previewed"
    assert run.figures is not None
    assert (run.figures["placed"], run.figures["complete"]) == (3, 1)
    assert run.figures["complete_before"] == 0
    assert here.rosters() == {"Art 1": [], "Art 2": [], "Bio": []}
    with here.database.read() as session:
        [card] = list_refusals(session, run.id)
        assert card.reason
        assert list_refusals(session, run.id, search="no such word") == []


def test_applying_seats_the_students_with_audit_and_a_new_look(here: Campus) -> None:
    students = here.students("A", "B")
    run_id = here.run()
    figures = apply(here, run_id)
    assert figures["applied"] == 3
    rosters = here.rosters()
    assert len(rosters["Art 1"]) == 1
    assert sum(map(len, rosters.values())) == 3
    with here.database.read() as session:
        kind = AuditEntry.action == "section.add_student"
        assert session.scalar(select(func.count()).where(kind)) == 3
        assert set(session.scalars(select(ScheduleChange.person_id))) == set(students)
        changed = session.scalars(select(SectionEnrollment.modified_at))
        assert set(changed) == {NOW}


def test_the_same_key_is_one_run_and_applying_twice_is_refused(here: Campus) -> None:
    here.students("A")
    run_id = here.run()
    assert here.run() == run_id
    apply(here, run_id)
    with pytest.raises(Conflict) as refused:
        apply(here, run_id)
    assert refused.value.code == "not_previewed"


def test_a_seat_taken_meanwhile_is_never_given_twice(here: Campus) -> None:
    early, other = here.students("A", "B", courses=(here.art,))
    run_id = here.run()
    with here.database.write() as session:
        session.get_one(Section, here.sections["Art 2"]).seats = 0
    [late] = here.students("C", courses=(here.bio,))
    here.put(late, "Art 1")
    figures = apply(here, run_id)
    assert figures["skipped"] == 2
    assert skipped(here, run_id) == {early: FULL, other: FULL}
    assert here.rosters()["Art 1"] == [late]


def test_who_left_meanwhile_is_skipped_and_the_others_are_placed(here: Campus) -> None:
    gone, stays = here.students("A", "B", courses=(here.bio,))
    run_id = here.run()
    with here.database.write() as session:
        statement = select(SchoolEnrollment).where(SchoolEnrollment.person_id == gone)
        session.scalars(statement).one().ends_on = NOW.date()
    apply(here, run_id)
    assert skipped(here, run_id) == {gone: LEFT_SCHOOL, stays: None}
    assert here.rosters()["Bio"] == [stays]


def test_a_move_makes_room_and_a_lock_forbids_it(here: Campus) -> None:
    [old] = here.students("Old", courses=(here.art,))
    here.put(old, "Art 1")
    [new] = here.students("New")
    first = here.look(here.run(key="no moves"))
    assert first.figures is not None
    assert first.figures["complete"] == 1
    run_id = here.run(max_moves=1)
    apply(here, run_id)
    assert here.rosters() == {"Art 1": [new], "Art 2": [old], "Bio": [new]}
    undo(here, run_id)
    assert here.rosters() == {"Art 1": [old], "Art 2": [], "Bio": []}


def test_a_place_locked_since_the_preview_is_not_moved(here: Campus) -> None:
    [old] = here.students("Old", courses=(here.art,))
    here.put(old, "Art 1")
    [new] = here.students("New")
    run_id = here.run(max_moves=1)
    with here.database.write() as session:
        session.scalars(select(SectionEnrollment)).one().locked = True
    apply(here, run_id)
    assert skipped(here, run_id) == {old: PLACE_CHANGED, new: FULL}
    assert here.rosters() == {"Art 1": [old], "Art 2": [], "Bio": []}


def test_undo_takes_back_all_but_what_was_changed_since(here: Campus) -> None:
    first, second = here.students("A", "B", courses=(here.bio,))
    run_id = here.run()
    apply(here, run_id)
    with here.database.write() as session:
        statement = select(SectionEnrollment).where(SectionEnrollment.person_id == first)
        place = session.scalars(statement).one()
        place.locked, place.modified_at = True, LATER
    figures = undo(here, run_id)
    assert (figures["undone"], figures["kept"]) == (1, 1)
    assert skipped(here, run_id) == {first: CHANGED, second: None}
    assert here.rosters()["Bio"] == [first]
    with pytest.raises(Conflict):
        undo(here, run_id)


def test_a_run_undone_days_later_keeps_the_days_between(here: Campus) -> None:
    [old] = here.students("Old", courses=(here.art,))
    here.put(old, "Art 1")
    [new] = here.students("New")
    run_id = here.run(max_moves=1)
    apply(here, run_id)
    with here.database.write() as session:
        undo_run(session, run_id, by=CARLA, now=NOW + timedelta(days=7))
    assert here.rosters() == {"Art 1": [old], "Art 2": [], "Bio": []}
    with here.database.read() as session:
        statement = select(SectionEnrollment).where(SectionEnrollment.person_id == new)
        ends = {place.ends_on for place in session.scalars(statement)}
        assert ends == {NOW.date() + timedelta(days=7)}


def test_only_students_without_a_complete_schedule_are_placed_when_asked(here: Campus) -> None:
    [complete] = here.students("Done", courses=(here.art, here.bio))
    here.put(complete, "Art 1")
    here.put(complete, "Bio")
    [lacking] = here.students("Lacking", courses=(here.bio,))
    run = here.look(here.run(scope="unscheduled"))
    with here.database.read() as session:
        assert {row.person_id for row in list_proposed(session, run.id)} == {lacking}


def test_a_run_is_for_those_who_may_see_the_school(here: Campus) -> None:
    def ask(by: Actor, scope: str, max_moves: int) -> None:
        with here.database.write() as session:
            request_run(
                session,
                school_id=here.school,
                session_id=here.term,
                scope=scope,
                max_moves=max_moves,
                key="x",
                by=by,
                now=NOW,
            )

    with pytest.raises(NotFound):
        ask(elsewhere(), "all", 0)
    with pytest.raises(Invalid) as refused:
        ask(SYSTEM, "some", -1)
    assert set(refused.value.fields) == {"scope", "max_moves"}
    run_id = here.run()
    with here.database.write() as session, pytest.raises(NotFound):
        apply_run(session, run_id, by=elsewhere(), now=NOW)
