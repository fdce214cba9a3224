"""Three people, and schedules that they take turns in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from alerts.oncall.actions import make_schedule, put_layer
from alerts.oncall.rules.drafts import LayerDraft, ScheduleDraft
from core.auth.actor import Actor
from core.db import Database
from tests.alerts.escalation.staff import add_person

LA = ZoneInfo("America/Los_Angeles")


def at(text: str) -> datetime:
    """Local time in Los Angeles."""
    return datetime.fromisoformat(text).replace(tzinfo=LA).astimezone(UTC)


NOW = at("2015-01-06T10:00")
"""A Tuesday; Ana's week began on Monday."""

WEEKLY = LayerDraft(
    "base",
    ("ana", "ben"),
    "America/Los_Angeles",
    "weeks",
    1,
    date(2015, 1, 5),
    time(8),
)


@dataclass(frozen=True)
class Roster:
    """The ids of one schedule and of its people."""

    schedule: int
    layer: int
    ana: Actor
    ben: Actor
    cy: Actor


def person(session: Session, name: str) -> Actor:
    user_id = add_person(session, name, ("mail", f"{name}@district.example"))["user"]
    return Actor("user", f"user:{user_id}", name.title(), "agent", frozenset(), user_id=user_id)


def user(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id


def make_roster(database: Database) -> Roster:
    """Ana and Ben take weekly turns from Monday 08:00; Cy is free."""
    with database.write() as session:
        ana, ben, cy = (person(session, name) for name in ("ana", "ben", "cy"))
        begun = at("2015-01-01T00:00")
        draft = ScheduleDraft("sis", "The records", "America/Los_Angeles")
        schedule = make_schedule(session, draft, by=ana, now=begun)
        layer = put_layer(session, schedule.id, WEEKLY, by=ana, now=begun)
        return Roster(schedule.id, layer.id, ana, ben, cy)
