"""Processes: ended together, restarted when one dies, no orphan after kill -9."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.processes import Part, Supervisor, settle

PROGRAM = """
import sys, time, pathlib, os, signal
sys.path.insert(0, {root!r})
from core.parent import end_with_parent
from core.processes import stop_on_signals
stop = stop_on_signals()
end_with_parent()
name = sys.argv[1]
folder = pathlib.Path(__file__).parent
(folder / f"{{name}}.pid").write_text(str(os.getpid()))
stop.wait(60)
(folder / f"{{name}}.ended").write_text("cleanly")
"""

BOSS = """
import sys, threading, pathlib
sys.path.insert(0, {root!r})
from core.processes import Part, Supervisor
supervisor = Supervisor(pathlib.Path({program!r}), [Part("a", ["a"]), Part("b", ["b"])], {{}})
supervisor.start()
supervisor.run(threading.Event())
"""
ROOT = str(Path(__file__).resolve().parents[2])


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(root=ROOT), encoding="utf-8")
    return path


def wait_for(path: Path, seconds: float = 20) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path.name} did not appear")


def test_stop_ends_every_part_cleanly(program: Path) -> None:
    supervisor = Supervisor(program, [Part("a", ["a"]), Part("b", ["b"])], {})
    supervisor.start()
    wait_for(program.with_name("a.pid"))
    wait_for(program.with_name("b.pid"))
    supervisor.stop()
    assert wait_for(program.with_name("a.ended")) == "cleanly"
    assert wait_for(program.with_name("b.ended")) == "cleanly"


def test_a_part_that_dies_is_started_again(program: Path) -> None:
    supervisor = Supervisor(program, [Part("a", ["a"])], {})
    supervisor.start()
    stop = threading.Event()
    watcher = threading.Thread(target=supervisor.run, args=(stop,))
    watcher.start()
    first = int(wait_for(program.with_name("a.pid")))
    time.sleep(2.1)
    program.with_name("a.pid").unlink()
    os.kill(first, signal.SIGKILL)
    assert int(wait_for(program.with_name("a.pid"))) != first
    stop.set()
    watcher.join()
    supervisor.stop()


def test_children_end_when_the_supervisor_is_killed(program: Path) -> None:
    boss = program.with_name("boss.py")
    boss.write_text(BOSS.format(root=ROOT, program=str(program)), encoding="utf-8")
    process = subprocess.Popen([sys.executable, str(boss)])
    wait_for(program.with_name("a.pid"))
    wait_for(program.with_name("b.pid"))
    process.kill()
    process.wait()
    assert wait_for(program.with_name("a.ended")) == "cleanly"
    assert wait_for(program.with_name("b.ended")) == "cleanly"


def test_what_start_up_made_is_no_longer_looked_at() -> None:
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() > before + 10_000
        assert len(gc.get_objects()) < gc.get_freeze_count()
    finally:
        gc.unfreeze()
