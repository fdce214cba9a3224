"""What one shift leaves to the next, and the secret addresses of calendars."""

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.contacts.people import person_of
from alerts.oncall.models import OnCallFeed, OnCallNote
from alerts.oncall.queries import find_feed_of, get_schedule
from core.audit.actions import record
from core.auth.actor import Actor
from core.auth.secrets import digest, new_secret
from core.errors import Invalid

LONGEST_BODY = 4000


def leave_note(
    session: Session, schedule_id: int, body: str, *, by: Actor, now: datetime
) -> OnCallNote:
    """Leave a handover note, shown to whoever is on call in this schedule from now on."""
    row = get_schedule(session, schedule_id)
    text = body.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST_BODY:
        message = f"Write 1 to {LONGEST_BODY:,} characters."
        raise Invalid(message, fields={"body": message})
    found = OnCallNote(schedule_id=row.id, user_id=person_of(by), body=text, written_at=now)
    session.add(found)
    session.flush()
    subject = ("oncall_schedule", row.id)
    record(session, by=by, action="oncall.note", subject=subject, after={"note": found.id}, now=now)
    return found


def make_feed(session: Session, schedule_id: int | None, *, by: Actor, now: datetime) -> str:
    """A new secret for one's calendar of a schedule, or of one's own shifts; the old one is void.

    The secret is shown once: only its digest is kept.
    """
    if schedule_id is not None:
        get_schedule(session, schedule_id)
    secret, owner = new_secret(), person_of(by)
    found = find_feed_of(session, owner, schedule_id)
    if found is None:
        found = OnCallFeed(user_id=owner, schedule_id=schedule_id, digest="", made_at=now)
        session.add(found)
    found.digest, found.made_at = digest(secret), now
    session.flush()
    subject = ("oncall_feed", found.id)
    after = {"schedule": schedule_id}
    record(session, by=by, action="oncall.feed", subject=subject, after=after, now=now)
    return secret
