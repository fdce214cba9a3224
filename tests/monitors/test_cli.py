"""``probe run`` and ``probe list`` as people type them."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from core.db import Base, Database
from monitors.cli import probe
from monitors.models import RunRecord
from tests.monitors.stage import COMPLETENESS, NAME, TEN, Stage

Command = Callable[..., Result]


@pytest.fixture
def stage(database: Database) -> Stage:
    broken = {"name": "broken", "type": "http", "url": "http://127.0.0.1:1/", "timeout": "1s"}
    return Stage(database, probes=(COMPLETENESS, broken))


@pytest.fixture
def command(stage: Stage) -> Command:
    def run(*words: str) -> Result:
        return CliRunner().invoke(probe, words, obj=stage.runtime)

    return run


def _json(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("incomplete", "at", "code", "state"),
    [
        (11, "2015-01-12T10:00", 1, "firing"),
        (11, "2015-01-12T10:00:00-08:00", 1, "firing"),
        (11, "2015-01-12T18:00:00Z", 1, "firing"),
        (10, "2015-01-12T10:00", 0, "ok"),
        (11, "2015-01-12T09:59:59", 0, "pending"),
        (11, "2015-01-13T10:00", 0, "ok"),
    ],
)
def test_the_exit_code_is_the_verdict(
    stage: Stage, command: Command, incomplete: int, at: str, code: int, state: str
) -> None:
    stage.add_school(incomplete)
    found = command("run", NAME, "--at", at, "--json")
    assert found.exit_code == code, found.output
    assert [one["state"] for one in _json(found)["results"]] == [state]


def test_a_trial_run_stores_nothing_and_tells_nobody(
    stage: Stage, command: Command, database: Database
) -> None:
    stage.add_school(11)

    def rows() -> dict[str, int]:
        with database.read() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    before = rows()
    assert command("run", NAME).exit_code == 1
    assert command("run", NAME, "--at", "2015-01-12T10:00").exit_code == 1
    assert rows() == before


def test_a_trial_run_counts_what_changed_since_the_newest_sweep(
    stage: Stage, command: Command
) -> None:
    school = stage.add_school(10)
    stage.sweep()
    with stage.records() as records:
        records.changed(*records.incomplete_students(school, 2))
    body = _json(command("run", NAME, "--json"))
    assert (body["value"], body["denominator"]) == (12, 13)
    assert stage.states()[school].value == 10


def test_recording_stores_and_raises_like_the_job(stage: Stage, command: Command) -> None:
    school = stage.add_school(11)
    assert command("run", NAME, "--record").exit_code == 1
    assert stage.states()[school].state == "firing"


def test_json_has_numbers_ids_and_freshness_and_no_names_of_people(
    stage: Stage, command: Command
) -> None:
    stage.add_school(25)
    body = _json(command("run", NAME, "--json"))
    [found] = body["results"]
    assert body["counts"] == {"firing": 1, "pending": 0, "unknown": 0, "ok": 0}
    assert (found["value"], found["threshold"], found["denominator"]) == (25, 10, 26)
    assert len(found["sample_ids"]) == 20
    assert found["fresh_at"] == TEN.isoformat()


def test_the_worst_schools_come_first_in_plain_words(stage: Stage, command: Command) -> None:
    stage.add_school(12, name="Second High")
    stage.add_school(30, name="First High")
    stage.add_school(1, name="Fine High")
    lines = command("run", NAME).stdout.splitlines()
    assert "2 firing, 0 pending, 0 unknown, 1 ok; 43 in all" in lines[0]
    assert [line.split(":")[0].split(None, 1) for line in lines[1:]] == [
        ["firing", "First High"],
        ["firing", "Second High"],
    ]


def test_what_cannot_be_measured_is_an_error(stage: Stage, command: Command) -> None:
    with stage.records() as records:
        records.enroll(records.school())
    assert command("run", NAME).exit_code == 2


def test_a_district_without_schools_is_an_error_and_not_ok(command: Command) -> None:
    found = command("run", NAME)
    assert found.exit_code == 2
    assert "there are no schools in the records" in found.stdout


def test_a_failing_address_fails(command: Command) -> None:
    found = command("run", "broken")
    assert found.exit_code == 1
    assert "broken: cannot be reached" in found.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "nothing"), "There is no probe nothing. Configured are: broken"),
        (("run", NAME, "--at", "soon"), "is not a time such as 2015-01-12T10:00"),
        (("run", NAME, "--at", "2015-01-12T10:00", "--record"), "leave --at out"),
    ],
)
def test_wrong_usage_is_explained(command: Command, words: tuple[str, ...], said: str) -> None:
    found = command(*words)
    assert found.exit_code == 2
    assert said in found.stderr


def test_the_list_tells_runs_and_states(stage: Stage, command: Command) -> None:
    stage.add_school(11)
    stage.add_school(0)
    stage.sweep()
    first, second = command("list").stdout.splitlines()
    assert first == (
        "scheduling_completeness (scheduling_completeness); every 60 s; "
        "last run 2015-01-12T18:00:00+00:00; 1 ok, 1 firing"
    )
    assert "never run" in second


def test_the_run_remembers_how_long_it_took(stage: Stage, database: Database) -> None:
    stage.add_school(1)
    stage.sweep()
    stage.clock.advance(timedelta(minutes=1))
    stage.sweep()
    with database.read() as session:
        assert session.scalars(select(RunRecord.duration_ms)).all()[0] > 0
