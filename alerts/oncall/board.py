"""What the pages of on-call show, read together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from alerts.contacts.queries import list_verified
from alerts.oncall.models import (
    OnCallCalendar,
    OnCallCover,
    OnCallLayer,
    OnCallNote,
    OnCallSchedule,
    OnCallSwap,
)
from alerts.oncall.queries import (
    get_schedule,
    list_calendars,
    list_covers,
    list_layers,
    list_notes,
    list_open_swaps,
    list_people_of,
    list_schedules,
    load,
)
from alerts.oncall.rules.shifts import (
    LOOK_AROUND,
    Schedule,
    Shift,
    final_shifts,
    gaps,
    hours_by_person,
    who_is_on,
)
from alerts.oncall.rules.time_of_week import Span
from alerts.oncall.rules.week import Day, bounds, days_of
from core.auth.accounts.queries import list_people


@dataclass(frozen=True)
class Card:
    """One schedule now: who is on, who is next, and what is wrong with it.

    ``next`` is the next shift of somebody else; ``gaps`` those ahead; ``silent`` the people of its
    next weeks who have no verified address.
    """

    row: OnCallSchedule
    on: Shift | None
    next: Shift | None
    gaps: Sequence[Span]
    silent: Sequence[int]


@dataclass(frozen=True)
class Board:
    """Every schedule, the swaps that wait, and what people are called."""

    cards: Sequence[Card]
    swaps: Sequence[OnCallSwap]
    names: dict[int, str]


@dataclass(frozen=True)
class Week:
    """A schedule's page. ``hours`` are those of each person in the 28 days from its Monday."""

    card: Card
    monday: date
    days: Sequence[Day]
    shifts: Sequence[Shift]
    missing: Sequence[Span]
    hours: dict[int, timedelta]
    people: Sequence[int]
    layers: Sequence[tuple[OnCallLayer, Sequence[int]]]
    covers: Sequence[OnCallCover]
    calendars: Sequence[OnCallCalendar]
    notes: Sequence[OnCallNote]
    swaps: Sequence[OnCallSwap]
    names: dict[int, str]


def read_board(session: Session, *, now: datetime, ahead: timedelta) -> Board:
    """Who is on call in every schedule, with the gaps of the time ``ahead``."""
    rows = list_schedules(session)
    schedules = load(session, rows, now - LOOK_AROUND, now + LOOK_AROUND + ahead)
    cards = [_card(session, row, schedules[row.id], now, ahead) for row in rows]
    swaps = list_open_swaps(session, now)
    wanted = {shift.user_id for card in cards for shift in (card.on, card.next) if shift}
    wanted |= {user_id for card in cards for user_id in card.silent} | _swappers(swaps)
    return Board(cards, swaps, names_of(session, wanted))


def read_week(
    session: Session, schedule_id: int, monday: date, *, now: datetime, ahead: timedelta
) -> Week:
    """One schedule's week from ``monday``; NotFound."""
    row = get_schedule(session, schedule_id)
    zone = ZoneInfo(row.zone)
    begins, ends = bounds(monday, zone)
    month = bounds(monday, zone, 28)[1]
    first = min(begins, now) - LOOK_AROUND
    schedule = load(session, [row], first, max(month, now + ahead) + LOOK_AROUND)[row.id]
    around = final_shifts(schedule, begins - LOOK_AROUND, ends + LOOK_AROUND)
    shifts = [each for each in around if each.begins_at < ends and each.ends_at > begins]
    card = _card(session, row, schedule, now, ahead)
    layers = [each for each in list_layers(session, [row.id]) if each.until_at is None]
    turns = list_people_of(session, [each.id for each in layers])
    covers, notes = list_covers(session, row.id, now), list_notes(session, row.id)
    swaps = [swap for swap in list_open_swaps(session, now) if swap.schedule_id == row.id]
    missing = gaps(schedule, begins, ends)
    hours = hours_by_person(final_shifts(schedule, begins, month))
    wanted = {shift.user_id for shift in [*shifts, card.on, card.next] if shift} | set(hours)
    wanted |= {user_id for people in turns.values() for user_id in people} | set(card.silent)
    wanted |= {each.user_id for each in covers} | {each.user_id for each in notes}
    wanted |= _swappers(swaps)
    return Week(
        card=card,
        monday=monday,
        days=days_of(monday, zone, shifts, missing, now),
        shifts=shifts,
        missing=missing,
        hours=hours,
        people=sorted(wanted),
        layers=[(each, turns.get(each.id, [])) for each in reversed(layers)],
        covers=covers,
        calendars=list_calendars(session, row.id),
        notes=notes,
        swaps=swaps,
        names=names_of(session, wanted),
    )


def _card(
    session: Session, row: OnCallSchedule, schedule: Schedule, now: datetime, ahead: timedelta
) -> Card:
    on = who_is_on(schedule, now)
    coming = final_shifts(schedule, now, now + LOOK_AROUND)
    other = (each for each in coming if on is None or each.user_id != on.user_id)
    people = {each.user_id for each in coming}
    return Card(
        row=row,
        on=on,
        next=next(other, None),
        gaps=gaps(schedule, now, now + ahead),
        silent=sorted(people - list_verified(session, people).keys()),
    )


def _swappers(swaps: Sequence[OnCallSwap]) -> set[int]:
    return {person for swap in swaps for person in (swap.asked_by, swap.asked_of) if person}


def names_of(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """What people are called; a closed account says so."""
    return {
        user_id: person.display_name if person.active else f"{person.display_name} (closed)"
        for user_id, person in list_people(session, user_ids).items()
    }
