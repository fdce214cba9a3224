"""What a button under a message does: acknowledge, silence, and what other packages add.

The application hands over what other packages add (``register``), since alerts knows no tickets.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy.orm import Session

from alerts.acknowledgement.actions import acknowledge
from alerts.matching import Matcher
from alerts.settings import AlertSettings
from alerts.silences.actions import create_silence
from alerts.silences.rules.state import Draft
from core.auth.actor import Actor
from core.errors import Conflict

EXTENSION = "bellwether.interactions"
SILENCED_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class PressedAlert:
    """An alert that the message told of as firing."""

    id: int
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Pressed:
    """A button pressed by somebody known, under a message about these alerts.

    ``group_labels`` are those of the message's group; ``now`` is the district's time.
    """

    alerts: tuple[PressedAlert, ...]
    group_labels: Mapping[str, str]
    by: Actor
    settings: AlertSettings
    now: datetime


Interaction = Callable[[Session, Pressed], str]
"""Does it in the caller's transaction and says what was done; raises AppError."""


def acknowledge_pressed(session: Session, pressed: Pressed) -> str:
    """The alerts of the message that still fire are acknowledged."""
    pressed.by.require("alerts.acknowledge")
    done = acknowledge(
        session,
        [alert.id for alert in pressed.alerts],
        by=pressed.by,
        now=pressed.now,
        settings=pressed.settings.acknowledgement,
    )
    what = "1 alert" if len(done) == 1 else f"{len(done)} alerts"
    return f"acknowledged {what}"


def silence_pressed(session: Session, pressed: Pressed) -> str:
    """The group of the message is silent for an hour: its labels and its alerts' name."""
    pressed.by.require("alerts.silence")
    names = {alert.labels.get("alertname", "") for alert in pressed.alerts}
    labels = {name: value for name, value in pressed.group_labels.items() if value}
    if len(names) == 1 and (name := names.pop()):
        labels["alertname"] = name
    if not labels:
        raise Conflict(
            "These alerts have no label in common that a silence could ask for. "
            "Silence them on the page of the alerts."
        )
    draft = Draft(
        matchers=tuple(Matcher(name, "=", value) for name, value in sorted(labels.items())),
        starts_at=pressed.now,
        ends_at=pressed.now + SILENCED_FOR,
        created_by=pressed.by.name,
        comment="Silenced for an hour by a button",
    )
    lead = pressed.settings.silences.remind_before
    create_silence(session, draft, lead=lead, by=pressed.by, now=pressed.now)
    return "silenced this for 1 hour"


def register(app: Flask, others: Mapping[str, Interaction]) -> None:
    """Hand over what the buttons of other packages do, by the name of the button."""
    app.extensions[EXTENSION] = others


def interaction(name: str) -> Interaction:
    """What the button of that name does; Conflict when nothing knows it."""
    others: Mapping[str, Interaction] = current_app.extensions.get(EXTENSION, {})
    known = {"acknowledge": acknowledge_pressed, "silence": silence_pressed, **others}
    if name not in known:
        raise Conflict("This button does nothing any more.")
    return known[name]
