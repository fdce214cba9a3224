"""Writing down contacts and addresses; audit rows hold ids and what kind of thing changed, never
names, numbers or the words of a court order.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.accounts.queries import names_by_actor
from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from sis.contacts.models import PersonAddress, StudentContact
from sis.contacts.queries import (
    find_open_address,
    get_contact_for,
    list_rows,
)
from sis.contacts.rules import (
    ADDRESS_KINDS,
    Address,
    ContactDetails,
    address_problems,
    contact_problems,
)
from sis.enrollment.queries import get_student_for, lock_student
from sis.people.models import Person

OWN_SOURCE = "bellwether"
_OF_PERSON = ("given_name", "family_name", "phone", "email", "home_language")
_OF_ROW = ("relationship", "is_guardian", "lives_with", "may_pick_up", "court_order_note")


def add_contact(
    session: Session,
    *,
    student_id: int,
    details: ContactDetails,
    by: Actor,
    now: datetime,
    person_id: int | None = None,
) -> StudentContact:
    """Add a contact; with ``person_id`` somebody who is a contact of a sibling already, whose own
    name, numbers and language are left as they are.

    Raises NotFound (student outside the actor's scope, unknown person), Invalid with every
    problem, and Conflict (a contact of this student already).
    """
    get_student_for(session, by, student_id)
    lock_student(session, student_id)
    rows = list_rows(session, student_id)
    if person_id is None:
        _refuse(contact_problems(details), "The contact was not saved; see the marked fields.")
        person = _new_person(session, details, now)
    else:
        person = lock_student(session, person_id)
        _refuse_known(rows, person_id)
    row = StudentContact(
        student_id=student_id,
        contact_id=person.id,
        relationship=details.relationship,
        position=len(rows) + 1,
        is_guardian=details.is_guardian,
        lives_with=details.lives_with,
        may_pick_up=details.may_pick_up,
        court_order_note=details.court_order_note.strip() or None,
        modified_at=now,
        modified_by=by.id,
    )
    session.add(row)
    session.flush()
    _put_at([*rows, row], row, details.position)
    _record(session, "contact.add", row, list(_OF_ROW), by=by, now=now)
    return row


def change_contact(
    session: Session,
    *,
    contact_id: int,
    details: ContactDetails,
    by: Actor,
    now: datetime,
    seen: datetime | None = None,
) -> StudentContact:
    """Change a contact; the name, numbers and language change for the siblings too.

    ``seen`` is its ``modified_at`` on the page. Raises NotFound, Invalid and Conflict (changed
    meanwhile).
    """
    row, person = get_contact_for(session, by, contact_id)
    lock_student(session, row.student_id)
    session.refresh(row)
    _refuse_stale(session, row, seen)
    _refuse(contact_problems(details), "The contact was not saved; see the marked fields.")
    wanted = _person_values(details)
    changed = [name for name in _OF_PERSON if getattr(person, name) != wanted[name]]
    if changed:
        for name in changed:
            setattr(person, name, wanted[name])
        person.modified_at = now
    values = {name: getattr(details, name) for name in _OF_ROW}
    values["court_order_note"] = details.court_order_note.strip() or None
    changed += [name for name in _OF_ROW if getattr(row, name) != values[name]]
    for name, value in values.items():
        setattr(row, name, value)
    row.modified_at, row.modified_by = now, by.id
    _put_at(list_rows(session, row.student_id), row, details.position)
    _record(session, "contact.change", row, changed, by=by, now=now)
    return row


def end_contact(
    session: Session,
    *,
    contact_id: int,
    by: Actor,
    now: datetime,
    seen: datetime | None = None,
) -> StudentContact:
    """No longer a contact of this student; the row stays. NotFound, Conflict (changed)."""
    row, _ = get_contact_for(session, by, contact_id)
    lock_student(session, row.student_id)
    session.refresh(row)
    _refuse_stale(session, row, seen)
    row.status, row.modified_at, row.modified_by = "ended", now, by.id
    session.flush()
    _number(list_rows(session, row.student_id))
    _record(session, "contact.end", row, ["status"], by=by, now=now)
    return row


def set_address(
    session: Session,
    *,
    student_id: int,
    address: Address,
    begins_on: date,
    by: Actor,
    now: datetime,
    kind: str = "home",
    seen_id: int | None = None,
) -> PersonAddress:
    """The student lives there from ``begins_on``; the address before ends that day.

    ``seen_id`` is the row that the page showed as the present one (0 for none). Raises NotFound,
    Invalid with every problem, and Conflict (changed meanwhile).
    """
    get_student_for(session, by, student_id)
    lock_student(session, student_id)
    present = find_open_address(session, student_id, kind)
    if seen_id is not None and seen_id != (present.id if present else 0):
        raise Conflict(
            "The address was changed meanwhile. Look at it again.", code="changed_meanwhile"
        )
    problems = _address_problems(address, kind, begins_on, present)
    _refuse(problems, "The address was not saved; see the marked fields.")
    if present is not None:
        present.ends_on, present.modified_at, present.modified_by = begins_on, now, by.id
        session.flush()
    row = _new_address(student_id, kind, address, begins_on, by, now)
    session.add(row)
    session.flush()
    record(
        session,
        by=by,
        action="address.set",
        subject=("person", student_id),
        before={"address_id": present.id} if present else None,
        after={"address_id": row.id, "kind": kind, "begins_on": begins_on},
        now=now,
    )
    return row


def _address_problems(
    address: Address, kind: str, begins_on: date, present: PersonAddress | None
) -> dict[str, str]:
    problems = address_problems(address)
    if kind not in ADDRESS_KINDS:
        problems["kind"] = f"Use one of {', '.join(ADDRESS_KINDS)}."
    if present is not None and begins_on < present.begins_on:
        problems["begins_on"] = f"Not before {present.begins_on}, when the present one began."
    if present is not None and present.match_key == address.key:
        problems.setdefault("street", "This is the present address.")
    return problems


def _new_address(
    student_id: int, kind: str, address: Address, begins_on: date, by: Actor, now: datetime
) -> PersonAddress:
    return PersonAddress(
        person_id=student_id,
        kind=kind,
        street=address.street.strip(),
        unit=address.unit.strip() or None,
        city=address.city.strip(),
        state=address.state.upper(),
        postal_code=address.postal_code,
        match_key=address.key,
        begins_on=begins_on,
        modified_at=now,
        modified_by=by.id,
    )


def _refuse(problems: dict[str, str], sentence: str) -> None:
    if problems:
        raise Invalid(sentence, fields=problems)


def _refuse_known(rows: Sequence[StudentContact], person_id: int) -> None:
    if any(row.contact_id == person_id for row in rows):
        raise Conflict("This person is a contact of the student already.", code="known_contact")


def _refuse_stale(session: Session, row: StudentContact, seen: datetime | None) -> None:
    if row.status != "active" or (seen is not None and row.modified_at != seen):
        who = names_by_actor(session, [row.modified_by]).get(row.modified_by, "Another office")
        raise Conflict(
            f"{who} changed this contact meanwhile. Look at it again, then decide.",
            code="changed_meanwhile",
        )


def _person_values(details: ContactDetails) -> dict[str, str | None]:
    return {
        "given_name": details.given_name.strip(),
        "family_name": details.family_name.strip(),
        "phone": details.phone.strip() or None,
        "email": details.email.strip() or None,
        "home_language": details.language or None,
    }


def _new_person(session: Session, details: ContactDetails, now: datetime) -> Person:
    person = Person(
        sourced_id=str(uuid4()), source=OWN_SOURCE, modified_at=now, **_person_values(details)
    )
    session.add(person)
    session.flush()
    return person


def _put_at(rows: Sequence[StudentContact], row: StudentContact, position: int) -> None:
    """Move the row to its place in the order, and number all again from 1."""
    others = [one for one in rows if one.id != row.id]
    place = max(0, min(position - 1, len(others)))
    _number([*others[:place], row, *others[place:]])


def _number(rows: Sequence[StudentContact]) -> None:
    for position, row in enumerate(rows, 1):
        row.position = position


def _record(
    session: Session,
    action: str,
    row: StudentContact,
    changed: list[str],
    *,
    by: Actor,
    now: datetime,
) -> None:
    after = {
        "student_id": row.student_id,
        "contact_id": row.contact_id,
        "relationship": row.relationship,
        "may_pick_up": row.may_pick_up,
        "changed": changed,
    }
    subject = ("student_contact", row.id)
    record(session, by=by, action=action, subject=subject, after=after, now=now)
