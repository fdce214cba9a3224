"""Computing runs: read a school, solve it elsewhere, keep the proposal; one transaction each."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, as_completed
from datetime import timedelta

from core.auth.actor import SYSTEM
from core.logs import logger
from core.runtime import Runtime
from sis.scheduling.completeness import rules_of
from sis.scheduling.engine.instance import Answer, Instance
from sis.scheduling.runs.actions import begin_run, fail_run, keep_preview
from sis.scheduling.runs.planning import Plan, make_plan
from sis.scheduling.runs.queries import get_run_for, list_waiting
from sis.settings import SisSettings

log = logger(__name__)

AT_ONCE = 200
PATIENCE = timedelta(minutes=30)
"""After so long a run that is still computed counts as abandoned, and is computed again."""

Heard = Callable[[int], None]


def solve_instance(instance: Instance, seconds: float) -> Answer:
    """What a worker does; knows no database."""
    from sis.scheduling.engine.solve import solve  # HiGHS is loaded where it works

    return solve(instance, seconds=seconds)


def compute_runs(
    runtime: Runtime, run_ids: Iterable[int], executor: Executor, heard: Heard = lambda _: None
) -> None:
    """Compute these runs, as many at once as the executor has workers.

    ``heard`` is told each run that is done. A run whose worker fails is failed with the reason;
    the others go on. A computation that is killed is taken up again by the next call.
    """
    seconds = runtime.settings.of(SisSettings).scheduling.seconds
    waiting: dict[Future[Answer], Plan] = {}
    for run_id in run_ids:
        plan = _begin(runtime, run_id)
        if plan is not None:
            waiting[executor.submit(solve_instance, plan.instance, seconds)] = plan
    for future in as_completed(waiting):
        plan = waiting[future]
        _finish(runtime, plan, future)
        heard(plan.run_id)


def _begin(runtime: Runtime, run_id: int) -> Plan | None:
    with runtime.database.write() as session:
        if begin_run(session, run_id, runtime.clock.real_now()) is None:
            return None
    with runtime.database.read() as session:
        rules = rules_of(runtime.settings.of(SisSettings))
        return make_plan(session, get_run_for(session, SYSTEM, run_id), rules)


def _finish(runtime: Runtime, plan: Plan, future: Future[Answer]) -> None:
    error = future.exception()
    with runtime.database.write() as session:
        if error is not None:
            log.error("schedule_run_failed", run_id=plan.run_id, error=type(error).__name__)
            fail_run(session, plan.run_id, f"The engine stopped: {type(error).__name__}.")
        else:
            keep_preview(session, plan, future.result(), runtime.clock.now())


def waiting_runs(runtime: Runtime) -> list[int]:
    """Runs that nobody computes at the moment."""
    with runtime.database.read() as session:
        before = runtime.clock.real_now() - PATIENCE
        return list_waiting(session, abandoned_before=before, limit=AT_ONCE)
