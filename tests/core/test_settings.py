"""config.yaml: everything that is wrong is said at once, with path and remedy."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from core.errors import ConfigError, Problem
from core.settings import Settings, Strict, load_settings


class Bakery(Strict):
    """A section for these tests."""

    ovens: Annotated[int, Field(ge=1)] = 1
    flour: tuple[str, ...] = ()
    token: str = ""


def load(tmp_path: Path, text: str, env: dict[str, str] | None = None) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, {"bakery": Bakery}, {"VAR": str(tmp_path), **(env or {})})


def problems(tmp_path: Path, text: str, env: dict[str, str] | None = None) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, env)
    return caught.value.problems


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert settings.of(Bakery) == Bakery()
    assert settings.core.server.port == 8000
    assert settings.database_url == f"sqlite:///{tmp_path / 'bellwether.sqlite'}"


def test_every_problem_is_listed_at_once_with_its_path(tmp_path: Path) -> None:
    found = problems(tmp_path, "server: {port: 0, colour: red}\nbakery: {ovens: none}\nbutcher: {}")
    assert [problem.path for problem in found] == [
        "server.port",
        "server.colour",
        "bakery.ovens",
        "butcher",
    ]
    assert all(problem.wrong and problem.remedy for problem in found)


def test_a_problem_inside_a_list_names_its_place(tmp_path: Path) -> None:
    assert problems(tmp_path, "bakery: {flour: [rye, 7]}")[0].path == "bakery.flour[1]"


def test_secrets_come_from_the_environment(tmp_path: Path) -> None:
    text = "bakery: {token: '${OVEN_TOKEN}'}"
    assert load(tmp_path, text, {"OVEN_TOKEN": "hot"}).of(Bakery).token == "hot"
    assert load(tmp_path, "bakery: {token: '${X:-cold}'}").of(Bakery).token == "cold"
    missing = problems(tmp_path, text)
    assert missing[0].path == "bakery.token"
    assert "OVEN_TOKEN" in missing[0].wrong


def test_port_and_host_of_the_environment_win(tmp_path: Path) -> None:
    server = load(tmp_path, "server: {port: 8000}", {"PORT": "9001", "HOST": "::1"}).core.server
    assert (server.port, server.host) == (9001, "::1")
    assert problems(tmp_path, "", {"PORT": "http"})[0].path == "PORT"


@pytest.mark.parametrize(
    ("text", "word"),
    [("server: [", "not YAML"), ("- a\n- b", "not a mapping"), ("server: 3", "server")],
)
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, text: str, word: str) -> None:
    assert word in str(problems(tmp_path, text)[0])


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="BELLWETHER_CONFIG"):
        load_settings(tmp_path / "none.yaml", {}, {})
