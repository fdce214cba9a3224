"""A command loads what it needs: starting ``schedule solve`` must not cost a web server's start."""

import json
import subprocess
import sys
from pathlib import Path

import click

from app import main
from core.commandline import load, walk

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {
    "alembic", "apscheduler", "flask", "granian", "httpx", "icalendar", "jinja2", "plotly",
    "polars", "rich", "slack_sdk", "sqlalchemy", "structlog", "yaml",
}  # fmt: skip
WATCH = """
import json, runpy, sys
sys.argv = ["app.py", *sys.argv[1:]]
try:
    runpy.run_path("app.py", run_name="__main__")
finally:
    print(json.dumps([name for name in sys.modules if "." not in name]), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """Names of the top-level modules in memory when the command has ended."""
    watched = [sys.executable, "-c", WATCH, *arguments]
    done = subprocess.run(watched, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_solving_a_file_loads_neither_web_nor_database(tmp_path: Path) -> None:
    instance, answer = tmp_path / "instance.json", tmp_path / "answer.json"
    instance.write_text('{"sections": {"ART": [["a", 1, 2]]}, "requests": {"s": ["ART"]}}')
    files = ["--instance", str(instance), "--out", str(answer)]
    modules = loaded("schedule", "solve", *files)
    assert json.loads(answer.read_text())["placements"] == {"s": {"ART": "a"}}
    assert modules & HEAVY == set()


def test_the_help_of_a_command_loads_no_numbers_either() -> None:
    assert loaded("schedule", "solve", "--help") & {*HEAVY, "numpy", "scipy", "highspy"} == set()


def test_every_command_of_a_shared_group_can_be_called() -> None:
    ctx = click.Context(main)
    known = {name for name, _ in walk(ctx, main)}
    groups = [(name.split()[0], load(place)) for name, place in main.places.items()]
    for name, group in groups:
        if isinstance(group, click.Group):
            assert {full for full, _ in walk(ctx, group, f"{name} ")} <= known
