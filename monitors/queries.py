"""What the monitors know, for the other rooms; ids of persons are sourced ids, never names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from monitors.models import (
    ReadingRecord,
    RunRecord,
    SampleRecord,
    StateRecord,
    TransitionRecord,
)
from monitors.rules import State


@dataclass(frozen=True)
class ProbeState:
    """Where one subject stands.

    ``since`` is when ``state`` began; ``fresh_at`` how fresh the measured data is; ``checked_at``
    when the probe ran last. A subject that fires while the newest measurement is unknown stays
    firing and has ``unknown_since``. ``subject`` of a school is its sourced id.
    """

    id: int
    probe: str
    subject: str
    school_id: int | None
    title: str
    state: State
    since: datetime
    active_at: datetime | None
    unknown_since: datetime | None
    value: int | None
    threshold: int | None
    denominator: int | None
    sample_ids: tuple[str, ...]
    fresh_at: datetime | None
    checked_at: datetime | None
    note: str


@dataclass(frozen=True)
class Transition:
    """One change of state; ``id`` grows with time and serves as a cursor."""

    id: int
    probe: str
    subject: str
    school_id: int | None
    title: str
    from_state: State
    to_state: State
    at: datetime
    value: int | None
    threshold: int | None
    denominator: int | None
    sample_ids: tuple[str, ...]
    note: str

    @property
    def school_sourced_id(self) -> str | None:
        return self.subject if self.school_id is not None else None


@dataclass(frozen=True)
class SeriesPoint:
    """The district after one run: totals, and how many subjects stand where."""

    at: datetime
    value: int
    denominator: int
    firing: int
    pending: int
    unknown: int


@dataclass(frozen=True)
class Reading:
    """The value of one school from ``at`` until the next reading."""

    at: datetime
    value: int | None
    denominator: int | None


@dataclass(frozen=True)
class ProbeRun:
    """The newest run of a probe; ``error`` is None when it could measure."""

    probe: str
    at: datetime
    fresh_at: datetime | None
    duration_ms: int
    subjects: int
    error: str | None


def _state_of(row: StateRecord, run: RunRecord | None) -> ProbeState:
    measured = run is not None and row.unknown_since is None and run.error is None
    return ProbeState(
        id=row.id,
        probe=row.probe,
        subject=row.subject,
        school_id=row.school_id,
        title=row.title,
        state=State(row.state),
        since=row.since,
        active_at=row.active_at,
        unknown_since=row.unknown_since,
        value=row.value,
        threshold=row.threshold,
        denominator=row.denominator,
        sample_ids=tuple(row.sample_ids),
        fresh_at=run.fresh_at if measured and run is not None else row.fresh_at,
        checked_at=run.at if run is not None else row.changed_at,
        note=row.note,
    )


def _select_states() -> Select[StateRecord, RunRecord | None]:
    return cast(
        "Select[StateRecord, RunRecord | None]",
        select(StateRecord, RunRecord).outerjoin(RunRecord, RunRecord.probe == StateRecord.probe),
    )


def get_states(session: Session, probe: str) -> dict[int, ProbeState]:
    """The states of all schools that the probe measures, by school id; one statement."""
    rows = session.execute(
        _select_states().where(StateRecord.probe == probe, StateRecord.school_id.is_not(None))
    )
    return {row.school_id: _state_of(row, run) for row, run in rows if row.school_id is not None}


def list_states(
    session: Session,
    school_ids: Collection[int] | None = None,
    *,
    probe: str | None = None,
    after_subject: str | None = None,
    limit: int | None = None,
) -> list[ProbeState]:
    """States by probe and subject; ``school_ids`` None means all, also those of no school."""
    query = _select_states().order_by(StateRecord.probe, StateRecord.subject).limit(limit)
    if school_ids is not None:
        query = query.where(StateRecord.school_id.in_(sorted(school_ids)))
    if probe is not None:
        query = query.where(StateRecord.probe == probe)
    if after_subject is not None:
        query = query.where(StateRecord.subject > after_subject)
    return [_state_of(row, run) for row, run in session.execute(query)]


def list_runs(session: Session) -> dict[str, ProbeRun]:
    """The newest run of every probe that ever ran, by its name."""
    return {
        row.probe: ProbeRun(
            row.probe, row.at, row.fresh_at, row.duration_ms, row.subjects, row.error
        )
        for row in session.scalars(select(RunRecord))
    }


def list_transitions(session: Session, after_id: int = 0, limit: int = 500) -> list[Transition]:
    """Changes of state after the cursor ``after_id``, oldest first."""
    query = (
        select(TransitionRecord)
        .where(TransitionRecord.id > after_id)
        .order_by(TransitionRecord.id)
        .limit(limit)
    )
    return [
        Transition(
            id=row.id,
            probe=row.probe,
            subject=row.subject,
            school_id=row.school_id,
            title=row.title,
            from_state=State(row.from_state),
            to_state=State(row.to_state),
            at=row.at,
            value=row.value,
            threshold=row.threshold,
            denominator=row.denominator,
            sample_ids=tuple(row.sample_ids),
            note=row.note,
        )
        for row in session.scalars(query)
    ]


def list_series(
    session: Session, probe: str, since: datetime, until: datetime
) -> list[SeriesPoint]:
    """The district's totals in ``[since, until]``, oldest first; one point per run."""
    query = (
        select(SampleRecord)
        .where(SampleRecord.probe == probe, SampleRecord.at >= since, SampleRecord.at <= until)
        .order_by(SampleRecord.at)
    )
    return [
        SeriesPoint(row.at, row.value, row.denominator, row.firing, row.pending, row.unknown)
        for row in session.scalars(query)
    ]


def list_history(
    session: Session, probe: str, school_id: int, since: datetime, until: datetime | None = None
) -> list[Reading]:
    """One school's values, oldest first; the first may be older than ``since`` and held then."""
    mine = and_(ReadingRecord.probe == probe, ReadingRecord.school_id == school_id)
    held = select(func.max(ReadingRecord.at)).where(mine, ReadingRecord.at <= since)
    query = (
        select(ReadingRecord)
        .where(mine, or_(ReadingRecord.at > since, ReadingRecord.at == held.scalar_subquery()))
        .order_by(ReadingRecord.at)
    )
    if until is not None:
        query = query.where(ReadingRecord.at <= until)
    return [Reading(row.at, row.value, row.denominator) for row in session.scalars(query)]


def find_stamp(session: Session) -> tuple[int, int]:
    """Two numbers that change whenever a state or a total changed: newest transition and sample."""
    newest = session.execute(
        select(
            select(func.max(TransitionRecord.id)).scalar_subquery(),
            select(func.max(SampleRecord.id)).scalar_subquery(),
        )
    ).one()
    return newest[0] or 0, newest[1] or 0
