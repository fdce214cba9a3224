"""The contract of a job."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.runtime import Runtime


@dataclass(frozen=True)
class Job:
    """A function that the leader calls at each multiple of ``every``.

    ``run(runtime, now)`` opens its own units of work; ``now`` is the fire time's reading of the
    clock. A job with ``real=False`` counts in the district's time, so a drill runs it ``speed``
    times as often; one with ``real=True`` counts in the machine's time.
    """

    name: str
    every: timedelta
    run: Callable[[Runtime, datetime], None]
    real: bool = False
