"""Everybody's own page of how they are reached."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alerts.channel_settings import Method, ready_methods
from alerts.contacts.actions import (
    SEVERITIES,
    add_contact,
    add_rule,
    remove_contact,
    remove_rule,
    send_code,
    verify,
)
from alerts.contacts.people import person_of
from alerts.contacts.queries import list_contacts, list_rules
from alerts.settings import AlertSettings
from core.errors import AppError, Conflict, Invalid
from core.web.access import signed_in
from core.web.context import actor, real_now, runtime
from core.web.idempotency import idempotent
from core.web.work import reading, writing

blueprint = Blueprint(
    "notifications", __name__, template_folder="../templates", url_prefix="/account/notifications"
)
WORDS = {
    Method.MAIL: "Mail",
    Method.SMS: "Text message",
    Method.VOICE: "Telephone call",
    Method.SLACK: "Slack",
    Method.PUSH: "Browser",
}
_ANY = "any severity"


def _methods() -> list[Method]:
    """Those that work here and to which a code can be sent."""
    ready = ready_methods(runtime().settings.of(AlertSettings).personal)
    return [method for method in ready if method != Method.PUSH]


def _page(
    values: dict[str, str] | None = None, error: AppError | None = None
) -> ResponseReturnValue:
    person = person_of(actor())
    with reading() as session:
        contacts, rules = list_contacts(session, person), list_rules(session, person)
    page = render_template(
        "contacts/index.html",
        contacts=contacts,
        verified=[contact for contact in contacts if contact.verified_at is not None],
        rules=rules,
        by_id={contact.id: contact for contact in contacts},
        methods=[(method.value, WORDS[method]) for method in _methods()],
        words={method.value: word for method, word in WORDS.items()},
        severities=[(severity, severity or _ANY) for severity in SEVERITIES],
        values=values or {},
        error=error,
        fields=error.fields if error else {},
    )
    return page, error.status if error else HTTPStatus.OK


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """One's addresses, whether they are verified, and the rules of who is told when."""
    return _page()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _change(
    change: Callable[[Session, int], str], values: dict[str, str] | None = None
) -> ResponseReturnValue:
    """Do it and say so, or show the page with what was typed and why not."""
    try:
        person = person_of(actor())
        with writing() as session:
            done = change(session, person)
    except (Invalid, Conflict) as refusal:
        return _page(values, refusal)
    flash(done, "ok")
    return redirect(url_for("notifications.index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/contacts")
@signed_in
@idempotent
def add() -> ResponseReturnValue:
    """Add an address; a code is sent to it."""
    values = {name: request.form.get(name, "") for name in ("method", "address")}

    def change(session: Session, person: int) -> str:
        if values["method"] not in [method.value for method in _methods()]:
            message = "Choose one of the ways that work here."
            raise Invalid(message, fields={"method": message})
        method = Method(values["method"])
        add_contact(session, person, method, values["address"], by=actor(), now=real_now())
        return "A code is on its way to the address; type it in below."

    return _change(change, values)


@blueprint.post("/contacts/<int:contact_id>/verify")
@signed_in
def check(contact_id: int) -> ResponseReturnValue:
    """Try the code; a wrong one counts, so this is one unit of work whatever comes of it."""
    code = request.form.get("code", "")
    try:
        with writing() as session:
            right = verify(
                session, person_of(actor()), contact_id, code, by=actor(), now=real_now()
            )
    except Conflict as refusal:
        return _page(error=refusal)
    if not right:
        return _page(error=Invalid("That is not the code that was sent.", fields={"code": "wrong"}))
    flash("The address is verified and will be used.", "ok")
    return redirect(url_for("notifications.index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/contacts/<int:contact_id>/code")
@signed_in
@idempotent
def again(contact_id: int) -> ResponseReturnValue:
    """Send another code."""

    def change(session: Session, person: int) -> str:
        send_code(session, person, contact_id, now=real_now())
        return "Another code is on its way."

    return _change(change)


@blueprint.post("/contacts/<int:contact_id>/remove")
@signed_in
@idempotent
def remove(contact_id: int) -> ResponseReturnValue:
    """Remove an address and its rules."""

    def change(session: Session, person: int) -> str:
        remove_contact(session, person, contact_id, by=actor(), now=real_now())
        return "The address is removed, and the rules that used it."

    return _change(change)


@blueprint.post("/rules")
@signed_in
@idempotent
def add_a_rule() -> ResponseReturnValue:
    """Add a rule."""
    names = ("contact", "severity", "after_minutes")
    values = {name: request.form.get(name, "").strip() for name in names}

    def change(session: Session, person: int) -> str:
        add_rule(
            session,
            person,
            contact_id=_number(values["contact"]),
            severity=values["severity"],
            after_minutes=_number(values["after_minutes"]),
            by=actor(),
            now=real_now(),
        )
        return "The rule counts from now on."

    return _change(change, values)


@blueprint.post("/rules/<int:rule_id>/remove")
@signed_in
@idempotent
def remove_a_rule(rule_id: int) -> ResponseReturnValue:
    """Remove a rule."""

    def change(session: Session, person: int) -> str:
        remove_rule(session, person, rule_id, by=actor(), now=real_now())
        return "The rule is removed."

    return _change(change)
