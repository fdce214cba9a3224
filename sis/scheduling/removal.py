"""Places of a student who never came: deleted, and brought back when that was a mistake.

Not ``actions``: those end a place and keep its past, here there was none.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import get_section_card, list_sections_of


def delete_places(
    session: Session,
    places: Sequence[SectionEnrollment],
    first_day: date,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Mark the places as deleted; their seats are free again. One that began before ``first_day``
    keeps its past and ends there. Noting the change is the caller's.
    """
    for place in places:
        before = {"status": place.status, "begins_on": place.begins_on, "ends_on": place.ends_on}
        if place.begins_on is None or place.begins_on >= first_day:
            place.status = "tobedeleted"
        else:
            place.ends_on = first_day
        place.modified_at = now
        record(
            session,
            by=by,
            action="section.delete_place",
            subject=("section_enrollment", place.id),
            before=before,
            after={"status": place.status, "ends_on": place.ends_on},
            now=now,
        )
    session.flush()


def refuse_lost_seats(session: Session, places: Sequence[SectionEnrollment], on: date) -> None:
    """Conflict when one of these places, which hold no seat now, cannot be taken again from ``on``
    because its section is full or gone, or the period is taken.
    """
    for place in places:
        section = get_section_card(session, place.section_id, on)
        if section.seats is not None and section.taken >= section.seats:
            raise Conflict(
                f"The seat is gone: {section.title} is full,"
                f" {section.taken} of {section.seats} seats are taken.",
                code="section_full",
            )
        for other in list_sections_of(session, place.person_id, on):
            clash = sorted(set(other.periods) & set(section.periods))
            if clash and other.school_id == section.school_id:
                raise Conflict(
                    f"Period {clash[0]} is taken by {other.title} now.", code="period_clash"
                )
