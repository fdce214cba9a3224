"""The commands ``probe run`` and ``probe list``."""

import json
import sys
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from core.commandline import pass_runtime
from core.runtime import Runtime
from monitors.bookkeeping import count_states
from monitors.evaluation import evaluate
from monitors.probe import Outcome, Result
from monitors.queries import list_runs
from monitors.rules import State, Status
from monitors.running import Measurement, measure
from monitors.settings import ProbeEntry, ProbesSettings
from sis.settings import SisSettings

FAILING = 1
ERROR = 2
LINES = 40

_ORDER = {State.FIRING: 0, State.PENDING: 1, State.UNKNOWN: 2, State.OK: 3}


@click.group("probe")
def probe() -> None:
    """Run the probes by hand, or list them."""


@probe.command("run")
@click.argument("name")
@click.option(
    "--at", help="Another time: 2015-01-12T10:00 in the district's zone, or with an offset."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--record", is_flag=True, help="Store the result and raise alerts, as the job does.")
@pass_runtime
def run_command(runtime: Runtime, name: str, at: str | None, as_json: bool, record: bool) -> None:
    """Measure once and print; stores nothing and tells nobody unless --record.

    Exit codes: 0 ok, 1 something fails, 2 could not measure, or wrong usage.
    """
    entry = _find(runtime, name)
    if at is not None and record:
        raise click.UsageError("--record stores what is true now; leave --at out.")
    now = _moment(at, runtime) if at is not None else runtime.clock.now()
    measured = measure(runtime, entry, now, recording=record)
    if record:
        _store(runtime, entry, measured, now)
    body = _body(entry, measured.outcome, now)
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        click.echo(_text(body))
    sys.exit(_exit_code(measured.outcome, now))


@probe.command("list")
@pass_runtime
def list_command(runtime: Runtime) -> None:
    """The configured probes, their last run and their states. Exit codes: 0 done."""
    with runtime.database.read() as session:
        runs, counts = list_runs(session), count_states(session)
    for entry in runtime.settings.of(ProbesSettings).root:
        run = runs.get(entry.name)
        states = ", ".join(
            f"{counts[entry.name, state]:,} {state}"
            for state in State
            if (entry.name, state) in counts
        )
        last = f"last run {run.at.isoformat(timespec='seconds')}" if run else "never run"
        words = [
            f"{entry.name} ({entry.type.name})",
            f"every {entry.every.total_seconds():g} s" if entry.enabled else "switched off",
            last,
            (run.error if run and run.error else states) or "no subjects",
        ]
        click.echo("; ".join(words))


def _find(runtime: Runtime, name: str) -> ProbeEntry:
    entries = {entry.name: entry for entry in runtime.settings.of(ProbesSettings).root}
    if name not in entries:
        known = ", ".join(sorted(entries)) or "none"
        raise click.UsageError(f"There is no probe {name}. Configured are: {known}.")
    return entries[name]


def _moment(text: str, runtime: Runtime) -> datetime:
    """A time without an offset is the district's local time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is not a time such as 2015-01-12T10:00", param_hint="--at"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(runtime.settings.of(SisSettings).time_zone))
    return moment


def _store(runtime: Runtime, entry: ProbeEntry, measured: Measurement, now: datetime) -> None:
    with runtime.database.write() as session:
        evaluate(
            session,
            entry,
            measured.outcome,
            settings=runtime.settings,
            now=now,
            real_now=runtime.clock.real_now(),
            took=measured.took,
        )


def _state(result: Result, now: datetime) -> State:
    """What this one result says, without any history."""
    if result.status is Status.UNKNOWN:
        return State.UNKNOWN
    if result.status is Status.OK:
        return State.OK
    early = result.due_at is not None and now < result.due_at
    return State.PENDING if early else State.FIRING


def _exit_code(outcome: Outcome, now: datetime) -> int:
    states = {_state(result, now) for result in outcome.results}
    if State.FIRING in states:
        return FAILING
    return ERROR if outcome.error is not None or states == {State.UNKNOWN} else 0


def _body(entry: ProbeEntry, outcome: Outcome, now: datetime) -> dict[str, Any]:
    counts = Counter(_state(result, now) for result in outcome.results)
    return {
        "probe": entry.name,
        "type": entry.type.name,
        "at": now.isoformat(),
        "error": outcome.error,
        "counts": {state: counts[state] for state in _ORDER},
        "value": sum(result.value or 0 for result in outcome.results),
        "denominator": sum(result.denominator or 0 for result in outcome.results),
        "results": [_result_body(result, now) for result in _worst_first(outcome, now)],
    }


def _worst_first(outcome: Outcome, now: datetime) -> list[Result]:
    return sorted(
        outcome.results, key=lambda one: (_ORDER[_state(one, now)], -(one.value or 0), one.subject)
    )


def _result_body(result: Result, now: datetime) -> dict[str, Any]:
    return {
        "subject": result.subject,
        "title": result.title,
        "status": result.status,
        "state": _state(result, now),
        "value": result.value,
        "threshold": result.threshold,
        "denominator": result.denominator,
        "sample_ids": list(result.sample_ids),
        "fresh_at": result.fresh_at.isoformat() if result.fresh_at else None,
        "note": result.note,
        "summary": result.summary,
    }


def _text(body: dict[str, Any]) -> str:
    if body["error"]:
        return f"{body['probe']} could not measure: {body['error']}"
    counts = ", ".join(f"{number:,} {state}" for state, number in body["counts"].items())
    lines = [f"{body['probe']} at {body['at']}: {counts}; {body['value']:,} in all"]
    worth = [one for one in body["results"] if one["state"] != State.OK]
    lines += [f"  {one['state']:8}{one['summary']}" for one in worth[:LINES]]
    if len(worth) > LINES:
        lines.append(f"  and {len(worth) - LINES:,} more; --json lists all")
    return "\n".join(lines)
