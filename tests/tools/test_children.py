"""Child processes end with the program that started them, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tools.children import start_child, stop_child, tail

PARENT = """
import sys, time
from pathlib import Path
from tools.children import start_child
print(start_child(["sleep", "60"], log=Path(sys.argv[1])).pid, flush=True)
time.sleep(60)
"""


def test_a_child_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert _ends(child)


def test_a_child_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    child = start_child(["sh", "-c", "trap '' TERM; sleep 60 & wait; wait"], log=tmp_path / "log")
    time.sleep(0.2)
    assert stop_child(child, signal.SIGTERM, patience=0.2) == -signal.SIGKILL


def test_what_a_child_said_is_kept_for_the_error_message(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = start_child(["sh", "-c", "echo one; echo two >&2"], log=log, cwd=tmp_path)
    assert child.wait() == 0
    assert tail(log, lines=1) == "two"


def test_no_output_is_said_plainly(tmp_path: Path) -> None:
    assert tail(tmp_path / "missing.log") == "(no output)"


def _ends(pid: int) -> bool:
    """Whether the process is gone, or a zombie that its new parent has yet to collect."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state[0] == "Z":
            return True
        time.sleep(0.05)
    return False
