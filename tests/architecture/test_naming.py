"""A module is named after what it holds."""

from pathlib import PurePosixPath

from tests.support.tree import python_sources

SAY_NOTHING = {"util", "helper", "common", "misc", "manager", "base"}


def test_no_module_or_package_has_a_name_that_says_nothing() -> None:
    vague = [
        source.name
        for source in python_sources()
        if SAY_NOTHING & {_words(part) for part in PurePosixPath(source.name).with_suffix("").parts}
    ]
    assert vague == []


def _words(part: str) -> str:
    return part.removesuffix("s").strip("_")
