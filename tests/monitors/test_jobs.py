"""What the scheduler runs: probes that break, self-checks, tidying up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import delete, func, select

from core.db import Database
from core.settings import Strict
from monitors.bookkeeping import list_self_checks
from monitors.jobs import check_kept_answers, jobs, sweep, tidy
from monitors.metrics import collectors
from monitors.models import ReadingRecord, SampleRecord
from monitors.probe import Defaults, Outcome, ProbeType, Result, Tools
from monitors.queries import list_runs, list_states
from monitors.rules import State, Status
from monitors.settings import ProbeEntry
from sis.scheduling.models import ScheduleGap
from tests.monitors.stage import NAME, Stage

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


class NoOptions(Strict):
    """Takes nothing."""


@dataclass
class Script:
    """A probe that does what the test says, one step a run."""

    steps: list[Callable[[], Outcome]] = field(default_factory=list)

    def run(self, tools: Tools[Any]) -> Outcome:
        return self.steps.pop(0)()


def _entry(stage: Stage, script: Script, time_limit: timedelta = MINUTE) -> ProbeEntry:
    made = ProbeType("script", "A script.", NoOptions, Defaults("Script", "test"), script.run)
    return stage.probe.model_copy(
        update={"name": "script", "type": made, "options": NoOptions(), "time_limit": time_limit}
    )


def _measured(status: Status) -> Callable[[], Outcome]:
    return lambda: Outcome((Result("one", "One", status, value=3),))


def _crash() -> Outcome:
    raise RuntimeError("the cable is out")


def _state(stage: Stage) -> tuple[State, str, int | None]:
    with stage.database.read() as session:
        [found] = list_states(session, probe="script")
    return found.state, found.note, found.value


def test_a_crash_is_unknown_with_its_reason_and_the_next_run_goes_on(stage: Stage) -> None:
    script = Script([_measured(Status.OK), _crash, _measured(Status.OK)])
    entry = _entry(stage, script)
    seen = []
    for _ in range(3):
        sweep(entry, stage.runtime, stage.clock.now())
        seen.append(_state(stage))
        stage.clock.advance(MINUTE)
    assert seen == [
        (State.OK, "", 3),
        (State.UNKNOWN, "RuntimeError: the cable is out", 3),
        (State.OK, "", 3),
    ]


def test_a_crash_does_not_end_an_alert(stage: Stage) -> None:
    entry = _entry(stage, Script([_measured(Status.FAIL), _crash]))
    for _ in range(2):
        sweep(entry, stage.runtime, stage.clock.now())
        stage.clock.advance(MINUTE)
    with stage.database.read() as session:
        [found] = list_states(session, probe="script")
        assert list_runs(session)["script"].error == "RuntimeError: the cable is out"
    assert (found.state, found.unknown_since) == (State.FIRING, stage.clock.now() - MINUTE)


def test_a_probe_that_hangs_is_unknown_at_its_time_limit(stage: Stage) -> None:
    release = Event()

    def hang() -> Outcome:
        release.wait(20)
        return Outcome()

    entry = _entry(stage, Script([_measured(Status.OK), hang]), timedelta(milliseconds=200))
    for _ in range(2):
        sweep(entry, stage.runtime, stage.clock.now())
        stage.clock.advance(MINUTE)
    release.set()
    assert _state(stage)[:2] == (State.UNKNOWN, "no result within 0.2 s")


def test_two_results_for_one_subject_are_refused() -> None:
    one = Result("S-1", "One", Status.OK)
    with pytest.raises(ValueError, match="two results for S-1"):
        Outcome((one, one))


def test_there_is_a_job_for_every_probe(stage: Stage) -> None:
    made = {job.name: job.every for job in jobs(stage.runtime.settings)}
    assert made == {
        f"probe:{NAME}": MINUTE,
        "monitors:self-check": timedelta(hours=1),
        "monitors:tidy": timedelta(days=1),
    }


def test_the_self_check_tells_repairs_and_goes_back_to_normal(stage: Stage) -> None:
    school = stage.add_school(11)
    stage.sweep()
    check_kept_answers(stage.runtime, stage.clock.now())
    with stage.database.write() as session:
        assert [one.differences for one in list_self_checks(session)] == [0]
        session.execute(delete(ScheduleGap))
    now = stage.clock.advance(MINUTE)
    check_kept_answers(stage.runtime, now)
    with stage.database.read() as session:
        [check] = list_self_checks(session)
        run = list_runs(session)[NAME]
    assert (check.differences, len(check.examples), check.at) == (11, 11, now)
    assert run.error == "the kept answer differed from the records in 11 places"
    assert stage.states()[school].unknown_since == now
    stage.clock.advance(MINUTE)
    stage.sweep()
    assert (stage.states()[school].value, stage.states()[school].unknown_since) == (11, None)
    check_kept_answers(stage.runtime, stage.clock.now())
    with stage.database.read() as session:
        assert [one.differences for one in list_self_checks(session)] == [0]


def test_old_measurements_go_and_the_value_that_holds_stays(stage: Stage) -> None:
    stage.add_school(1)
    stage.sweep()
    tidy(stage.runtime, stage.clock.now() + timedelta(days=401))
    with stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(SampleRecord)) == 0
        assert session.scalar(select(func.count()).select_from(ReadingRecord)) == 1


def test_prometheus_sees_the_districts_numbers_and_the_probes_health(stage: Stage) -> None:
    stage.add_school(11)
    stage.sweep()
    check_kept_answers(stage.runtime, stage.clock.now())
    registry = CollectorRegistry()
    for collector in collectors(stage.database):
        registry.register(collector)
    lines = generate_latest(registry).decode().splitlines()
    [school] = [one.subject for one in stage.states().values()]
    for line in (
        f'sis_students_unscheduled{{school="{school}"}} 11.0',
        f'sis_students_enrolled{{school="{school}"}} 12.0',
        f'bellwether_probe_state{{probe="{NAME}",state="firing"}} 1.0',
        f'bellwether_probe_state{{probe="{NAME}",state="ok"}} 0.0',
        f'bellwether_probe_able{{probe="{NAME}"}} 1.0',
        f'bellwether_self_check_differences{{check="{NAME}"}} 0.0',
    ):
        assert line in lines
