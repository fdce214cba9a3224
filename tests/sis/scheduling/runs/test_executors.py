"""Runs are computed by processes and by a Dask cluster, and by the commands, the same way."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.db import Database
from sis.scheduling.runs.actions import request_run
from sis.scheduling.runs.cli import schedule_group
from sis.scheduling.runs.computing import waiting_runs
from sis.scheduling.runs.jobs import compute_waiting
from sis.settings import SchedulingSettings
from tests.sis.scheduling.runs.school import CARLA, Campus, campus, with_scheduling
from tests.sis.school import NOW


@pytest.fixture
def address() -> Iterator[str]:
    """A Dask scheduler with one worker, on the loopback address."""
    from distributed import LocalCluster

    make: Any = LocalCluster
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False}
    where = {"host": "127.0.0.1", "protocol": "tcp", "dashboard_address": "127.0.0.1:0"}
    with make(**where, **options) as cluster:
        yield cluster.scheduler_address


def queued(here: Campus) -> int:
    with here.database.write() as session:
        return request_run(
            session,
            school_id=here.school,
            session_id=here.term,
            scope="all",
            max_moves=0,
            key="k",
            by=CARLA,
            now=NOW,
        ).id


def test_the_job_computes_what_waits_on_a_dask_cluster(
    database: Database, tmp_path: Path, address: str
) -> None:
    rules = with_scheduling(SchedulingSettings(executor="dask", address=address))
    here = campus(database, tmp_path, rules)
    here.students("A")
    run_id = queued(here)
    assert waiting_runs(here.runtime) == [run_id]
    compute_waiting(here.runtime, NOW)
    assert here.look(run_id).status == "previewed"
    assert waiting_runs(here.runtime) == []


def test_the_commands_run_and_undo(database: Database, tmp_path: Path) -> None:
    here = campus(database, tmp_path, with_scheduling(SchedulingSettings(workers=1)))
    [student] = here.students("A")
    arguments = ["run", "--all", "--scope", "all", "--apply", "--key", "opening"]
    done = CliRunner().invoke(schedule_group, arguments, obj=here.runtime)
    assert done.exit_code == 0, done.output
    line = json.loads(done.stdout)
    assert (line["status"], line["applied"]) == ("applied", 2)
    assert here.rosters()["Bio"] == [student]
    undone = CliRunner().invoke(schedule_group, ["undo", str(line["run"])], obj=here.runtime)
    assert json.loads(undone.stdout)["undone"] == 2
    assert here.rosters()["Bio"] == []


def test_a_run_needs_to_know_for_which_schools(database: Database, tmp_path: Path) -> None:
    here = campus(database, tmp_path)
    assert CliRunner().invoke(schedule_group, ["run"], obj=here.runtime).exit_code == 2
