"""The contract of a probe.

A probe type is a module in ``monitors/probes``: its docstring is the user's documentation, its
class ``Options`` what config.yaml may say, its ``DEFAULTS`` how it behaves unless told otherwise,
and ``run(tools) -> Outcome`` measures. docs/adding-a-probe.md walks through one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from core.db import Database
from core.runtime import Runtime
from core.settings import Settings, Strict
from monitors.rules import Policy, Status, Verdict

SAMPLE_SIZE = 20

Options = TypeVar("Options", bound=Strict)


@dataclass(frozen=True)
class Result:
    """One measurement of one subject.

    ``subject`` is stable and unique within the probe (a school's sourced id), ``title`` what
    people call it. ``value`` of ``denominator`` was measured and compared with ``threshold``.
    ``sample_ids`` are up to 20 ids, never names. ``fresh_at`` is how fresh the measured data was.
    ``due_at``: a failure before it is pending, however long it lasts. ``clears``: whether the
    value is good enough to end an alert. ``summary`` is the line that people are told,
    ``note`` explains the status where numbers alone do not.
    """

    subject: str
    title: str
    status: Status
    value: int | None = None
    threshold: int | None = None
    denominator: int | None = None
    school_id: int | None = None
    sample_ids: tuple[str, ...] = ()
    fresh_at: datetime | None = None
    due_at: datetime | None = None
    clears: bool = True
    summary: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.sample_ids) > SAMPLE_SIZE:
            raise ValueError(f"{self.subject}: more than {SAMPLE_SIZE} sample ids")

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.status, self.due_at, self.clears)


@dataclass(frozen=True)
class Outcome:
    """All results of one run; ``error`` says why nothing could be measured.

    ``group_summary`` and ``group_resolved`` tell several alerts at once; ``{count}`` is filled in.
    """

    results: tuple[Result, ...] = ()
    error: str | None = None
    group_summary: str = ""
    group_resolved: str = ""

    def __post_init__(self) -> None:
        subjects = [result.subject for result in self.results]
        if len(set(subjects)) < len(subjects):
            twice = sorted({one for one in subjects if subjects.count(one) > 1})
            raise ValueError(f"two results for {', '.join(twice)}")


@dataclass(frozen=True)
class Tools(Generic[Options]):
    """What a probe may use.

    ``name`` is the probe's in config.yaml; ``now`` the district's time of the measurement.
    ``recording`` is false for a trial run, also for another time: then it must write nothing.
    """

    name: str
    runtime: Runtime
    options: Options
    now: datetime
    recording: bool

    @property
    def database(self) -> Database:
        return self.runtime.database

    @property
    def settings(self) -> Settings:
        return self.runtime.settings


@dataclass(frozen=True)
class Defaults:
    """What a probe type does unless config.yaml says otherwise.

    ``alert`` names the alert (``SchedulingIncomplete``), ``service`` what is ill when it fires.
    """

    alert: str
    service: str
    severity: str = "warning"
    every: timedelta = timedelta(minutes=1)
    time_limit: timedelta = timedelta(minutes=2)
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True)
class ProbeType:
    """A probe module, as found in the folder."""

    name: str
    documentation: str
    options: type[Strict]
    defaults: Defaults
    run: Callable[[Tools[Any]], Outcome]
