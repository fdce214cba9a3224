"""Runs one probe: by the clock, or once by hand."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import monotonic
from core.logs import logger
from core.runtime import Runtime
from monitors.evaluation import Evaluation, evaluate
from monitors.probe import Outcome, Tools
from monitors.settings import ProbeEntry

log = logger(__name__)

LONGEST_REASON = 500


@dataclass(frozen=True)
class Measurement:
    """An outcome, and how long it took to get it."""

    outcome: Outcome
    took: timedelta


def measure(runtime: Runtime, probe: ProbeEntry, now: datetime, *, recording: bool) -> Measurement:
    """Run the probe in a thread of its own, up to its time limit.

    A probe that fails or hangs makes an outcome with ``error``: nothing was measured, which is
    unknown and not ok; the scheduler goes on.
    """
    tools = Tools(probe.name, runtime, probe.options, now, recording)
    started = monotonic()
    pool = ThreadPoolExecutor(1, thread_name_prefix=f"probe-{probe.name}")
    running = pool.submit(copy_context().run, probe.type.run, tools)
    wait_for([running], probe.time_limit.total_seconds())
    pool.shutdown(wait=False, cancel_futures=True)
    outcome = _outcome(running, probe)
    return Measurement(outcome, timedelta(seconds=monotonic() - started))


def _outcome(running: "Future[Outcome]", probe: ProbeEntry) -> Outcome:
    if not running.done():
        reason = f"no result within {probe.time_limit.total_seconds():g} s"
        log.error("probe_timed_out", probe=probe.name)
        return Outcome(error=reason)
    failure = running.exception()
    if failure is not None:
        log.error("probe_failed", probe=probe.name, exc_info=failure)
        return Outcome(error=f"{type(failure).__name__}: {failure}"[:LONGEST_REASON])
    return running.result()


def run_probe(runtime: Runtime, probe: ProbeEntry, now: datetime) -> Evaluation:
    """Measure, and record what it means: states, transitions, samples, alerts."""
    measured = measure(runtime, probe, now, recording=True)
    with runtime.database.write() as session:
        return evaluate(
            session,
            probe,
            measured.outcome,
            settings=runtime.settings,
            now=now,
            real_now=runtime.clock.real_now(),
            took=measured.took,
        )
