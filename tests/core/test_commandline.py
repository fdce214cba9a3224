"""The command line: one listing of everything, groups that merge, refusals as sentences."""

import click
import pytest
from click.testing import CliRunner

from core.commandline import CommandLine, merge
from core.errors import ConfigError, Invalid, Problem


def group(name: str, *commands: click.Command) -> click.Group:
    made = click.Group(name)
    for command in commands:
        made.add_command(command)
    return made


def command(name: str, error: Exception | None = None) -> click.Command:
    def run() -> None:
        if error is not None:
            raise error
        click.echo(name)

    return click.Command(name, callback=run, help=f"Do {name}. Exit codes: 0 done, 1 refused.")


def root(*commands: click.Command) -> click.Group:
    made = CommandLine("app")
    merge(made, list(commands))
    return made


def test_help_lists_the_commands_of_every_group_with_their_exit_codes() -> None:
    made = root(group("import", command("oneroster")), group("import", command("history")))
    text = CliRunner().invoke(made, ["--help"]).output
    assert "import oneroster" in text
    assert "import history" in text
    assert "0 done, 1 refused" in " ".join(text.split())


def test_two_commands_of_one_name_are_a_bug() -> None:
    with pytest.raises(ValueError, match="two commands are named run"):
        root(command("run"), command("run"))


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


def test_merging_leaves_the_packages_own_groups_alone() -> None:
    theirs = group("import", command("oneroster"))
    root(theirs, group("import", command("history")))
    root(theirs, group("import", command("history")))
    assert list(theirs.commands) == ["oneroster"]
