"""A process that another one started ends with it."""

import ctypes
import os
import signal
import sys

PARENT = "BELLWETHER_PARENT"
"""The variable in which a supervisor tells its children its process id."""

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None = None, end: signal.Signals = signal.SIGTERM) -> None:
    """Ask Linux to send ``end`` to this process when its parent dies, even by kill -9.

    Without ``parent`` the one that ``Supervisor`` wrote into the environment counts; a process
    that nobody supervises is left alone.
    """
    expected = parent if parent is not None else int(os.environ.get(PARENT, "0"))
    if not expected or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, end, 0, 0, 0)
    if os.getppid() != expected:
        os.kill(os.getpid(), end)
