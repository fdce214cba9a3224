"""Reading schedules: as rows, and as the pure values that tell who is on call."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerts.oncall.models import (
    OnCallCalendar,
    OnCallCover,
    OnCallFeed,
    OnCallLayer,
    OnCallNote,
    OnCallSchedule,
    OnCallSwap,
    OnCallTurn,
    OnCallWatch,
)
from alerts.oncall.rules.rotation import Layer, Unit
from alerts.oncall.rules.shifts import LOOK_AROUND, Cover, Origin, Schedule, Shift, who_is_on
from alerts.oncall.rules.time_of_week import parse_windows
from core.errors import NotFound


def list_schedules(session: Session) -> Sequence[OnCallSchedule]:
    """Those in use, by name."""
    statement = select(OnCallSchedule).where(OnCallSchedule.retired_at.is_(None))
    return session.scalars(statement.order_by(OnCallSchedule.name)).all()


def list_all_schedules(session: Session) -> Sequence[OnCallSchedule]:
    """Also those that are retired."""
    return session.scalars(select(OnCallSchedule).order_by(OnCallSchedule.id)).all()


def get_schedule(session: Session, schedule_id: int) -> OnCallSchedule:
    """One in use; NotFound."""
    found = session.get(OnCallSchedule, schedule_id)
    if found is None or found.retired_at is not None:
        raise NotFound("There is no such on-call schedule.")
    return found


def lock_schedule(session: Session, schedule_id: int) -> OnCallSchedule:
    """The same, locked: covers and swaps of one schedule are changed one after the other."""
    statement = (
        select(OnCallSchedule)
        .where(OnCallSchedule.id == schedule_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = session.scalar(statement)
    if found is None or found.retired_at is not None:
        raise NotFound("There is no such on-call schedule.")
    return found


def find_schedule(session: Session, name: str) -> OnCallSchedule | None:
    """The schedule in use of that name, or None."""
    statement = select(OnCallSchedule).where(
        OnCallSchedule.name == name, OnCallSchedule.retired_at.is_(None)
    )
    return session.scalar(statement)


def list_layers(session: Session, schedule_ids: Collection[int]) -> Sequence[OnCallLayer]:
    """Every layer that the schedules have or had, lowest first."""
    statement = select(OnCallLayer).where(OnCallLayer.schedule_id.in_(schedule_ids))
    return session.scalars(
        statement.order_by(OnCallLayer.schedule_id, OnCallLayer.position, OnCallLayer.id)
    ).all()


def get_layer(session: Session, schedule_id: int, layer_id: int) -> OnCallLayer:
    """A layer of that schedule; NotFound."""
    found = session.get(OnCallLayer, layer_id)
    if found is None or found.schedule_id != schedule_id:
        raise NotFound("There is no such layer.")
    return found


def list_people_of(session: Session, layer_ids: Collection[int]) -> dict[int, list[int]]:
    """Layer -> its people in their order."""
    statement = select(OnCallTurn).where(OnCallTurn.layer_id.in_(layer_ids))
    found: dict[int, list[int]] = {}
    for turn in session.scalars(statement.order_by(OnCallTurn.layer_id, OnCallTurn.position)):
        found.setdefault(turn.layer_id, []).append(turn.user_id)
    return found


def load(
    session: Session, rows: Sequence[OnCallSchedule], since: datetime, until: datetime
) -> dict[int, Schedule]:
    """The schedules as values that hold all that matters between ``since`` and ``until``.

    Three statements, whatever their number.
    """
    ids = [row.id for row in rows]
    layers = list_layers(session, ids)
    people = list_people_of(session, [layer.id for layer in layers])
    covers = session.scalars(
        select(OnCallCover)
        .where(
            OnCallCover.schedule_id.in_(ids),
            OnCallCover.ends_at > since,
            OnCallCover.begins_at < until,
        )
        .order_by(OnCallCover.made_at, OnCallCover.id)
    ).all()
    return {
        row.id: Schedule(
            zone=ZoneInfo(row.zone),
            layers=tuple(
                layer_value(layer, people.get(layer.id, []))
                for layer in layers
                if layer.schedule_id == row.id
            ),
            covers=tuple(
                Cover(cover.user_id, cover.begins_at, cover.ends_at, Origin(cover.origin), cover.id)
                for cover in covers
                if cover.schedule_id == row.id
            ),
            expected=parse_windows(row.expected),
        )
        for row in rows
    }


def layer_value(row: OnCallLayer, people: Sequence[int]) -> Layer:
    """The row as the pure value that the rules take."""
    return Layer(
        name=row.name,
        people=tuple(people),
        zone=ZoneInfo(row.zone),
        unit=Unit(row.unit),
        length=row.length,
        first_handoff=datetime.combine(row.first_on, row.handoff_at),
        windows=parse_windows(row.windows),
        from_at=row.from_at,
        until_at=row.until_at,
    )


def find_on_call(session: Session, name: str, at: datetime) -> Shift | None:
    """The shift of the schedule of that name in which ``at`` lies; None in a gap or without it."""
    row = find_schedule(session, name)
    if row is None:
        return None
    schedule = load(session, [row], at - LOOK_AROUND, at + LOOK_AROUND)[row.id]
    return who_is_on(schedule, at)


def get_cover(session: Session, schedule_id: int, cover_id: int) -> OnCallCover:
    """A cover of that schedule; NotFound."""
    found = session.get(OnCallCover, cover_id)
    if found is None or found.schedule_id != schedule_id:
        raise NotFound("This override is not there any more.")
    return found


def list_covers(session: Session, schedule_id: int, since: datetime) -> Sequence[OnCallCover]:
    """Those that end after ``since``, by beginning, at most 200."""
    statement = select(OnCallCover).where(
        OnCallCover.schedule_id == schedule_id, OnCallCover.ends_at > since
    )
    return session.scalars(
        statement.order_by(OnCallCover.begins_at, OnCallCover.id).limit(200)
    ).all()


def list_open_swaps(session: Session, now: datetime) -> Sequence[OnCallSwap]:
    """Those that wait for an answer and whose stretch is not over, soonest first."""
    statement = select(OnCallSwap).where(OnCallSwap.state == "asked", OnCallSwap.ends_at > now)
    return session.scalars(statement.order_by(OnCallSwap.begins_at, OnCallSwap.id)).all()


def get_swap(session: Session, swap_id: int) -> OnCallSwap:
    """One request, locked; NotFound."""
    found = session.scalar(select(OnCallSwap).where(OnCallSwap.id == swap_id).with_for_update())
    if found is None:
        raise NotFound("There is no such request.")
    return found


def list_notes(session: Session, schedule_id: int, limit: int = 5) -> Sequence[OnCallNote]:
    """What was left to the next, newest first."""
    statement = select(OnCallNote).where(OnCallNote.schedule_id == schedule_id)
    return session.scalars(statement.order_by(OnCallNote.id.desc()).limit(limit)).all()


def list_calendars(session: Session, schedule_id: int) -> Sequence[OnCallCalendar]:
    """The iCalendars of overrides of a schedule, by name."""
    statement = select(OnCallCalendar).where(OnCallCalendar.schedule_id == schedule_id)
    return session.scalars(statement.order_by(OnCallCalendar.name)).all()


def list_stale_calendars(session: Session, before: datetime) -> Sequence[OnCallCalendar]:
    """Those with an address that were not read since ``before``."""
    statement = select(OnCallCalendar).where(
        OnCallCalendar.url != "",
        OnCallCalendar.schedule_id.in_(
            select(OnCallSchedule.id).where(OnCallSchedule.retired_at.is_(None))
        ),
        or_(OnCallCalendar.read_at.is_(None), OnCallCalendar.read_at <= before),
    )
    return session.scalars(statement.order_by(OnCallCalendar.id)).all()


def get_calendar(session: Session, schedule_id: int, calendar_id: int) -> OnCallCalendar:
    """One of the schedule's iCalendars; NotFound."""
    found = session.get(OnCallCalendar, calendar_id)
    if found is None or found.schedule_id != schedule_id:
        raise NotFound("There is no such calendar.")
    return found


def find_feed(session: Session, digest: str) -> OnCallFeed | None:
    """The feed of that secret, or None."""
    return session.scalar(select(OnCallFeed).where(OnCallFeed.digest == digest))


def find_feed_of(session: Session, user_id: int, schedule_id: int | None) -> OnCallFeed | None:
    """The person's feed of that schedule, or of their own shifts; or None."""
    same = (
        OnCallFeed.schedule_id.is_(None)
        if schedule_id is None
        else OnCallFeed.schedule_id == schedule_id
    )
    return session.scalar(select(OnCallFeed).where(OnCallFeed.user_id == user_id, same))


def list_watches(session: Session) -> dict[int, OnCallWatch]:
    """Schedule -> what its handoffs were last seen to be, locked."""
    rows = session.scalars(select(OnCallWatch).with_for_update())
    return {row.schedule_id: row for row in rows}
