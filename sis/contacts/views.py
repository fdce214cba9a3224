"""Writing down contacts and addresses of a student."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict, Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.contacts.actions import add_contact, change_contact, end_contact, set_address
from sis.contacts.families import list_family_contacts
from sis.contacts.queries import (
    ContactCard,
    find_open_address,
    get_contact_card_for,
    list_contacts,
)
from sis.contacts.rules import ADDRESS_KINDS, LANGUAGES, RELATIONSHIPS, Address, ContactDetails
from sis.enrollment.forms import Form, read_form, tell, today
from sis.enrollment.queries import get_student_for

blueprint = Blueprint("contacts", __name__, template_folder="templates", url_prefix="/students")

TEXTS = ("given_name", "family_name", "relationship", "phone", "email", "language")
FLAGS = ("is_guardian", "lives_with", "may_pick_up")
CONTACT = (*TEXTS, "position", *FLAGS, "court_order_note", "seen")
ADDRESS = (
    "kind",
    "street",
    "unit",
    "city",
    "state",
    "postal_code",
    "begins_on",
    "seen_home",
    "seen_mailing",
)


def _details(form: Form) -> ContactDetails:
    return ContactDetails(
        given_name=form.text("given_name"),
        family_name=form.text("family_name"),
        relationship=form.text("relationship"),
        phone=form.text("phone"),
        email=form.text("email"),
        language=form.text("language"),
        position=form.number("position") or 0,
        is_guardian=form.flag("is_guardian"),
        lives_with=form.flag("lives_with"),
        may_pick_up=form.flag("may_pick_up"),
        court_order_note=form.text("court_order_note"),
    )


def _contact_page(
    form: Form, person_id: int, contact_id: int | None = None, status: int = HTTPStatus.OK
) -> ResponseReturnValue:
    shared: list[ContactCard] = []
    with reading() as session:
        student = get_student_for(session, actor(), person_id)
        if contact_id is None:
            shared = list_family_contacts(session, person_id, by=actor(), on=today())
    page = render_template(
        "contacts/contact.html",
        form=form,
        student=student,
        contact_id=contact_id,
        shared=shared,
        relationships=RELATIONSHIPS,
        languages=LANGUAGES,
    )
    return page, status


def _address_page(form: Form, person_id: int, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    with reading() as session:
        student = get_student_for(session, actor(), person_id)
    page = render_template(
        "contacts/address.html", form=form, student=student, address_kinds=ADDRESS_KINDS
    )
    return page, status


def _save(
    person_id: int,
    save: Callable[[Session], object],
    again: Callable[[AppError], ResponseReturnValue],
) -> ResponseReturnValue:
    """Do it and go to the student's record; a refused form is shown again as it was typed."""
    try:
        with writing() as session:
            save(session)
    except (Conflict, Invalid) as refusal:
        return again(refusal)
    tell("Saved.")
    return redirect(url_for("student.show", person_id=person_id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<int:person_id>/contacts/new")
@requires("students.enroll")
def new(person_id: int) -> ResponseReturnValue:
    with reading() as session:
        get_student_for(session, actor(), person_id)
        number = len(list_contacts(session, actor(), person_id)) + 1
    return _contact_page(Form(dict.fromkeys(CONTACT, "") | {"position": str(number)}), person_id)


@blueprint.post("/<int:person_id>/contacts")
@requires("students.enroll")
@idempotent
def create(person_id: int) -> ResponseReturnValue:
    form = read_form(*CONTACT)
    details = _details(form)

    def save(session: Session) -> None:
        add_contact(session, student_id=person_id, details=details, by=actor(), now=now())

    def again(refusal: AppError) -> ResponseReturnValue:
        form.refuse(refusal)
        return _contact_page(form, person_id, status=refusal.status)

    return _save(person_id, save, again)


@blueprint.post("/<int:person_id>/contacts/shared")
@requires("students.enroll")
@idempotent
def share(person_id: int) -> ResponseReturnValue:
    """A contact of a brother or sister becomes one of this student too."""
    chosen = request.form.get("contact", "")
    with reading() as session:
        family = list_family_contacts(session, person_id, by=actor(), on=today())
    card = next((one for one in family if str(one.id) == chosen), None)

    def save(session: Session) -> None:
        if card is None:
            raise Conflict("This person is no longer a contact of a brother or sister.")
        details = ContactDetails(
            card.given_name,
            card.family_name,
            card.relationship,
            position=99,
            is_guardian=card.is_guardian,
            lives_with=card.lives_with,
            may_pick_up=card.may_pick_up,
        )
        add_contact(
            session,
            student_id=person_id,
            details=details,
            person_id=card.person_id,
            by=actor(),
            now=now(),
        )

    def again(refusal: AppError) -> ResponseReturnValue:
        tell(refusal.message, "warning")
        return redirect(url_for("contacts.new", person_id=person_id), HTTPStatus.SEE_OTHER)

    return _save(person_id, save, again)


@blueprint.get("/contacts/<int:contact_id>")
@requires("students.enroll")
def edit(contact_id: int) -> ResponseReturnValue:
    with reading() as session:
        card = get_contact_card_for(session, actor(), contact_id)
    values = {name: getattr(card, name) or "" for name in (*TEXTS, "court_order_note")}
    values |= {name: "1" if getattr(card, name) else "" for name in FLAGS}
    values |= {"position": str(card.position), "seen": card.modified_at.isoformat()}
    return _contact_page(Form(values), card.student_id, contact_id)


@blueprint.post("/contacts/<int:contact_id>")
@requires("students.enroll")
@idempotent
def change(contact_id: int) -> ResponseReturnValue:
    form = read_form(*CONTACT)
    details = _details(form)
    with reading() as session:
        person_id = get_contact_card_for(session, actor(), contact_id).student_id

    def save(session: Session) -> None:
        change_contact(
            session,
            contact_id=contact_id,
            details=details,
            seen=form.moment("seen"),
            by=actor(),
            now=now(),
        )

    def again(refusal: AppError) -> ResponseReturnValue:
        form.refuse(refusal)
        return _contact_page(form, person_id, contact_id, refusal.status)

    return _save(person_id, save, again)


@blueprint.post("/contacts/<int:contact_id>/end")
@requires("students.enroll")
@idempotent
def end(contact_id: int) -> ResponseReturnValue:
    form = read_form("seen")
    with reading() as session:
        person_id = get_contact_card_for(session, actor(), contact_id).student_id

    def save(session: Session) -> None:
        end_contact(session, contact_id=contact_id, seen=form.moment("seen"), by=actor(), now=now())

    def again(refusal: AppError) -> ResponseReturnValue:
        tell(refusal.message, "warning")
        return redirect(url_for("student.show", person_id=person_id), HTTPStatus.SEE_OTHER)

    return _save(person_id, save, again)


@blueprint.get("/<int:person_id>/addresses/new")
@requires("students.enroll")
def new_address(person_id: int) -> ResponseReturnValue:
    values = dict.fromkeys(ADDRESS, "")
    values |= {"kind": "home", "state": "CA", "begins_on": today().isoformat()}
    with reading() as session:
        for kind in ADDRESS_KINDS:
            present = find_open_address(session, person_id, kind)
            values[f"seen_{kind}"] = str(present.id if present else 0)
    return _address_page(Form(values), person_id)


@blueprint.post("/<int:person_id>/addresses")
@requires("students.enroll")
@idempotent
def create_address(person_id: int) -> ResponseReturnValue:
    form = read_form(*ADDRESS)
    begins_on = form.day("begins_on")
    kind = form.text("kind")
    parts = ("street", "city", "state", "postal_code", "unit")
    address = Address(*(form.text(name) for name in parts))

    def save(session: Session) -> None:
        if begins_on is None:
            raise Invalid("Some fields need another look.")
        set_address(
            session,
            student_id=person_id,
            address=address,
            begins_on=begins_on,
            kind=kind,
            seen_id=form.number(f"seen_{kind}"),
            by=actor(),
            now=now(),
        )

    def again(refusal: AppError) -> ResponseReturnValue:
        form.refuse(refusal)
        return _address_page(form, person_id, refusal.status)

    return _save(person_id, save, again)
