"""One school as its page shows it: ten or so small statements, whatever the district's size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from dashboards.charts.unscheduled import Frame, Point
from dashboards.queries import Watch, day_begins_at, limit_applies_at, row_of
from dashboards.rules import SchoolRow
from dashboards.words import clock_time, level_name, sentence
from monitors.queries import Reading, list_history, list_states
from sis.calendars.queries import school_days
from sis.calendars.rules import SchoolDay
from sis.organizations.queries import SchoolCard, get_school_for
from triage.tickets.statistics import SchoolTickets, TicketSummary, list_open_of_school
from triage.tiers.queries import get_explanation

TICKETS_SHOWN = 20


@dataclass(frozen=True)
class TrackDay:
    """What today is for one track of the school, in words."""

    words: str
    in_session: bool


@dataclass(frozen=True)
class TierStory:
    """Why the school is in its tier; ``need_hours`` are staff-hours expected today."""

    tier: int
    need_hours: float
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class SchoolPage:
    """Everything of one school; ``sample_ids`` is empty for a reader who may not see students."""

    card: SchoolCard
    row: SchoolRow
    zone: ZoneInfo
    local_time: str
    sentence: str
    measured_at: datetime | None
    days: tuple[TrackDay, ...]
    tickets: Sequence[TicketSummary]
    tier: TierStory | None
    sample_ids: tuple[str, ...]

    @property
    def level(self) -> str:
        return level_name(self.card.level)


def get_school_page(
    session: Session, reader: Actor, school_id: int, watch: Watch, now: datetime
) -> SchoolPage:
    """The school's page as this reader may see it; NotFound outside of the reader's scope."""
    card = get_school_for(session, reader, school_id)
    zone = ZoneInfo(card.time_zone)
    tickets = list_open_of_school(session, reader, school_id, limit=TICKETS_SHOWN)
    tier = _tier(session, reader, school_id)
    states = list_states(session, {school_id}, probe=watch.probe)
    state = states[0] if states else None
    row = row_of(card, state, _counted(tickets), tier.tier if tier else None)
    days_now = school_days(session, {card.time_zone: now.astimezone(zone).date()})
    days = track_days(card, days_now, now.astimezone(zone).time())
    applies = watch.limit_applies
    return SchoolPage(
        card=card,
        row=row,
        zone=zone,
        local_time=clock_time(now, zone),
        sentence=sentence(row, zone, f"{applies:%H:%M}" if applies else "the start of the day"),
        measured_at=state.checked_at if state else None,
        days=days,
        tickets=tickets,
        tier=tier,
        sample_ids=state.sample_ids if state and may_see_students(reader) else (),
    )


def may_see_students(reader: Actor) -> bool:
    """Ids of students are for those who schedule or enrol them, and for those who help."""
    return any(reader.may(word) for word in ("students.schedule", "tickets.work"))


def school_curve(
    session: Session, reader: Actor, school_id: int, watch: Watch, now: datetime
) -> tuple[list[Point], Frame]:
    """Today's values of one school with its limit; NotFound outside of the reader's scope."""
    card = get_school_for(session, reader, school_id)
    local = replace(watch, zone=ZoneInfo(card.time_zone))
    begin = day_begins_at(local.zone, now)
    readings = list_history(session, watch.probe, school_id, begin, now)
    states = list_states(session, {school_id}, probe=watch.probe)
    limit = states[0].threshold if states else None
    checked_at = states[0].checked_at if states else None
    frame = Frame(local.zone, limit_applies_at(local, now), limit)
    return held_points(readings, begin, checked_at), frame


def held_points(
    readings: Sequence[Reading], begin: datetime, until: datetime | None
) -> list[Point]:
    """A value holds until the next reading: each step gets its two corners.

    The value from before ``begin`` is left out; the newest one reaches to ``until``.
    """
    points: list[Point] = []
    for reading in readings:
        if reading.value is None or reading.at < begin:
            continue
        if points:
            points.append(Point(reading.at, points[-1].count))
        points.append(Point(reading.at, reading.value))
    if points and until is not None and until > points[-1].at:
        points.append(Point(until, points[-1].count))
    return points


def track_days(
    card: SchoolCard, days: Mapping[tuple[int, str], SchoolDay], local: time
) -> tuple[TrackDay, ...]:
    """Today for every track: ``Track B: regular day, 08:00 to 14:40, in session now``."""
    return tuple(_track_day(track, days.get((card.id, track)), local) for track in card.tracks)


def _track_day(track: str, day: SchoolDay | None, local: time) -> TrackDay:
    name = f"Track {track}: " if track else ""
    if day is None:
        words = f"{name}no school today"
        return TrackDay(words[0].upper() + words[1:], in_session=False)
    hours = f"{day.first_bell:%H:%M} to {day.dismissal:%H:%M}"
    words = f"{name}{day.day_type} day, {hours}, {_bell_words(day, local)}"
    return TrackDay(words[0].upper() + words[1:], in_session=True)


def _bell_words(day: SchoolDay, local: time) -> str:
    if local < day.first_bell:
        return "before the first bell"
    return "in session now" if local < day.dismissal else "dismissed"


def _tier(session: Session, reader: Actor, school_id: int) -> TierStory | None:
    try:
        found = get_explanation(session, reader, school_id)
    except NotFound:
        return None
    sentences = found.explanation.get("sentences", [])
    return TierStory(found.tier, found.need_hours, tuple(map(str, sentences)))


def _counted(tickets: Sequence[TicketSummary]) -> SchoolTickets:
    waiting = [ticket.opened_at for ticket in tickets if ticket.first_responded_at is None]
    return SchoolTickets(len(tickets), len(waiting), min(waiting, default=None))
