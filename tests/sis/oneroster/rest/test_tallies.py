"""The counts that triggers keep are those of a full count, whatever was written."""

from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from sis.oneroster.export.exporting import export_oneroster
from sis.oneroster.rest.actions import fold_tallies
from sis.oneroster.rest.models import ListTally
from sis.people.models import Person
from sis.rollover.undoing import undo_school
from sis.scheduling.models import SectionEnrollment
from tests.sis.oneroster.rest.miscounts import miscounts
from tests.sis.oneroster.rest.town import GRADEBOOK, NOW, TESTS, Service, fill_gradebook
from tests.sis.rollover.semesters import Semesters

_SPAN = 12_000  # more than two blocks
_FAR = 1_000_000
_numbers = count()
_keys = st.integers(100_000, 100_000 + _SPAN)
_statuses = st.sampled_from(["active", "tobedeleted"])
_roles = st.sampled_from(["student", "teacher", "aide"])
_models = st.sampled_from([Person, SectionEnrollment])
_writes = st.one_of(
    st.tuples(st.just("insert"), _models, st.sets(_keys, min_size=1, max_size=20), _statuses),
    st.tuples(st.just("status"), _models, _keys, _statuses),
    st.tuples(st.just("role"), st.just(SectionEnrollment), _keys, _roles),
    st.tuples(st.just("delete"), _models, _keys, st.none()),
    st.tuples(st.just("move"), _models, _keys, st.none()),
)


def _apply(session: Session, verb: str, model: Any, keys: Any, value: Any) -> None:
    if verb == "insert":
        present = set(session.scalars(select(model.id)))
        rows = [_row(session, model, key, value) for key in keys - present]
        if rows:
            session.execute(insert(model), rows)
    elif verb == "delete":
        session.execute(delete(model).where(model.id >= keys))
    else:
        if verb == "move":  # beyond all others, so that no two keys meet
            session.execute(delete(model).where(model.id >= _FAR))
        column, new = ("id", model.id + _FAR) if verb == "move" else (verb, value)
        statement = update(model).where(model.id >= keys).values({column: new})
        session.execute(statement, execution_options={"synchronize_session": False})


def _row(session: Session, model: Any, key: int, status: str) -> dict[str, Any]:
    row = {"id": key, "sourced_id": f"test-{next(_numbers)}", "source": "test"}
    row |= {"status": status, "modified_at": NOW}
    if model is Person:
        return {**row, "given_name": "A", "family_name": "B"}
    section, person = session.execute(
        select(SectionEnrollment.section_id, SectionEnrollment.person_id).limit(1)
    ).one()
    return {**row, "section_id": section, "person_id": person, "role": "student"}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=st.lists(_writes, max_size=8))
def test_counts_hold_after_any_writes(filled: Service, writes: list[Any]) -> None:
    with Session(filled.site.runtime.database.writer) as session:
        for verb, model, keys, value in writes:
            _apply(session, verb, model, keys, value)
        assert miscounts(session) == {}
        session.rollback()


def test_counts_hold_after_an_import_and_an_export(filled: Service, tmp_path: Path) -> None:
    database = filled.site.runtime.database
    export_oneroster(
        database, tmp_path / "set", since=None, zone="America/Los_Angeles", by=TESTS, now=NOW
    )
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ListTally)) != 0
        assert miscounts(session) == {}


def test_counts_hold_after_the_gradebook_was_written_and_deleted(service: Service) -> None:
    program = service.program()
    fill_gradebook(program)
    program.ask("DELETE", f"{GRADEBOOK}/lineItems/L1")
    program.ask("DELETE", f"{GRADEBOOK}/assessmentResults/AX1")
    with service.site.runtime.database.read() as session:
        assert miscounts(session) == {}


def test_counts_hold_after_a_rollover_its_undoing_and_folding(session: Session) -> None:
    semesters = Semesters(session)
    school = semesters.building.town.school("S-1")
    algebra = semesters.section(school, "Algebra", "1/MWF")
    for name in ("Kim", "Lee"):
        semesters.student(name, school, algebra)
    semesters.roll()
    assert miscounts(session) == {}
    undo_school(session, semesters.rolled(school).id, by=SYSTEM, now=NOW)
    assert miscounts(session) == {}
    for _ in range(2):
        fold_tallies(session)
        assert miscounts(session) == {}
    assert session.scalar(select(func.count()).where(ListTally.part > 0)) == 0
