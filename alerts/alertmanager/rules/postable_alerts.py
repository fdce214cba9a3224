"""Alerts as Prometheus posts them (models.PostableAlerts of Alertmanager 0.25)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from alerts.alertmanager.rules.refusals import WRONG_TYPE, Coded, missing
from alerts.alertmanager.rules.times import Shift
from alerts.alertmanager.rules.tree import Reader, Tree
from alerts.rules import AlertChange, Status

READER = Reader("alerts")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class Posted:
    """The alerts that are good, and a sentence for each one that is not."""

    changes: list[AlertChange]
    problems: list[str]


@dataclass(frozen=True)
class Arrival:
    """When and by whose clock alerts arrive, and how long one without an end may stay silent."""

    now: datetime
    shift: Shift
    resolve_timeout: timedelta


def read_alerts(body: bytes, arrival: Arrival) -> Posted:
    """The body of ``POST /alerts``. Raises Coded when it is of another shape altogether."""
    items = READER.load(body)
    if items is None:
        if not body.strip():
            raise missing("alerts")
        return Posted([], [])
    if not isinstance(items, list):
        raise READER.mistyped(items, "Go value", "models.PostableAlerts")
    changes, problems = [], []
    for number, item in enumerate(items):
        tree = READER.tree(item, "Go value", "models.PostableAlert")
        if tree.get("labels") is None:
            raise missing(f"{number}.labels")
        try:
            changes.append(_change(tree, number, arrival))
        except Unfit as unfit:
            problems.append(str(unfit))
    return Posted(changes, problems)


class Unfit(Exception):
    """One alert cannot be taken; the others can."""


def _change(tree: Tree, number: int, arrival: Arrival) -> AlertChange:
    labels = READER.texts(tree["labels"], "Go struct field Alert.labels")
    annotations = READER.texts(tree.get("annotations"), "Go struct field .annotations")
    starts_at = READER.time(tree.get("startsAt"), "Go struct field .startsAt")
    ends_at = READER.time(tree.get("endsAt"), "Go struct field .endsAt")
    url = _url(READER.text(tree.get("generatorURL"), "Go struct field Alert.generatorURL"), number)
    labels = {name: text for name, text in labels.items() if text}
    refuse_unfit(labels, annotations, starts_at, ends_at)
    return change_of(labels, annotations, url, starts_at, ends_at, arrival)


def change_of(
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    generator_url: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    arrival: Arrival,
) -> AlertChange:
    """The report that an alert of these times, by its sender's clock, makes.

    It fires until ``ends_at``; without one it is resolved when nobody has reported it again for
    ``resolve_timeout``.
    """
    now, begins = arrival.now, starts_at or ends_at
    until = arrival.shift.ours(ends_at) if ends_at else now + arrival.resolve_timeout
    over = until <= now
    return AlertChange(
        labels=labels,
        annotations=annotations,
        status=Status.RESOLVED if over else Status.FIRING,
        at=now,
        starts_at=arrival.shift.ours(begins) if begins else None,
        ends_at=until if over else None,
        expires_at=None if over else until,
        times_out=ends_at is None,
        generator_url=generator_url,
    )


def _url(text: str, number: int) -> str:
    """An address, or a path from the root: what Go's url.ParseRequestURI takes."""
    if not text or text.startswith("/") or urlsplit(text).scheme and " " not in text:
        return text
    raise Coded(
        f'{number}.generatorURL in body must be of type uri: "{text}"',
        HTTPStatus.UNPROCESSABLE_ENTITY,
        WRONG_TYPE,
    )


def refuse_unfit(
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> None:
    """Raise Unfit for what Alertmanager does not take, in its order and its words."""
    if starts_at and ends_at and ends_at < starts_at:
        raise Unfit("start time must be before end time")
    for name in labels:
        if not _LABEL_NAME.fullmatch(name):
            raise Unfit(f'invalid label set: invalid name "{name}"')
    if not labels:
        raise Unfit("at least one label pair required")
    for name in annotations:
        if not _LABEL_NAME.fullmatch(name):
            raise Unfit(f'invalid annotations: invalid name "{name}"')
