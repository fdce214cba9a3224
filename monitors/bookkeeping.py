"""Queries that only the monitors themselves need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from monitors.judging import Known
from monitors.models import RunRecord, SelfCheckRecord, StateRecord
from monitors.probe import Result
from monitors.rules import Standing, State, Status


@dataclass(frozen=True)
class SelfCheck:
    """The newest check of a kept answer; ``examples`` are the first differences."""

    name: str
    at: datetime
    differences: int
    examples: tuple[str, ...]


def count_states(session: Session) -> dict[tuple[str, State], int]:
    """(probe, state) -> number of subjects."""
    rows = session.execute(
        select(StateRecord.probe, StateRecord.state, func.count()).group_by(
            StateRecord.probe, StateRecord.state
        )
    )
    return {(probe, State(state)): number for probe, state, number in rows}


def list_self_checks(session: Session) -> list[SelfCheck]:
    """The newest check of every kept answer, by name."""
    rows = session.scalars(select(SelfCheckRecord).order_by(SelfCheckRecord.name))
    return [SelfCheck(row.name, row.at, row.differences, tuple(row.examples)) for row in rows]


@dataclass(frozen=True)
class LastRun:
    """When a probe was evaluated last, and the token of that evaluation."""

    at: datetime
    token: str


def find_last_run(session: Session, probe: str) -> LastRun | None:
    """The newest evaluation of the probe, or None."""
    rows = session.execute(select(RunRecord.at, RunRecord.token).where(RunRecord.probe == probe))
    return next((LastRun(at, token) for at, token in rows), None)


def load_known(session: Session, probe: str) -> dict[str, Known]:
    """All that is stored of a probe's subjects, by subject; one statement."""
    columns = StateRecord.__table__.c
    wanted = [columns[name] for name in _STANDING + _MEASURED + ("id", "sample_ids")]
    rows = session.execute(select(*wanted).where(columns.probe == probe))
    return {known.last.subject: known for known in map(_known, rows)}


_STANDING = (
    *("state", "since", "active_at", "keep_firing_since"),
    *("failures", "good", "unknown_since"),
)
_MEASURED = (
    *("subject", "title", "value", "threshold"),
    *("denominator", "school_id", "fresh_at", "note"),
)


def _known(row: Row[Any]) -> Known:
    """Columns by place, because every sweep reads a row for each school."""
    state, since, active_at, keep_firing_since, failures, good, unknown_since, *rest = tuple(row)
    subject, title, value, threshold, denominator, school_id, fresh_at, note, *more = rest
    identity, sample_ids = more
    standing = Standing(
        state=State(state),
        since=since,
        active_at=active_at,
        keep_firing_since=keep_firing_since,
        failures=failures,
        good=good,
        unknown_since=unknown_since,
    )
    last = Result(
        subject=subject,
        title=title,
        status=Status.OK,
        value=value,
        threshold=threshold,
        denominator=denominator,
        school_id=school_id,
        sample_ids=tuple(sample_ids),
        fresh_at=fresh_at,
        note=note,
    )
    return Known(identity, standing, last)
