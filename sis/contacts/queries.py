"""Contacts, addresses, and the students of one family."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from core.auth.actor import Actor
from core.errors import NotFound
from sis.contacts.models import PersonAddress, StudentContact
from sis.enrollment.queries import get_student_for
from sis.people.models import Person

READS_NOTES = "students.enroll"


@dataclass(frozen=True)
class ContactCard:
    """A contact of one student; ``court_order_note`` is None for those who may not read it."""

    id: int
    student_id: int
    person_id: int
    given_name: str
    family_name: str
    relationship: str
    phone: str | None
    email: str | None
    language: str | None
    position: int
    is_guardian: bool
    lives_with: bool
    may_pick_up: bool
    has_court_order: bool
    court_order_note: str | None
    modified_at: datetime
    modified_by: str


def list_contacts(session: Session, by: Actor, student_id: int) -> list[ContactCard]:
    """The student's contacts in the order in which to call; the student's scope is the caller's
    to check.
    """
    statement = (
        select(StudentContact, Person)
        .join(Person, Person.id == StudentContact.contact_id)
        .where(StudentContact.student_id == student_id, StudentContact.status == "active")
        .order_by(StudentContact.position, StudentContact.id)
    )
    return [_card(row, person, by) for row, person in session.execute(statement)]


def get_contact_for(session: Session, by: Actor, contact_id: int) -> tuple[StudentContact, Person]:
    """An active relationship and its contact, of a student in the actor's scope; NotFound."""
    row = session.get(StudentContact, contact_id)
    if row is None or row.status != "active":
        raise NotFound(f"There is no contact {contact_id}.")
    get_student_for(session, by, row.student_id)
    return row, session.get_one(Person, row.contact_id)


def get_contact_card_for(session: Session, by: Actor, contact_id: int) -> ContactCard:
    """The same as others show it; NotFound."""
    row, person = get_contact_for(session, by, contact_id)
    return _card(row, person, by)


def list_rows(session: Session, student_id: int) -> list[StudentContact]:
    """The active relationships of a student in order, for change."""
    statement = (
        select(StudentContact)
        .where(StudentContact.student_id == student_id, StudentContact.status == "active")
        .order_by(StudentContact.position, StudentContact.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def list_addresses(session: Session, person_id: int) -> list[PersonAddress]:
    """Where the person lived and lives, newest first."""
    statement = (
        select(PersonAddress)
        .where(PersonAddress.person_id == person_id)
        .order_by(PersonAddress.begins_on.desc(), PersonAddress.id.desc())
    )
    return list(session.scalars(statement))


def find_open_address(session: Session, person_id: int, kind: str) -> PersonAddress | None:
    """The address of that kind without an end; or None."""
    statement = select(PersonAddress).where(
        PersonAddress.person_id == person_id,
        PersonAddress.kind == kind,
        PersonAddress.ends_on.is_(None),
    )
    return session.scalar(statement.execution_options(populate_existing=True))


def list_at_address(session: Session, key: str, on: date) -> list[int]:
    """Person ids of those who live at the address with this key on the date."""
    statement = (
        select(PersonAddress.person_id)
        .where(
            PersonAddress.match_key == key,
            PersonAddress.kind == "home",
            PersonAddress.begins_on <= on,
            or_(PersonAddress.ends_on.is_(None), PersonAddress.ends_on > on),
        )
        .distinct()
        .order_by(PersonAddress.person_id)
    )
    return list(session.scalars(statement))


def list_with_same_guardian(session: Session, student_id: int) -> list[int]:
    """Person ids of the other students who have a guardian of this student as theirs."""
    mine, theirs = aliased(StudentContact), aliased(StudentContact)
    statement = (
        select(theirs.student_id)
        .join(mine, mine.contact_id == theirs.contact_id)
        .where(
            mine.student_id == student_id,
            theirs.student_id != student_id,
            mine.is_guardian,
            theirs.is_guardian,
            mine.status == "active",
            theirs.status == "active",
        )
        .distinct()
        .order_by(theirs.student_id)
    )
    return list(session.scalars(statement))


def _card(row: StudentContact, person: Person, by: Actor) -> ContactCard:
    return ContactCard(
        id=row.id,
        student_id=row.student_id,
        person_id=person.id,
        given_name=person.given_name,
        family_name=person.family_name,
        relationship=row.relationship,
        phone=person.phone,
        email=person.email,
        language=person.home_language,
        position=row.position,
        is_guardian=row.is_guardian,
        lives_with=row.lives_with,
        may_pick_up=row.may_pick_up,
        has_court_order=row.court_order_note is not None,
        court_order_note=row.court_order_note if by.may(READS_NOTES) else None,
        modified_at=row.modified_at,
        modified_by=row.modified_by,
    )
