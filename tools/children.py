"""Child processes that never outlive the program which started them."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

NOBODY = 65534


def start_child(
    arguments: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: int | None = None,
    death_signal: str = "TERM",
) -> subprocess.Popen[bytes]:
    """Start a process in its own session, so that Ctrl-C reaches only the parent.

    The kernel sends it ``death_signal`` when the parent's thread ends, however that happens.
    """
    guard = ["setpriv", "--pdeathsig", death_signal]
    if user is not None:
        guard += [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*guard, *(os.fspath(argument) for argument in arguments)],
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop_child(process: subprocess.Popen[bytes], signal: int, patience: float = 10.0) -> int:
    """Ask with ``signal``, insist with SIGKILL, and return the exit code."""
    if process.poll() is None:
        process.send_signal(signal)
        try:
            return process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def tail(log: Path, lines: int = 30) -> str:
    """The end of a child's output, for an error message."""
    if not log.exists():
        return "(no output)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
