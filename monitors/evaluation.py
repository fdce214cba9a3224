"""Takes a probe's outcome into the database and tells the alerts, in one transaction.

The transitions are the record of what happened; machines make them, so there are no audit rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Table, bindparam, delete, insert, text, update
from sqlalchemy.orm import Session

from alerts.actions import AlertChange, raise_alerts
from alerts.settings import AlertSettings
from core.settings import Settings
from monitors import memory
from monitors.bookkeeping import find_last_run, load_known
from monitors.judging import Judgement, judge_all, stored_part
from monitors.models import (
    ReadingRecord,
    RunRecord,
    SampleRecord,
    StateRecord,
    TransitionRecord,
)
from monitors.probe import Outcome
from monitors.rules import State, Status
from monitors.settings import ProbeEntry

_LOCK = 7_104_202
"""Makes evaluations take turns on PostgreSQL, so that transition ids grow in commit order."""


@dataclass(frozen=True)
class Evaluation:
    """What one evaluation did; ``discarded`` when a newer result was stored already."""

    subjects: int = 0
    changed: int = 0
    moved: int = 0
    discarded: bool = False


def evaluate(
    session: Session,
    probe: ProbeEntry,
    outcome: Outcome,
    *,
    settings: Settings,
    now: datetime,
    real_now: datetime,
    took: timedelta = timedelta(0),
) -> Evaluation:
    """Advance every subject's state, write what changed, raise and resolve alerts.

    ``now`` is when the outcome was measured; one older than the newest run is discarded. The
    number of statements does not depend on the number of subjects.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = find_last_run(session, probe.name)
    if last is not None and last.at > now:
        return Evaluation(discarded=True)
    known = memory.recall(probe.name, last.token) if last else None
    if known is None:
        known = load_known(session, probe.name)
    judged = list(judge_all(known, outcome, probe.policy, now))
    if last is not None and last.at == now:
        _forget_moment(session, probe.name, now)
    new_ids = _write_states(session, probe.name, judged, now)
    _write_transitions(session, probe.name, judged, now)
    _write_readings(session, probe.name, judged, now)
    if outcome.error is None:
        _write_sample(session, probe.name, judged, now)
    token = str(uuid4())
    _write_run(session, _run_of(probe.name, token, judged, outcome, now, took))
    memory.keep(probe.name, token, judged, new_ids)
    raise_alerts(
        session,
        _alerts(probe, judged, outcome, now),
        settings=settings.of(AlertSettings),
        now=now,
        real_now=real_now,
    )
    changed = sum(one.changed for one in judged)
    return Evaluation(len(judged), changed, sum(one.moved for one in judged))


def _forget_moment(session: Session, probe: str, now: datetime) -> None:
    """A second evaluation of the same moment takes the place of the first."""
    for record in (ReadingRecord, SampleRecord):
        session.execute(delete(record).where(record.probe == probe, record.at == now))


def _measured(one: Judgement, now: datetime) -> dict[str, Any]:
    return {**stored_part(one.result), "fresh_at": one.result.fresh_at, "changed_at": now}


def _write_states(
    session: Session, probe: str, judged: Iterable[Judgement], now: datetime
) -> dict[str, int]:
    """Write what changed; the ids of the rows that were made, by subject."""
    new, counted, moved, over = [], [], [], []
    for one in judged:
        if one.known is None:
            new.append({"probe": probe, **vars(one.after), **_measured(one, now)})
        elif one.is_over:
            over.append(one.known.id)
        elif one.before != one.after:
            moved.append({"known_id": one.known.id, **vars(one.after), **_measured(one, now)})
        elif one.changed:
            counted.append({"known_id": one.known.id, **_measured(one, now)})
    table = cast("Table", StateRecord.__table__)
    for rows in (counted, moved):  # by the table, which takes a fifth of the time of objects
        if rows:
            changed = update(table).where(table.c.id == bindparam("known_id"))
            session.connection().execute(changed, rows)
    if over:
        session.execute(delete(StateRecord).where(StateRecord.id.in_(over)))
    if not new:
        return {}
    made = session.execute(insert(StateRecord).returning(StateRecord.subject, StateRecord.id), new)
    return {subject: identity for subject, identity in made}


def _write_transitions(
    session: Session, probe: str, judged: Iterable[Judgement], now: datetime
) -> None:
    rows = [
        {
            "probe": probe,
            **stored_part(one.result),
            "from_state": one.before.state,
            "to_state": one.after.state,
            "at": now,
        }
        for one in judged
        if one.moved
    ]
    if rows:
        session.execute(insert(TransitionRecord), rows)


def _write_readings(
    session: Session, probe: str, judged: Iterable[Judgement], now: datetime
) -> None:
    rows = [
        {
            "probe": probe,
            "subject": one.result.subject,
            "school_id": one.result.school_id,
            "at": now,
            "value": one.result.value,
            "denominator": one.result.denominator,
        }
        for one in judged
        if one.measured_otherwise and not one.is_over
    ]
    if rows:
        session.connection().execute(insert(cast("Table", ReadingRecord.__table__)), rows)


def _write_sample(session: Session, probe: str, judged: Sequence[Judgement], now: datetime) -> None:
    """The totals of what could be measured; nothing when nothing could."""
    measured = [one.result for one in judged if one.result.status is not Status.UNKNOWN]
    if not measured:
        return
    states = [one.after.state for one in judged]
    row = {
        "probe": probe,
        "at": now,
        "value": sum(result.value or 0 for result in measured),
        "denominator": sum(result.denominator or 0 for result in measured),
        "firing": states.count(State.FIRING),
        "pending": states.count(State.PENDING),
        "unknown": len(judged) - len(measured),
    }
    session.execute(insert(SampleRecord), [row])


def _run_of(
    probe: str,
    token: str,
    judged: Sequence[Judgement],
    outcome: Outcome,
    now: datetime,
    took: timedelta,
) -> dict[str, Any]:
    fresh = [one.result.fresh_at for one in judged if one.result.status is not Status.UNKNOWN]
    return {
        "probe": probe,
        "token": token,
        "at": now,
        "fresh_at": min((at for at in fresh if at is not None), default=None),
        "duration_ms": round(took.total_seconds() * 1000),
        "subjects": len(judged),
        "error": outcome.error,
    }


def _write_run(session: Session, run: dict[str, Any]) -> None:
    """In the place of the run before; evaluations take turns, so there is one at a time."""
    mine = RunRecord.probe == run["probe"]
    replaced = session.execute(
        update(RunRecord).where(mine).values(run).returning(RunRecord.probe),
        execution_options={"synchronize_session": False},
    )
    if replaced.first() is None:
        session.execute(insert(RunRecord), [run])


def _alerts(
    probe: ProbeEntry, judged: Iterable[Judgement], outcome: Outcome, now: datetime
) -> list[AlertChange]:
    """What fires anew or has news, and what is resolved."""
    changes = []
    for one in judged:
        if one.after.state is State.FIRING and one.changed:
            changes.append(_alert(probe, one, outcome, "firing", now))
        elif one.before.state is State.FIRING and one.moved:
            changes.append(_alert(probe, one, outcome, "resolved", now))
    return changes


def _alert(
    probe: ProbeEntry, one: Judgement, outcome: Outcome, status: str, now: datetime
) -> AlertChange:
    result = one.result
    who = "instance" if result.school_id is None else "school"
    labels = {
        "alertname": probe.alert,
        "severity": probe.severity,
        "service": probe.service,
        "probe": probe.name,
        who: result.subject,
    }
    annotations = {
        "summary": result.summary,
        "value": _text(result.value),
        "threshold": _text(result.threshold),
        "denominator": _text(result.denominator),
        "sample_ids": ", ".join(result.sample_ids),
        "path": "/probes" if result.school_id is None else f"/schools/{result.school_id}",
        "group_summary": outcome.group_summary,
        "group_resolved": outcome.group_resolved,
    }
    said = {name: value for name, value in annotations.items() if value}
    return AlertChange(labels=labels, annotations=said, status=status, at=now)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
