"""The state machine of one probe and one subject; every step is a pure function.

It follows Prometheus (pending, firing, keep firing, resolved), Icinga (several attempts before
anybody is told) and adds hysteresis and the third outcome, unknown.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    """What one measurement says; a probe that could not measure says unknown, never ok."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Where a subject stands after many measurements."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RESOLVED = "resolved"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Policy:
    """How many measurements, and how much time, it takes to fire and to clear.

    ``attempts`` failures in a row and ``hold_for`` since the first of them make it fire;
    ``clears`` good measurements in a row and ``keep_firing_for`` since the first of them resolve
    it; a resolved one counts as ok after ``resolved_for``.
    """

    attempts: int = 1
    clears: int = 2
    hold_for: timedelta = timedelta(0)
    keep_firing_for: timedelta = timedelta(0)
    resolved_for: timedelta = timedelta(minutes=15)


@dataclass(frozen=True)
class Verdict:
    """One measurement, as far as the state machine cares.

    ``due_at`` is when a failure may fire at the earliest (the 10:00 of the school's own day).
    ``clears`` is false for a value that no longer fails and is not yet good enough to resolve.
    """

    status: Status
    due_at: datetime | None = None
    clears: bool = True


@dataclass(frozen=True)
class Standing:
    """All that must survive a restart.

    ``active_at`` is the first failure in a row, ``keep_firing_since`` the first good measurement
    in a row while firing; ``failures`` and ``good`` count them. ``unknown_since`` is set while
    the newest measurement is unknown: a firing subject then stays firing.
    """

    state: State
    since: datetime
    active_at: datetime | None = None
    keep_firing_since: datetime | None = None
    failures: int = 0
    good: int = 0
    unknown_since: datetime | None = None


def first_standing(now: datetime) -> Standing:
    """A subject that was never measured before."""
    return Standing(State.OK, now)


def advance(before: Standing, verdict: Verdict, policy: Policy, now: datetime) -> Standing:
    """The standing after one more measurement, made at ``now``."""
    if verdict.status is Status.UNKNOWN:
        return _uncertain(before, now)
    known = before if before.unknown_since is None else replace(before, unknown_since=None)
    early = verdict.due_at is not None and now < verdict.due_at
    if verdict.status is Status.OK or (early and known.state is State.FIRING):
        return _good(known, verdict, policy, now)
    return _failing(known, early, policy, now)


def _move(standing: Standing, state: State, now: datetime) -> Standing:
    return standing if standing.state is state else replace(standing, state=state, since=now)


def _uncertain(before: Standing, now: datetime) -> Standing:
    """Counts and times stay: a measurement that failed neither fires nor clears."""
    marked = replace(before, unknown_since=before.unknown_since or now)
    return marked if before.state is State.FIRING else _move(marked, State.UNKNOWN, now)


def _failing(before: Standing, early: bool, policy: Policy, now: datetime) -> Standing:
    active_at = before.active_at or now
    failing = replace(
        before,
        active_at=active_at,
        keep_firing_since=None,
        failures=min(before.failures + 1, policy.attempts),
        good=0,
    )
    if before.state is State.FIRING:
        return failing
    due = not early and failing.failures >= policy.attempts
    fires = due and now - active_at >= policy.hold_for
    return _move(failing, State.FIRING if fires else State.PENDING, now)


def _good(before: Standing, verdict: Verdict, policy: Policy, now: datetime) -> Standing:
    if before.state is State.FIRING:
        return _clearing(before, verdict.clears, policy, now)
    calm = before
    if before.active_at is not None:
        calm = replace(before, active_at=None, keep_firing_since=None, failures=0, good=0)
    if before.state is State.RESOLVED and now - before.since < policy.resolved_for:
        return calm
    return _move(calm, State.OK, now)


def _clearing(before: Standing, clears: bool, policy: Policy, now: datetime) -> Standing:
    if not clears:
        return replace(before, keep_firing_since=None, good=0)
    since = before.keep_firing_since or now
    good = before.good + 1
    if good < policy.clears or now - since < policy.keep_firing_for:
        return replace(before, keep_firing_since=since, good=min(good, policy.clears))
    return Standing(State.RESOLVED, now)
