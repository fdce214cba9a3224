"""Files with mistakes are refused whole, with every mistake and where it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core.errors import ConfigError
from sis.scheduling.engine.cli import schedule_group
from sis.scheduling.engine.files import read_instance

GOOD: dict[str, Any] = {"sections": {"A": [[1, 1, 30]]}, "requests": {"s": ["A"]}}


def mistakes(instance: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        read_instance(json.dumps(instance))
    return [problem.path for problem in refused.value.problems]


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    instance = {"sections": {"A": [[1, 1, "many"]]}, "requests": {"s": [7]}, "extra": 1}
    assert {"sections.A.0", "requests.s.0", "extra"} <= set(mistakes(instance))


def test_what_cannot_be_is_refused() -> None:
    wrong = GOOD | {
        "sections": {"A": [[1, 1, 1]], "B": [[2, 1, 1]], "C": [[3, 1, 1], [3, 2, 1]]},
        "requests": {"s": ["A"], "t": ["B"]},
        "locked": {"s": {"A": 9}, "t": {"A": 1, "B": 2}, "u": {}},
    }
    assert mistakes(wrong) == ["sections.C", "sections.C", "locked.u", "locked.s.A", "locked.t.B"]


def test_more_locks_than_seats_are_refused() -> None:
    wrong = {
        "sections": {"A": [[1, 1, 1]]},
        "requests": {"s": ["A"], "t": ["A"]},
        "locked": {"s": {"A": 1}, "t": {"A": 1}},
    }
    assert mistakes(wrong) == ["locked.t.A"]


def test_no_json_is_a_mistake_of_the_whole_instance() -> None:
    with pytest.raises(ConfigError) as refused:
        read_instance("{")
    assert [problem.path for problem in refused.value.problems] == ["instance"]


def test_the_command_answers_on_standard_output() -> None:
    arguments = ["solve", "--instance", "-", "--out", "-", "--seconds", "5"]
    result = CliRunner().invoke(schedule_group, arguments, input=json.dumps(GOOD))
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["placements"] == {"s": {"A": 1}}
    assert answer["bound"] == {"placed": 1, "complete": 1, "proved": True}
    assert "1 of 1 requests placed" in result.stderr


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    source, target = tmp_path / "in.json", tmp_path / "out.json"
    source.write_text(json.dumps(GOOD))
    arguments = ["solve", "--instance", str(source), "--out", str(target), "--seconds", "5"]
    assert CliRunner().invoke(schedule_group, arguments).exit_code == 0
    assert json.loads(target.read_text())["reasons"] == {}


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    arguments = ["solve", "--instance", str(tmp_path / "none"), "--out", "-"]
    result = CliRunner().invoke(schedule_group, arguments)
    assert isinstance(result.exception, ConfigError)
