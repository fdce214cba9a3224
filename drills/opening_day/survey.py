"""The district as the day begins, through the public queries."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from core.runtime import Runtime
from drills.opening_day.planned import Morning, SchoolMorning, Waiting
from sis.calendars.queries import school_days, zones
from sis.enrollment.queries import count_active
from sis.organizations.queries import list_schools
from sis.scheduling.completeness import refresh, rules_of
from sis.scheduling.queries import list_incomplete
from sis.settings import SisSettings

_MOST = 10_000


def local_day(runtime: Runtime) -> date:
    """Today in the district."""
    zone = ZoneInfo(runtime.settings.of(SisSettings).time_zone)
    return runtime.clock.now().astimezone(zone).date()


def _waiting(session: Session, school_id: int, tracks: tuple[str, ...]) -> tuple[Waiting, ...]:
    found = list_incomplete(session, school_id, _MOST)
    return tuple(
        Waiting(one.person_id, one.grade, one.track, one.required_periods)
        for one in sorted(found, key=lambda one: one.sourced_id)
        if one.track in tracks
    )


def survey(session: Session, runtime: Runtime, day: date) -> Morning:
    """Every school that has school on ``day``, and who lacks what there.

    Brings the kept answer of the completeness rule up to date first, so it needs a session that
    may write.
    """
    settings = runtime.settings.of(SisSettings)
    on_dates = dict.fromkeys(zones(session), day)
    refresh(session, on_dates, rules_of(settings), runtime.clock.now())
    in_session: dict[int, list[str]] = {}
    for school_id, track in school_days(session, on_dates):
        in_session.setdefault(school_id, []).append(track)
    students = count_active(session, day)
    schools = [
        SchoolMorning(
            id=card.id,
            sourced_id=card.sourced_id,
            name=card.name,
            level=card.level,
            phone=card.phone,
            students=students.get(card.id, 0),
            tracks=(tracks := tuple(sorted(in_session[card.id]))),
            waiting=_waiting(session, card.id, tracks),
        )
        for card in list_schools(session, SYSTEM)
        if card.id in in_session
    ]
    by_id = tuple(sorted(schools, key=lambda school: school.sourced_id))
    return Morning(day, ZoneInfo(settings.time_zone), by_id)
