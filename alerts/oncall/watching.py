"""Looking at the schedules by the clock: gaps ahead, and shifts that begin."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from alerts.contacts.actions import say
from alerts.contacts.queries import list_rules_of, list_verified
from alerts.contacts.rules import pages_for
from alerts.delivery import enqueue_personal
from alerts.oncall.models import OnCallSchedule, OnCallWatch
from alerts.oncall.queries import list_all_schedules, list_notes, list_watches, load
from alerts.oncall.rules.shifts import LOOK_AROUND, Shift, gaps, who_is_on
from alerts.oncall.rules.time_of_week import Span
from alerts.rules import AlertChange, Severity, Status
from core.auth.accounts.queries import list_people

NOTE_AGE = timedelta(days=14)


def local_time(at: datetime, zone: ZoneInfo) -> str:
    """``Mon 12 Jan 08:00`` on the schedule's clocks."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def gap_changes(session: Session, now: datetime, ahead: timedelta) -> list[AlertChange]:
    """What is to be raised or resolved about hours that have nobody, of every schedule.

    ``OnCallNobody`` (critical) while it is so now, ``OnCallGap`` (warning) when it will be.
    """
    rows = list_all_schedules(session)
    in_use = [row for row in rows if row.retired_at is None]
    schedules = load(session, in_use, now, now + ahead)
    changes = []
    for row in rows:
        found = gaps(schedules[row.id], now, now + ahead) if row.id in schedules else []
        current = [gap for gap in found if gap[0] <= now]
        changes.append(_change("OnCallNobody", Severity.CRITICAL, row, current, now))
        changes.append(_change("OnCallGap", Severity.WARNING, row, found[len(current) :], now))
    return changes


def _change(
    alertname: str, severity: Severity, row: OnCallSchedule, found: Sequence[Span], now: datetime
) -> AlertChange:
    zone = ZoneInfo(row.zone)
    summary = f"Somebody is on call in {row.name}"
    if found:
        begins, ends = local_time(found[0][0], zone), local_time(found[0][1], zone)
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        summary = f"Nobody is on call in {row.name} from {begins} to {ends}{more}"
    return AlertChange(
        labels={
            "alertname": alertname,
            "service": "bellwether",
            "severity": severity.value,
            "schedule": row.name,
        },
        annotations={"summary": summary, "path": f"/on-call/{row.id}"},
        status=Status.FIRING if found else Status.RESOLVED,
        at=now,
    )


def tell_handoffs(session: Session, *, now: datetime, real_now: datetime) -> int:
    """Tell the people whose shifts have begun since the last look; how many shifts."""
    rows = [row for row in list_all_schedules(session) if row.retired_at is None]
    schedules = load(session, rows, now - LOOK_AROUND, now + LOOK_AROUND)
    watches, begun = list_watches(session), 0
    for row in rows:
        shift = who_is_on(schedules[row.id], now)
        person = shift.user_id if shift else None
        watch = watches.get(row.id)
        if watch is None:
            session.add(OnCallWatch(schedule_id=row.id, user_id=person, since=now))
        elif watch.user_id != person:
            watch.user_id, watch.since = person, now
            if shift is not None:
                _tell(session, row, shift, now, real_now)
                begun += 1
    return begun


def _tell(
    session: Session, row: OnCallSchedule, shift: Shift, now: datetime, real_now: datetime
) -> None:
    person = shift.user_id
    addresses = list_verified(session, [person]).get(person, [])
    rules = list_rules_of(session, [person]).get(person, [])
    until = local_time(shift.ends_at, ZoneInfo(row.zone))
    sentence = f"You are on call in {row.name} until {until}"
    notes = list_notes(session, row.id, 1)
    if notes and notes[0].user_id != person and now - notes[0].written_at < NOTE_AGE:
        author = list_people(session, [notes[0].user_id])[notes[0].user_id]
        sentence = f"{sentence}. {author.display_name} leaves a note: {notes[0].body[:300]}"
    news = say(sentence, "OnCallBegins", now, f"/on-call/{row.id}")
    for page in pages_for(Severity.INFO, addresses, rules):
        if not page.after:
            enqueue_personal(
                session,
                method=page.to.method,
                address=page.to.address,
                notification=news,
                key=f"on-call:{row.id}:{page.to.contact_id}:{now.isoformat()}",
                now=real_now,
            )
