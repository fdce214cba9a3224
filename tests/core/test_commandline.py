"""The command line: one listing of everything, groups shared by packages, refusals as sentences."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from core.commandline import CommandLine, pass_runtime
from core.errors import ConfigError, Invalid, Problem
from core.program import Program
from core.runtime import Runtime

HERE = __name__


def command(name: str, error: Exception | None = None) -> click.Command:
    def run() -> None:
        if error is not None:
            raise error
        click.echo(name)

    return click.Command(name, callback=run, help=f"Do {name}. Exit codes: 0 done, 1 refused.")


RECORDS = click.Group("import", {"oneroster": command("oneroster")}, help="Bring records in.")
DESK = click.Group("import", {"history": command("history")})
ALONE = command("alone")


def root(*commands: click.Command) -> click.Group:
    return CommandLine("app", commands=commands)


@pytest.fixture
def late() -> click.Group:
    places = {
        "import oneroster": f"{HERE}:RECORDS",
        "import history": f"{HERE}:DESK",
        "alone": f"{HERE}:ALONE",
        "broken": "no_such_module:command",
    }
    return CommandLine("app", places=places)


def test_help_lists_the_commands_of_every_group_with_their_exit_codes(late: CommandLine) -> None:
    del late.places["broken"]
    text = CliRunner().invoke(late, ["--help"]).output
    assert "import oneroster" in text
    assert "import history" in text
    assert "alone" in text
    assert "0 done, 1 refused" in " ".join(text.split())


@pytest.mark.parametrize("words", [["alone"], ["import", "oneroster"], ["import", "history"]])
def test_a_command_is_called_without_loading_the_others(
    late: click.Group, words: list[str]
) -> None:
    assert CliRunner().invoke(late, words).output == f"{words[-1]}\n"


def test_a_shared_group_explains_itself_and_knows_all_its_commands(late: click.Group) -> None:
    text = CliRunner().invoke(late, ["import", "--help"]).output
    assert "Bring records in." in text
    assert "oneroster" in text
    assert "history" in text


@pytest.mark.parametrize("words", [["nothing"], ["import", "nothing"]])
def test_an_unknown_command_is_wrong_usage(late: click.Group, words: list[str]) -> None:
    result = CliRunner().invoke(late, words)
    assert result.exit_code == 2
    assert "No such command 'nothing'" in result.stderr


def test_a_runtime_is_made_for_a_command_that_asks_for_it_only() -> None:
    @click.command("asks")
    @pass_runtime
    def asks(_runtime: object) -> None:
        raise AssertionError("the settings are wrong")

    def wrong() -> Runtime:
        raise ConfigError([Problem("a.b", "is wrong", "Mend it.")])

    made = root(asks, command("alone"))
    program = Program(Path(__file__), tuple, wrong)
    assert CliRunner().invoke(made, ["alone"], obj=program).exit_code == 0
    assert CliRunner().invoke(made, ["asks"], obj=program).exit_code == 2


def test_a_refusal_is_a_sentence_and_exit_code_1() -> None:
    refusal = Invalid("There is no such school.", fields={"school": "S-1 is unknown"})
    result = CliRunner().invoke(root(command("go", refusal)), ["go"])
    assert result.exit_code == 1
    assert result.stderr == "There is no such school.\n  school: S-1 is unknown\n"


def test_a_wrong_configuration_is_every_problem_and_exit_code_2() -> None:
    wrong = ConfigError([Problem("a.b", "is wrong", "Mend it."), Problem("c", "too", "Also.")])
    result = CliRunner().invoke(root(command("go", wrong)), ["go"])
    assert result.exit_code == 2
    assert "a.b: is wrong. Mend it." in result.stderr
    assert "c: too. Also." in result.stderr
