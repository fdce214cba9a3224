"""Schedules out of a YAML file: the same file twice changes nothing the second time."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from alerts.oncall.actions import change_schedule, make_schedule, put_layer, remove_layer
from alerts.oncall.models import OnCallLayer, OnCallSchedule
from alerts.oncall.queries import find_schedule, list_layers, list_people_of
from alerts.oncall.rules.drafts import (
    LayerDraft,
    ScheduleDraft,
    layer_problems,
    schedule_problems,
    tidy,
)
from core.auth.accounts.queries import list_active, list_people
from core.auth.actor import Actor
from core.settings import Strict

_EVERY = re.compile(r"(\d{1,3})\s*(hour|day|week)s?")


def _lines(value: object) -> object:
    return "\n".join(map(str, value)) if isinstance(value, list) else value


Lines = Annotated[str, BeforeValidator(_lines)]


class LayerFile(Strict):
    """``every`` is ``1 week``, ``2 days`` or ``12 hours``; ``first`` a local date and time."""

    name: str
    people: tuple[str, ...]
    every: Annotated[str, Field(pattern=_EVERY.pattern + "$")]
    first: datetime
    hours: Lines = ""
    zone: str = ""


class ScheduleFile(Strict):
    """One schedule; the later layers win over the earlier."""

    name: str
    zone: str
    description: str = ""
    expected: Lines = ""
    layers: tuple[LayerFile, ...] = ()


class OnCallFile(Strict):
    """The whole file."""

    schedules: tuple[ScheduleFile, ...]


def drafts(entry: ScheduleFile) -> tuple[ScheduleDraft, list[LayerDraft]]:
    """The entry as drafts."""
    schedule = ScheduleDraft(entry.name, entry.description, entry.zone, entry.expected)
    return schedule, [
        _layer(layer, entry.zone, position) for position, layer in enumerate(entry.layers)
    ]


def _layer(layer: LayerFile, zone: str, position: int) -> LayerDraft:
    match = _EVERY.match(layer.every)
    assert match is not None, "the model has checked the pattern"
    first = layer.first.replace(tzinfo=None, second=0, microsecond=0)
    return LayerDraft(
        name=layer.name,
        people=tuple(name.strip().lower() for name in layer.people),
        zone=layer.zone or zone,
        unit=f"{match[2]}s",
        length=int(match[1]),
        first_on=first.date(),
        handoff_at=first.time(),
        windows=layer.hours,
        position=position,
    )


def problems(session: Session, file: OnCallFile) -> list[str]:
    """Everything that is wrong with the file, one sentence each with its place."""
    people = {name for entry in file.schedules for layer in entry.layers for name in layer.people}
    known = set(list_active(session, {name.strip().lower() for name in people}))
    found = []
    for index, entry in enumerate(file.schedules):
        schedule, layers = drafts(entry)
        place = f"schedules[{index}]"
        for name, problem in schedule_problems(schedule).items():
            found.append(f"{place}.{name}: {problem}")
        for number, layer in enumerate(layers):
            for name, problem in layer_problems(layer, known).items():
                found.append(f"{place}.layers[{number}].{name}: {problem}")
    return found


def import_file(session: Session, file: OnCallFile, *, by: Actor, now: datetime) -> list[str]:
    """Bring the schedules of the file about; what was done, one line each.

    Schedules that the file does not name are left alone. Layers that differ count from now on.
    """
    return [_import_one(session, entry, by, now) for entry in file.schedules]


def _import_one(session: Session, entry: ScheduleFile, by: Actor, now: datetime) -> str:
    draft, layers = drafts(entry)
    row = find_schedule(session, draft.name.strip())
    if row is None:
        row = make_schedule(session, draft, by=by, now=now)
        for layer in layers:
            put_layer(session, row.id, layer, by=by, now=now)
        return f"{row.name}: made; layers: {len(layers)}"
    changed = _is_other(row, draft)
    if changed:
        change_schedule(session, row.id, draft, by=by, now=now)
    current = [each for each in list_layers(session, [row.id]) if each.until_at is None]
    if _written(session, current) != [_tidied(layer) for layer in layers]:
        for each in current:
            remove_layer(session, row.id, each.id, by=by, now=now)
        for layer in layers:
            put_layer(session, row.id, layer, by=by, now=now)
        return f"{row.name}: changed; layers from now on: {len(layers)}"
    return f"{row.name}: {'changed' if changed else 'as it was'}"


def _is_other(row: OnCallSchedule, draft: ScheduleDraft) -> bool:
    kept = (row.description, row.zone, row.expected)
    return kept != (draft.description.strip(), draft.zone, tidy(draft.expected))


def _written(session: Session, rows: Sequence[OnCallLayer]) -> list[LayerDraft]:
    turns = list_people_of(session, [row.id for row in rows])
    people = list_people(session, {user_id for ids in turns.values() for user_id in ids})
    return [
        LayerDraft(
            row.name,
            tuple(people[user_id].username for user_id in turns.get(row.id, [])),
            row.zone,
            row.unit,
            row.length,
            row.first_on,
            row.handoff_at,
            row.windows,
            row.position,
        )
        for row in rows
    ]


def _tidied(layer: LayerDraft) -> LayerDraft:
    return LayerDraft(**{**vars(layer), "name": layer.name.strip(), "windows": tidy(layer.windows)})
