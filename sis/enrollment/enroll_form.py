"""The enrol form: what is typed in a few steps, and what it asks of the records."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Invalid
from sis.contacts.actions import add_contact, set_address
from sis.contacts.rules import Address, ContactDetails, address_problems, contact_problems
from sis.enrollment.actions import enroll_student
from sis.enrollment.checks import Problems, today_at
from sis.enrollment.forms import Form
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.newcomers import NewStudent, check_newcomer
from sis.enrollment.rules.codes import split_value
from sis.enrollment.rules.policy import EnrollmentPolicy
from sis.organizations.queries import SchoolCard

STUDENT = ("given_name", "middle_name", "family_name", "birth_date", "ssid", "local_id", "language")
PLACE = ("school", "grade", "track", "begins_on", "entry_code", "concurrent")
HOME = ("street", "unit", "city", "state", "postal_code")
GUARDIAN = (
    "contact_given_name",
    "contact_family_name",
    "relationship",
    "phone",
    "email",
    "contact_language",
)
FIELDS = ("person", *STUDENT, *PLACE, *HOME, *GUARDIAN, "despite")
GRADES = ("TK", "KG", *(f"{grade:02}" for grade in range(1, 13)), "UG")
_OF_CONTACT = {
    "given_name": "contact_given_name",
    "family_name": "contact_family_name",
    "language": "contact_language",
}


@dataclass(frozen=True)
class Enrolling:
    """A form that has been read; ``student`` is a person's id for a known one."""

    student: NewStudent | int
    school: SchoolCard
    grade: str
    track: str
    begins_on: date
    entry: tuple[str, str]
    is_primary: bool
    address: Address | None
    contact: ContactDetails | None
    despite: str


def read_enrolling(
    form: Form, schools: list[SchoolCard], policy: EnrollmentPolicy, now: datetime
) -> Enrolling:
    """Everything on the form; raises Invalid, with ``form.errors`` telling all that is wrong."""
    school = form.school("school", schools)
    begins_on = form.day("begins_on")
    grade = form.text("grade")
    if grade not in GRADES:
        form.errors["grade"] = "Choose the grade."
    person = form.number("person")
    born = form.day("birth_date") if person is None else None
    student = _student(form, born)
    if school is not None:
        problems = Problems(policy, today_at(school, now), form.errors)
        _check(form, problems, student if person is None else None, school, begins_on)
    address, contact = _address(form), _contact(form)
    if form.errors or school is None or begins_on is None:
        raise Invalid("Some fields need another look.", fields=form.errors)
    return Enrolling(
        student=student if person is None else person,
        school=school,
        grade=grade,
        track=form.text("track"),
        begins_on=begins_on,
        entry=split_value(form.text("entry_code")),
        is_primary=not form.flag("concurrent"),
        address=address,
        contact=contact,
        despite=form.text("despite"),
    )


def save_enrolling(
    session: Session, wanted: Enrolling, *, policy: EnrollmentPolicy, by: Actor, now: datetime
) -> SchoolEnrollment:
    """Enrol, and write down the home and the first contact: all in one unit of work."""
    enrollment = enroll_student(
        session,
        school_id=wanted.school.id,
        student=wanted.student,
        grade=wanted.grade,
        begins_on=wanted.begins_on,
        track=wanted.track,
        entry_code=wanted.entry[0],
        entry_reason=wanted.entry[1],
        is_primary=wanted.is_primary,
        despite=wanted.despite,
        policy=policy,
        by=by,
        now=now,
    )
    person_id = enrollment.person_id
    if wanted.address is not None:
        set_address(
            session,
            student_id=person_id,
            address=wanted.address,
            begins_on=wanted.begins_on,
            by=by,
            now=now,
        )
    if wanted.contact is not None:
        add_contact(session, student_id=person_id, details=wanted.contact, by=by, now=now)
    return enrollment


def _check(
    form: Form,
    problems: Problems,
    newcomer: NewStudent | None,
    school: SchoolCard,
    begins_on: date | None,
) -> None:
    problems.of_track(school, form.text("track"))
    if newcomer is not None:
        check_newcomer(newcomer, problems)
    if not form.text("entry_code"):
        problems.add("entry_code", "Choose the entry code.")
    elif begins_on is not None:
        code, reason = split_value(form.text("entry_code"))
        problems.of_date("begins_on", begins_on)
        problems.of_entry(code, reason, begins_on, form.text("grade") or None)


def _student(form: Form, born: date | None) -> NewStudent:
    return NewStudent(
        given_name=form.text("given_name"),
        family_name=form.text("family_name"),
        middle_name=form.text("middle_name") or None,
        home_language=form.text("language") or None,
        identifier=form.text("local_id") or None,
        birth_date=born,
        ssid=form.text("ssid") or None,
    )


def _address(form: Form) -> Address | None:
    if not any(form.text(name) for name in HOME if name != "state"):
        return None
    address = Address(
        form.text("street"),
        form.text("city"),
        form.text("state"),
        form.text("postal_code"),
        form.text("unit"),
    )
    form.errors |= address_problems(address)
    return address


def _contact(form: Form) -> ContactDetails | None:
    if not any(form.text(name) for name in GUARDIAN if name != "contact_language"):
        return None
    contact = ContactDetails(
        given_name=form.text("contact_given_name"),
        family_name=form.text("contact_family_name"),
        relationship=form.text("relationship"),
        phone=form.text("phone"),
        email=form.text("email"),
        language=form.text("contact_language"),
        is_guardian=True,
        lives_with=True,
        may_pick_up=True,
    )
    problems = contact_problems(contact)
    form.errors |= {_OF_CONTACT.get(name, name): text for name, text in problems.items()}
    return contact
