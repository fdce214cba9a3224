"""Queries that only the monitors themselves need."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, func, select
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


def find_last_run_at(session: Session, probe: str) -> datetime | None:
    """When the probe ran last, or None."""
    return session.scalar(select(RunRecord.at).where(RunRecord.probe == probe))


def load_known(session: Session, probe: str) -> dict[str, Known]:
    """All that is stored of a probe's subjects, by subject; one statement."""
    columns = StateRecord.__table__.c
    rows = session.execute(select(*columns).where(columns.probe == probe)).mappings()
    return {row["subject"]: _known(row) for row in rows}


def _known(row: RowMapping) -> Known:
    standing = Standing(
        state=State(row["state"]),
        since=row["since"],
        active_at=row["active_at"],
        keep_firing_since=row["keep_firing_since"],
        failures=row["failures"],
        good=row["good"],
        unknown_since=row["unknown_since"],
    )
    last = Result(
        subject=row["subject"],
        title=row["title"],
        status=Status.OK,
        value=row["value"],
        threshold=row["threshold"],
        denominator=row["denominator"],
        school_id=row["school_id"],
        sample_ids=tuple(row["sample_ids"]),
        fresh_at=row["fresh_at"],
        note=row["note"],
    )
    return Known(row["id"], standing, last)
