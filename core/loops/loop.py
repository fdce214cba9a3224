"""The contract of a loop."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.runtime import Runtime


@dataclass(frozen=True)
class Loop:
    """Work that is due by a time in the database, and must not wait for the scheduler's minute.

    ``turn`` does what is due, in units of work of its own, and returns how long it is in the
    machine's time until more is due: None when nothing is planned. It is called again after a
    second at the latest and whenever anything was committed, so most calls find nothing to do.
    Several processes may run it at once.
    """

    name: str
    turn: Callable[[Runtime], timedelta | None]
