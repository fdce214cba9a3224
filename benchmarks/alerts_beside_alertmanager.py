"""Alerts from POST to webhook, beside Debian's Alertmanager in the same run.

Both tell a webhook sink on this machine, with group_wait 0. First single alerts, each waited for;
then 10,000 distinct alerts in 1,000 groups (a tenth of that with --size small), posted 500 at a
time over one connection: how many are accepted a second, and when the last one has been told; then
the same alerts once more, which must tell nobody. Last, 100,000 open alerts: those of one school,
and a page. We answer a POST when it is committed, Alertmanager when it is in memory.

    python -m benchmarks alerts_beside_alertmanager
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import httpx

from benchmarks.alert_sides import Side, alertmanager, ours
from benchmarks.alert_sink import LABEL, Sink, listening
from benchmarks.context import DIALECTS, Context
from core.clock import monotonic

WARM_UP = 20
SINGLE = {"small": 50, "full": 300}
MANY = {"small": 1_000, "full": 10_000}
OPEN = {"small": 10_000, "full": 100_000}
IN_A_GROUP = 10
AT_ONCE = 500
SCHOOLS = 1_000
READS = 5
SETTLE_SECONDS = 5.0
"""For messages that should not come."""
LATER = {"endsAt": "2099-01-01T00:00:00Z"}
Posted = dict[str, object]


@dataclass(frozen=True)
class Goal:
    """What the figure is held against besides the other side."""

    name: str
    unit: str
    value: float | None


SINGLE_P99 = Goal("one alert, POST to webhook, p99", "ms", 50)
ACCEPTED = Goal("alerts accepted, each in one of many groups", "alerts/s", 5_000)
LAST_TOLD = Goal("first POST to the last webhook", "s", 3)
TOLD_AGAIN = Goal("messages after the same alerts were posted again", "messages", 0)
ONE_SCHOOL = Goal("one school out of all open alerts", "ms", 50)
ONE_PAGE = Goal("a page of all open alerts", "ms", None)
MEMORY = Goal("resident memory with all alerts open", "MB", 300)


def run(context: Context) -> Iterator[dict[str, object]]:
    """Each figure with its goal as reference, ours with Alertmanager's beside it."""
    theirs: dict[str, float] = {}
    with listening() as sink, alertmanager(context.folder / "am", sink.url) as side:
        for goal, value in _values(context.size, side, sink):
            theirs[goal.name] = value
            yield _figure(goal, side, value)
    for dialect in DIALECTS:
        with listening() as sink, ours(context, dialect, sink.url) as side:
            for goal, value in _values(context.size, side, sink):
                beside = theirs.get(goal.name)
                yield {**_figure(goal, side, value), "alertmanager": beside and round(beside, 3)}


def _figure(goal: Goal, side: Side, value: float) -> dict[str, object]:
    return {
        "name": f"{goal.name}, {side.name}",
        "value": round(value, 3),
        "unit": goal.unit,
        "reference": goal.value,
        "ratio": round(value / goal.value, 3) if goal.value else None,
    }


def _values(size: str, side: Side, sink: Sink) -> Iterator[tuple[Goal, float]]:
    with httpx.Client(timeout=600) as client:
        yield from _flow(size, side, sink, client)
        yield from _reads(size, side, client)
    yield MEMORY, side.megabytes()


def _flow(size: str, side: Side, sink: Sink, client: httpx.Client) -> Iterator[tuple[Goal, float]]:
    url = f"{side.api}/alerts"
    _single(url, "warm", WARM_UP, sink, client)
    yield SINGLE_P99, _single(url, "single", SINGLE[size], sink, client)
    alerts = [_alert(f"many-{n}", f"many-{n // IN_A_GROUP}", n) for n in range(MANY[size])]
    before, began = len(sink.told), monotonic()
    _post(url, alerts, client)
    yield ACCEPTED, len(alerts) / (monotonic() - began)
    sink.wait_for(before + len(alerts))
    yield LAST_TOLD, max(sink.told.values()) - began
    time.sleep(SETTLE_SECONDS)
    told = sink.messages
    _post(url, alerts, client)
    time.sleep(SETTLE_SECONDS)
    yield TOLD_AGAIN, sink.messages - told


def _reads(size: str, side: Side, client: httpx.Client) -> Iterator[tuple[Goal, float]]:
    url = f"{side.api}/alerts"
    _post(url, [_alert(f"open-{n}", "open", n) for n in range(OPEN[size] - MANY[size])], client)
    school = {"filter": 'school="S-7"'}
    yield ONE_SCHOOL, _typical(lambda: client.get(url, params=school))
    if side.page:
        bearer = {"Authorization": f"Bearer {side.token}"}
        yield ONE_PAGE, _typical(lambda: client.get(side.page, headers=bearer))


def _alert(number: str, group: str, index: int) -> Posted:
    labels = {
        "alertname": "Benchmark",
        "severity": "warning",
        "service": "sis",
        "school": f"S-{index % SCHOOLS}",
        "group": group,
        LABEL: number,
    }
    annotations = {"summary": f"School {index % SCHOOLS}: probe {index} does not answer"}
    return {"labels": labels, "annotations": annotations, **LATER}


def _single(url: str, name: str, number: int, sink: Sink, client: httpx.Client) -> float:
    """Milliseconds from the beginning of the POST to the webhook, p99."""
    found = []
    for index in range(number):
        own = f"{name}-{index}"
        before = monotonic()
        client.post(url, json=[_alert(own, own, index)]).raise_for_status()
        found.append((sink.when_told(own) - before) * 1000)
    return sorted(found)[int(len(found) * 0.99)]


def _post(url: str, alerts: Sequence[Posted], client: httpx.Client) -> None:
    for start in range(0, len(alerts), AT_ONCE):
        client.post(url, json=alerts[start : start + AT_ONCE]).raise_for_status()


def _typical(ask: Callable[[], httpx.Response]) -> float:
    """Milliseconds of the median of a few reads; of one alone if it takes a second."""
    found: list[float] = []
    while len(found) < READS and (not found or found[0] < 1000):
        before = monotonic()
        ask().raise_for_status()
        found.append((monotonic() - before) * 1000)
    return sorted(found)[len(found) // 2]
