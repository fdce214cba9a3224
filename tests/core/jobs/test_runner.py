import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.clock import DrillClock
from core.db import Database
from core.health.models import Heartbeat
from core.jobs import actions
from core.jobs.actions import KEPT_RUNS, PRUNE_EVERY, begin_run, end_run
from core.jobs.job import Job
from core.jobs.metrics import JobCollector
from core.jobs.rules import fire_time
from core.jobs.runner import Scheduler
from core.runtime import Runtime
from tests.core.jobs.support import make_runtime, runs_of, scheduling, wait_for
from tests.support.databases import Databases, fresh_database
from tests.support.server import ROOT
from tools.children import start_child, stop_child, tail

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
OPENING = datetime(2015, 1, 12, 14, 30, tzinfo=UTC)


class Diary:
    """A job that writes down when it ran."""

    def __init__(self, every: timedelta = SECOND, name: str = "diary", **more: bool) -> None:
        self.nows: list[datetime] = []
        self.job = Job(name, every, self.write, **more)

    def write(self, _runtime: Runtime, now: datetime) -> None:
        self.nows.append(now)

    def fire_times(self) -> Counter[datetime]:
        return Counter(fire_time(now, self.job.every) for now in self.nows)


def drill(speed: float = 60) -> DrillClock:
    return DrillClock(OPENING, datetime.now(UTC), speed)


def test_two_schedulers_run_each_fire_time_once(database: Database, tmp_path: Path) -> None:
    diary, runtime = Diary(), make_runtime(database, tmp_path)
    with scheduling(runtime, [diary.job]) as one, scheduling(runtime, [diary.job]) as two:
        wait_for(lambda: len(diary.nows) >= 4)
        assert one.leading is not two.leading
    assert set(diary.fire_times().values()) == {1}
    assert [run.outcome for run in runs_of(database, "diary")] == ["ok"] * len(diary.nows)


def test_what_is_due_runs_at_once_and_never_twice_after_a_restart(
    database: Database, tmp_path: Path
) -> None:
    diary, runtime = Diary(DAY), make_runtime(database, tmp_path)
    with scheduling(runtime, [diary.job]):
        wait_for(lambda: len(runs_of(database, "diary")) == 1)
    with scheduling(runtime, [diary.job]) as again:
        wait_for(lambda: again.leading)
        time.sleep(0.5)
    assert len(diary.nows) == 1


def test_another_takes_over_when_the_leader_stops(database: Database, tmp_path: Path) -> None:
    first, second = Diary(), Diary()
    runtime = make_runtime(database, tmp_path)
    leader = Scheduler(runtime, [first.job])
    leader.start()
    wait_for(lambda: leader.leading)
    with scheduling(runtime, [second.job]):
        leader.stop()
        wait_for(lambda: len(second.nows) >= 2)
    assert set((first.fire_times() + second.fire_times()).values()) == {1}


def test_a_crashing_job_is_recorded_and_runs_again(database: Database, tmp_path: Path) -> None:
    diary = Diary(name="healthy")

    def crash(_runtime: Runtime, _now: datetime) -> None:
        raise ValueError("NUL \0 and \udcff")

    jobs = [Job("crashing", SECOND, crash), diary.job]
    with scheduling(make_runtime(database, tmp_path), jobs):
        wait_for(lambda: len(runs_of(database, "crashing")) >= 2 and len(diary.nows) >= 2)
    crashes = runs_of(database, "crashing")
    assert {run.outcome for run in crashes} == {"failed"}
    assert crashes[0].detail.startswith("ValueError: NUL")


def test_on_a_drill_clock_the_districts_jobs_run_faster_and_the_machines_do_not(
    database: Database, tmp_path: Path
) -> None:
    district = Diary(timedelta(minutes=1), "district")
    machine = Diary(timedelta(minutes=1), "machine", real=True)
    runtime = make_runtime(database, tmp_path, drill())
    with scheduling(runtime, [district.job, machine.job]):
        wait_for(lambda: len(district.nows) >= 4)
    assert all(now.year == 2015 for now in district.nows)
    assert set(district.fire_times().values()) == {1}
    assert [now.year for now in machine.nows] == [datetime.now(UTC).year] * len(machine.nows)
    assert len(machine.nows) <= 2


def test_a_job_starts_promptly_at_its_fire_time(database: Database, tmp_path: Path) -> None:
    diary = Diary()
    with scheduling(make_runtime(database, tmp_path), [diary.job]):
        wait_for(lambda: len(diary.nows) >= 4)
    late = [now - fire_time(now, SECOND) for now in diary.nows[1:]]
    assert min(late) < timedelta(milliseconds=100)


def test_a_job_is_never_running_twice_at_once(database: Database, tmp_path: Path) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def slow(_runtime: Runtime, _now: datetime) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(1.5)
        with lock:
            running -= 1

    with scheduling(make_runtime(database, tmp_path, drill()), [Job("slow", SECOND * 30, slow)]):
        wait_for(lambda: len(runs_of(database, "slow")) >= 3)
    assert most == 1


def test_stopping_waits_for_the_job_that_runs(database: Database, tmp_path: Path) -> None:
    began = threading.Event()

    def slow(_runtime: Runtime, _now: datetime) -> None:
        began.set()
        time.sleep(0.7)

    with scheduling(make_runtime(database, tmp_path), [Job("slow", DAY, slow)]):
        assert began.wait(10)
    assert [run.outcome for run in runs_of(database, "slow")] == ["ok"]


def test_what_a_killed_scheduler_left_running_counts_as_failed(
    database: Database, tmp_path: Path
) -> None:
    log = tmp_path / "child.log"
    script = [sys.executable, "-m", "tests.core.jobs.runs_forever", database.url, str(tmp_path)]
    child = start_child(script, log=log, cwd=ROOT)
    try:
        wait_for(lambda: child.poll() is not None or (tmp_path / "began").exists())
        assert child.poll() is None, tail(log)
    finally:
        stop_child(child, signal.SIGKILL)
    diary = Diary(DAY, "long")
    with scheduling(make_runtime(database, tmp_path), [diary.job]) as heir:
        wait_for(lambda: heir.leading)
    [run] = runs_of(database, "long")
    assert (run.outcome, run.detail) == ("failed", "The scheduler ended while this ran.")
    assert diary.nows == []


def test_the_leader_gives_a_sign_of_life(database: Database, tmp_path: Path) -> None:
    def alive() -> bool:
        with database.read() as session:
            statement = select(Heartbeat.at).where(Heartbeat.component == "scheduler")
            return session.scalar(statement) is not None

    with scheduling(make_runtime(database, tmp_path), []):
        wait_for(alive)


def test_two_jobs_of_one_name_are_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one name"):
        Scheduler(make_runtime(database, tmp_path), [Diary().job, Diary().job])


def test_old_runs_are_forgotten_and_still_counted(database: Database) -> None:
    runs = KEPT_RUNS + PRUNE_EVERY
    with database.write() as session:
        for number in range(runs):
            at = OPENING + timedelta(minutes=number)
            run_id = begin_run(session, "often", at, at)
            assert run_id is not None
            failure = "broken" if number == 0 else ""
            end_run(session, run_id, failure=failure, seconds=0.5, now=at)
    assert len(runs_of(database, "often")) == KEPT_RUNS
    samples = {
        sample.name: sample.value
        for metric in JobCollector(database).collect()
        for sample in metric.samples
    }
    assert samples["bellwether_job_runs_total"] == runs
    assert samples["bellwether_job_failures_total"] == 1
    last = OPENING + timedelta(minutes=runs - 1)
    assert samples["bellwether_job_last_success_timestamp_seconds"] == last.timestamp()


def test_a_fire_time_is_claimed_once(database: Database) -> None:
    with database.write() as session:
        assert begin_run(session, "daily", OPENING, OPENING) is not None
        assert actions.begin_run(session, "daily", OPENING, OPENING) is None


@pytest.fixture
def postgresql(postgresql_databases: Databases) -> Iterator[Database]:
    with fresh_database(postgresql_databases) as database:
        yield database


def test_a_leader_that_loses_its_lock_steps_down_and_somebody_leads_again(
    postgresql: Database, tmp_path: Path
) -> None:
    cut = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'bellwether-scheduler-lock'"
    )
    diary, runtime = Diary(), make_runtime(postgresql, tmp_path)
    with scheduling(runtime, [diary.job]) as one, scheduling(runtime, [diary.job]) as two:
        wait_for(lambda: len(diary.nows) >= 2)
        with postgresql.writer.connect() as connection:
            assert connection.scalar(cut) == 1
        before = len(diary.nows)
        wait_for(lambda: len(diary.nows) >= before + 3)
        assert one.leading is not two.leading
    assert set(diary.fire_times().values()) == {1}
