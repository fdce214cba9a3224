"""iCalendars whose events are overrides: read from an address now and then, or from a file."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import delete
from sqlalchemy.orm import Session

from alerts.oncall.ics import LARGEST_FILE, Stretch, people_of, read
from alerts.oncall.models import OnCallCalendar, OnCallCover
from alerts.oncall.queries import (
    get_calendar,
    get_schedule,
    list_calendars,
    list_stale_calendars,
    lock_schedule,
)
from core.audit.actions import record
from core.auth.accounts.queries import list_active_people
from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from core.runtime import Runtime

AHEAD = timedelta(days=120)
BEHIND = timedelta(days=1)
_SECONDS = 15.0


def add_calendar(
    session: Session,
    schedule_id: int,
    *,
    name: str,
    url: str = "",
    data: bytes | None = None,
    by: Actor,
    now: datetime,
    real_now: datetime,
) -> OnCallCalendar:
    """A calendar of overrides, from the file ``data`` at once or from ``url`` by and by.

    Adding a file under a known name replaces what it said. Raises Invalid (neither or both, no
    iCalendar file) and Conflict (the name belongs to an address).
    """
    row = lock_schedule(session, schedule_id)
    url, name = url.strip(), name.strip()[:80]
    if not name or bool(url) == bool(data):
        message = "Give a name, and either an address or a file."
        raise Invalid(message, fields={"name" if not name else "url": message})
    if url and not url.startswith(("https://", "http://")):
        message = "The address begins with https://."
        raise Invalid(message, fields={"url": message})
    found = next((each for each in list_calendars(session, row.id) if each.name == name), None)
    if found is not None and (url or found.url):
        raise Conflict(f"There is a calendar {name} already; remove it first.", code="name_taken")
    if found is None:
        found = OnCallCalendar(schedule_id=row.id, name=name, url=url, problem="")
        session.add(found)
        session.flush()
    if data:
        try:
            take(session, found, data, now=now, real_now=real_now)
        except ValueError as error:
            message = f"{str(error)[0].upper()}{str(error)[1:]}."
            raise Invalid(message, fields={"file": message}) from error
    subject, after = ("oncall_schedule", row.id), {"calendar": found.id}
    record(session, by=by, action="oncall.calendar", subject=subject, after=after, now=now)
    return found


def remove_calendar(
    session: Session, schedule_id: int, calendar_id: int, *, by: Actor, now: datetime
) -> None:
    """Without this calendar and its overrides."""
    lock_schedule(session, schedule_id)
    found = get_calendar(session, schedule_id, calendar_id)
    session.execute(delete(OnCallCover).where(OnCallCover.calendar_id == found.id))
    session.delete(found)
    session.flush()
    subject, before = ("oncall_schedule", schedule_id), {"calendar": calendar_id}
    record(session, by=by, action="oncall.uncalendar", subject=subject, before=before, now=now)


def take(
    session: Session, found: OnCallCalendar, data: bytes, *, now: datetime, real_now: datetime
) -> int:
    """Make the calendar's events the overrides that it stands for; how many.

    From a day ago to four months ahead. Events whose SUMMARY is neither a username nor a name of an
    open account are left out, and named in ``problem``. ValueError when it is no iCalendar file.
    """
    schedule = get_schedule(session, found.schedule_id)
    stretches = read(data, ZoneInfo(schedule.zone), now - BEHIND, now + AHEAD)
    names: dict[str, int] = {}
    for person in list_active_people(session):
        names |= {person.display_name.lower(): person.id, person.username: person.id}
    people = people_of([stretch.who for stretch in stretches], names)
    session.execute(
        delete(OnCallCover).where(
            OnCallCover.calendar_id == found.id, OnCallCover.ends_at > now - BEHIND
        )
    )
    known = [stretch for stretch in stretches if people[stretch.who] is not None]
    session.add_all(_cover(found, stretch, people[stretch.who], now) for stretch in known)
    unknown = sorted({stretch.who or "(no summary)" for stretch in stretches} - _known(people))
    found.read_at = real_now
    found.problem = f"Nobody is called {', '.join(unknown[:10])}." if unknown else ""
    session.flush()
    return len(known)


def _known(people: dict[str, int | None]) -> set[str]:
    return {who for who, user_id in people.items() if user_id is not None}


def _cover(
    found: OnCallCalendar, stretch: Stretch, user_id: int | None, now: datetime
) -> OnCallCover:
    return OnCallCover(
        schedule_id=found.schedule_id,
        user_id=user_id,
        begins_at=stretch.begins_at,
        ends_at=stretch.ends_at,
        origin="calendar",
        calendar_id=found.id,
        note=found.name,
        made_by=found.name,
        made_at=now,
    )


def read_stale(runtime: Runtime, *, every: timedelta, now: datetime, real_now: datetime) -> int:
    """Read the calendars with an address that were not read for ``every``; how many.

    One that cannot be read keeps its overrides, and ``problem`` says why. The network is asked
    outside of any transaction.
    """
    with runtime.database.read() as session:
        due: Sequence[OnCallCalendar] = list_stale_calendars(session, real_now - every)
        asked = [(each.id, each.schedule_id, each.url) for each in due]
    for calendar_id, schedule_id, url in asked:
        data, problem = fetch(url)
        with runtime.database.write() as session:
            lock_schedule(session, schedule_id)
            found = session.get(OnCallCalendar, calendar_id)
            if found is not None:
                _settle(session, found, data, problem, now, real_now)
    return len(asked)


def _settle(
    session: Session,
    found: OnCallCalendar,
    data: bytes,
    problem: str,
    now: datetime,
    real_now: datetime,
) -> None:
    if not problem:
        try:
            take(session, found, data, now=now, real_now=real_now)
            return
        except ValueError as error:
            problem = str(error)
    found.problem, found.read_at = f"Not read: {problem}"[:500], real_now


def fetch(url: str) -> tuple[bytes, str]:
    """The file at ``url``, and why it could not be had."""
    try:
        with httpx.stream("GET", url, timeout=_SECONDS, follow_redirects=True) as answer:
            if answer.status_code != httpx.codes.OK:
                return b"", f"the address answered {answer.status_code}"
            data = b""
            for part in answer.iter_bytes():
                data += part
                if len(data) > LARGEST_FILE:
                    return b"", "the file is larger than 2 MB"
            return data, ""
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return b"", f"the address cannot be reached ({type(error).__name__})"
