"""Brothers and sisters: students who share a guardian or a home."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from sis.contacts.queries import (
    ContactCard,
    find_open_address,
    list_at_address,
    list_contacts,
    list_with_same_guardian,
)
from sis.contacts.rules import suggested_track
from sis.enrollment.queries import get_student_for
from sis.enrollment.search_queries import FoundStudent, describe, list_people_by_id
from sis.enrollment.searching import disclose
from sis.organizations.queries import school_ids_for

SAME_GUARDIAN, SAME_HOME = "same guardian", "same home address"


def find_siblings(
    session: Session, student_id: int, *, by: Actor, now: datetime, on: date
) -> list[FoundStudent]:
    """The enrolled students of the same family, with the reason; those of other schools who are
    shown are noted in the audit.
    """
    return _shown(session, _family(session, student_id, on), by=by, now=now, on=on)


def list_family_contacts(
    session: Session, student_id: int, *, by: Actor, on: date
) -> list[ContactCard]:
    """Contacts of brothers and sisters at the actor's schools who are not this student's yet."""
    get_student_for(session, by, student_id)
    why = _family(session, student_id, on)
    people = [(one, "") for one in list_people_by_id(session, list(why)).values()]
    known = {one.person_id for one in list_contacts(session, by, student_id)}
    found: dict[int, ContactCard] = {}
    for sibling in describe(session, school_ids_for(session, by), people, on):
        for card in list_contacts(session, by, sibling.person_id) if sibling.is_own else ():
            if card.person_id not in known:
                found.setdefault(card.person_id, card)
    return list(found.values())


def find_at_address(
    session: Session, key: str, *, by: Actor, now: datetime, on: date
) -> list[FoundStudent]:
    """The enrolled students who live at that address, before a newcomer is there."""
    why = dict.fromkeys(list_at_address(session, key, on), SAME_HOME)
    return _shown(session, why, by=by, now=now, on=on)


def track_of_family(siblings: Iterable[FoundStudent], school_id: int) -> str | None:
    """The track that a newcomer at a multi-track school should get; None when nothing says."""
    return suggested_track(
        one.track
        for sibling in siblings
        for one in sibling.enrollments
        if one.school_id == school_id
    )


def _family(session: Session, student_id: int, on: date) -> dict[int, str]:
    """Person ids of the others, and why."""
    why = dict.fromkeys(list_with_same_guardian(session, student_id), SAME_GUARDIAN)
    home = find_open_address(session, student_id, "home")
    if home is not None:
        for other in list_at_address(session, home.match_key, on):
            why.setdefault(other, SAME_HOME)
    why.pop(student_id, None)
    return why


def _shown(
    session: Session, why: dict[int, str], *, by: Actor, now: datetime, on: date
) -> list[FoundStudent]:
    known = list_people_by_id(session, list(why))
    people = [(known[one], why[one]) for one in sorted(why) if one in known]
    found = describe(session, school_ids_for(session, by), people, on)
    students = [one for one in found if one.enrollments]
    disclose(session, students, through="siblings", by=by, now=now)
    return students
