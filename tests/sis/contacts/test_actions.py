"""Contacts, addresses by date, and brothers and sisters."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotFound
from sis.contacts.actions import add_contact, change_contact, end_contact, set_address
from sis.contacts.families import (
    find_at_address,
    find_siblings,
    list_family_contacts,
    track_of_family,
)
from sis.contacts.models import PersonAddress
from sis.contacts.queries import list_addresses, list_contacts
from sis.contacts.rules import Address, ContactDetails
from sis.people.queries import get_person
from tests.sis.school import MONDAY, NOW, Town

ROSA = ContactDetails(
    "Rosa",
    "Field",
    "mother",
    phone="213 555 0100",
    language="es",
    is_guardian=True,
    may_pick_up=True,
    court_order_note="No contact with N. N.",
)
HOME = Address("12 Main St", "Los Angeles", "CA", "90011")
CLERK = Actor(
    "user",
    "user:1",
    "Clerk",
    "school_staff",
    frozenset({"students.read", "students.enroll"}),
    frozenset({"S-1"}),
)
READER = replace(CLERK, permissions=frozenset({"students.read"}))


def _add(session: Session, student: int, details: ContactDetails = ROSA, position: int = 1) -> int:
    wanted = replace(details, position=position)
    return add_contact(session, student_id=student, details=wanted, by=SYSTEM, now=NOW).id


def _move(
    session: Session, student: int, on: date, address: Address = HOME, seen: int | None = None
) -> PersonAddress:
    return set_address(
        session,
        student_id=student,
        address=address,
        begins_on=on,
        seen_id=seen,
        by=CLERK,
        now=NOW,
    )


def test_contacts_keep_their_order_and_the_court_order_is_for_few(session: Session) -> None:
    town = Town(session)
    student = town.student("P-1", town.school("S-1"))
    _add(session, student)
    second = _add(session, student, replace(ROSA, given_name="Luis", relationship="father"))
    _add(session, student, replace(ROSA, given_name="Eva", court_order_note=""), position=9)
    cards = list_contacts(session, CLERK, student)
    assert [(one.given_name, one.position) for one in cards] == [
        ("Luis", 1),
        ("Rosa", 2),
        ("Eva", 3),
    ]
    assert cards[0].court_order_note == "No contact with N. N."
    for_readers = list_contacts(session, READER, student)[0]
    assert (for_readers.has_court_order, for_readers.court_order_note) == (True, None)
    end_contact(session, contact_id=second, by=CLERK, now=NOW)
    assert [one.position for one in list_contacts(session, CLERK, student)] == [1, 2]
    with pytest.raises(NotFound):
        end_contact(session, contact_id=second, by=CLERK, now=NOW)


def test_a_change_is_refused_when_somebody_was_faster(session: Session) -> None:
    town = Town(session)
    student = town.student("P-1", town.school("S-1"))
    contact, later = _add(session, student), NOW + timedelta(minutes=1)
    changed = replace(ROSA, phone="213 555 0199", relationship="guardian")
    change_contact(session, contact_id=contact, details=changed, seen=NOW, by=CLERK, now=later)
    card = list_contacts(session, CLERK, student)[0]
    assert (card.phone, card.relationship) == ("213 555 0199", "guardian")
    with pytest.raises(Conflict, match="changed this contact meanwhile"):
        change_contact(session, contact_id=contact, details=ROSA, seen=NOW, by=CLERK, now=later)


def test_the_audit_holds_what_kind_of_thing_changed_and_no_words(session: Session) -> None:
    town = Town(session)
    student = town.student("P-1", town.school("S-1"))
    contact = _add(session, student)
    changed = replace(ROSA, phone="213 555 0199")
    change_contact(session, contact_id=contact, details=changed, by=CLERK, now=NOW)
    _move(session, student, MONDAY)
    rows = [str(row) for row in session.scalars(select(AuditEntry.after))]
    assert any("'changed': ['phone']" in row for row in rows)
    assert not any(word in row for row in rows for word in ("Rosa", "555", "N. N.", "Main"))


def test_refusals_of_contacts(session: Session) -> None:
    town = Town(session)
    student = town.student("P-1", town.school("S-1"))
    elsewhere = town.student("P-2", town.school("S-2"))
    with pytest.raises(Invalid) as caught:
        _add(session, student, replace(ROSA, given_name="", phone="?"))
    assert set(caught.value.fields) == {"given_name", "phone"}
    with pytest.raises(NotFound):
        add_contact(session, student_id=elsewhere, details=ROSA, by=CLERK, now=NOW)
    _add(session, student)
    person = list_contacts(session, CLERK, student)[0].person_id
    with pytest.raises(Conflict, match="a contact of the student already"):
        add_contact(session, student_id=student, details=ROSA, person_id=person, by=CLERK, now=NOW)


def test_a_move_closes_one_address_and_opens_another(session: Session) -> None:
    town = Town(session)
    student = town.student("P-1", town.school("S-1"))
    first = _move(session, student, MONDAY, seen=0)
    later = MONDAY + timedelta(days=30)
    with pytest.raises(Conflict, match="changed meanwhile"):
        _move(session, student, later, replace(HOME, street="9 Oak Ave"), seen=0)
    _move(session, student, later, replace(HOME, street="9 Oak Ave"), seen=first.id)
    assert [
        (one.street, one.begins_on, one.ends_on) for one in list_addresses(session, student)
    ] == [
        ("9 Oak Ave", later, None),
        ("12 Main St", MONDAY, later),
    ]
    with pytest.raises(Invalid) as caught:
        _move(session, student, MONDAY, Address("9 oak avenue", "", "CA", "90011"))
    assert set(caught.value.fields) == {"begins_on", "city", "street"}


def test_siblings_share_a_guardian_or_a_home(session: Session) -> None:
    town = Town(session)
    first, second = town.school("S-1"), town.school("S-2")
    for track in ("A", "B"):
        town.calendar(first, {}, track)
    ana, ben, eva, left = (
        town.student(name, school, MONDAY)
        for name, school in (("P-1", first), ("P-2", first), ("P-3", second), ("P-4", second))
    )
    _add(session, ana)
    rosa = list_contacts(session, CLERK, ana)[0]
    shared = replace(ROSA, position=1)
    add_contact(
        session, student_id=ben, details=shared, person_id=rosa.person_id, by=SYSTEM, now=NOW
    )
    for student in (ana, eva):
        set_address(session, student_id=student, address=HOME, begins_on=MONDAY, by=SYSTEM, now=NOW)
    found = find_siblings(session, ana, by=CLERK, now=NOW, on=MONDAY)
    assert [(one.person_id, one.why, one.is_own) for one in found] == [
        (ben, "same guardian", True),
        (eva, "same home address", False),
    ]
    disclosed = select(AuditEntry.subject_id).where(AuditEntry.action == "student.disclose")
    assert list(session.scalars(disclosed)) == [str(eva)]
    assert find_siblings(session, left, by=CLERK, now=NOW, on=MONDAY) == []
    at_home = find_at_address(session, HOME.key, by=SYSTEM, now=NOW, on=MONDAY)
    assert [one.person_id for one in at_home] == [ana, eva]


def test_a_contact_of_the_family_is_offered_once(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    ana, ben = town.student("P-1", school), town.student("P-2", school)
    _add(session, ana)
    for student in (ana, ben):
        _move(session, student, MONDAY)
    offered = list_family_contacts(session, ben, by=CLERK, on=MONDAY)
    assert [one.given_name for one in offered] == ["Rosa"]
    person = offered[0].person_id
    add_contact(session, student_id=ben, details=ROSA, person_id=person, by=CLERK, now=NOW)
    assert list_family_contacts(session, ben, by=CLERK, on=MONDAY) == []
    assert get_person(session, person).home_language == "es"


def test_the_family_suggests_the_track_at_the_same_school_alone(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    ana = town.student("P-1", school)
    _move(session, ana, MONDAY)
    found = find_at_address(session, HOME.key, by=SYSTEM, now=NOW, on=MONDAY)
    on_b = [
        replace(one, enrollments=tuple(replace(e, track="B") for e in one.enrollments))
        for one in found
    ]
    assert track_of_family(on_b, school) == "B"
    assert track_of_family(on_b, school + 1) is None
