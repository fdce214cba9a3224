"""Working through a run, school by school: each in a unit of work of its own.

A kill leaves whole schools done and the others waiting; whoever comes next goes on. Two workers
at once take different schools.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from core.auth.actor import Actor
from core.clock import monotonic
from core.runtime import Runtime
from sis.organizations.queries import get_school_for
from sis.rollover.actions import Unbalanced, finish_run, mark_unbalanced, roll_school
from sis.rollover.queries import get_rolled_for, take_waiting
from sis.scheduling.completeness import rules_of
from sis.scheduling.rules import SchedulingRules
from sis.settings import SisSettings


@dataclass(frozen=True)
class Done:
    """What became of a school; ``status`` is rolled or unbalanced."""

    school_id: int
    name: str
    status: str
    detail: str
    placed: int


def work(
    runtime: Runtime,
    run_id: int,
    *,
    by: Actor,
    told: Callable[[Done], None],
    seconds: float | None = None,
) -> bool:
    """Roll waiting schools of the run until none is left, or ``seconds`` have passed.

    Returns whether none is left. Raises whatever a school's records raise that is not a matter of
    its books; that school and those after it stay as they were.
    """
    rules = rules_of(runtime.settings.of(SisSettings))
    started = monotonic()
    while seconds is None or monotonic() - started < seconds:
        done = _next(runtime, run_id, rules, by)
        if done is None:
            return _finish(runtime, run_id)
        told(done)
    return False


def _next(runtime: Runtime, run_id: int, rules: SchedulingRules, by: Actor) -> Done | None:
    now = runtime.clock.now()
    row_id = 0
    try:
        with runtime.database.write() as session:
            row = take_waiting(session, run_id)
            if row is None:
                return None
            row_id = row.id
            school = get_school_for(session, by, row.school_id)
            books = roll_school(session, row, school, rules=rules, by=by, now=now)
            return Done(school.id, school.name, row.status, "", books.places_written)
    except Unbalanced as refusal:
        detail = refusal.message
    except IntegrityError as error:
        detail = f"The database refused it: {error.orig}".splitlines()[0]
    return _leave(runtime, row_id, detail, by)


def _leave(runtime: Runtime, row_id: int, detail: str, by: Actor) -> Done:
    """The school's unit of work is gone; say in another one why."""
    with runtime.database.write() as session:
        row = get_rolled_for(session, by, row_id)
        school = get_school_for(session, by, row.school_id)
        mark_unbalanced(session, row, detail, by=by, now=runtime.clock.now())
        return Done(school.id, school.name, row.status, detail, 0)


def _finish(runtime: Runtime, run_id: int) -> bool:
    with runtime.database.write() as session:
        return finish_run(session, run_id, now=runtime.clock.now())
