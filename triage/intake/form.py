"""Intake by web form: works without scripts, keeps what was typed, saves once."""

from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Invalid
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.organizations.choice import label
from sis.organizations.queries import SchoolCard, list_schools
from triage.intake.school_choice import NO_SCHOOL, choose
from triage.notices import tell
from triage.tickets.models import Ticket
from triage.tickets.opening import desk, open_ticket
from triage.tickets.rules.priority import FUNCTION_LABELS, PRIORITY_LABELS, Function
from triage.tickets.rules.request import MOST_STUDENTS, NewTicket, Requester, problems

blueprint = Blueprint("intake", __name__, template_folder="../templates", url_prefix="/tickets")

FEW_SCHOOLS = 30
FIELDS = (
    "school",
    "function",
    "subject",
    "description",
    "students_affected",
    "requester",
    "email",
    "phone",
)


@dataclass
class Form:
    """What somebody typed, field by field, and what is wrong with it."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


def _page(form: Form, schools: list[SchoolCard], status: int) -> ResponseReturnValue:
    page = render_template(
        "triage/new_ticket.html",
        form=form,
        schools=[(one.sourced_id, label(one)) for one in schools],
        few=len(schools) <= FEW_SCHOOLS,
        no_school=NO_SCHOOL if actor().scope is None else "",
        functions=[("", "Choose one"), *((str(f), text) for f, text in FUNCTION_LABELS.items())],
    )
    return page, status


def _preselected(schools: list[SchoolCard]) -> str:
    """The school of a link (``?school=`` id or sourced id), or the only one of the actor."""
    wanted = request.args.get("school", "")
    chosen = [one for one in schools if wanted and wanted in (one.sourced_id, str(one.id))]
    if not chosen and len(schools) == 1:
        chosen = schools
    if not chosen:
        return ""
    return chosen[0].sourced_id if len(schools) <= FEW_SCHOOLS else label(chosen[0])


@blueprint.get("/new")
@requires("tickets.create")
def new() -> ResponseReturnValue:
    with reading() as session:
        schools = list_schools(session, actor())
    values = dict.fromkeys(FIELDS, "")
    values |= {"school": _preselected(schools), "requester": actor().name}
    if request.args.get("function") in list(Function):
        values["function"] = request.args["function"]
    return _page(Form(values), schools, HTTPStatus.OK)


@blueprint.post("/new")
@requires("tickets.create")
@idempotent
def create() -> ResponseReturnValue:
    form = Form({name: request.form.get(name, "") for name in FIELDS})
    try:
        with writing() as session:
            ticket = _open(session, form, actor())
    except Invalid as refusal:
        form.errors |= refusal.fields
        with reading() as session:
            schools = list_schools(session, actor())
        return _page(form, schools, refusal.status)
    tell(
        f"Ticket {ticket.id} is saved, with priority {ticket.priority}"
        f" ({PRIORITY_LABELS[ticket.priority]}). The desk sees it now; the answer will stand on"
        " this page."
    )
    return redirect(url_for("tickets.show", ticket_id=ticket.id), HTTPStatus.SEE_OTHER)


def _open(session: Session, form: Form, by: Actor) -> Ticket:
    """Raises Invalid with every problem of the form at once."""
    values = form.values
    school_id, wrong = choose(list_schools(session, by), values["school"], by)
    if wrong:
        form.errors["school"] = wrong
    function = values["function"]
    if function not in list(Function):
        form.errors["function"] = "Choose what it is about."
    students = _students(form)
    ticket = NewTicket(
        function=Function(function) if function in list(Function) else Function.OTHER,
        subject=values["subject"],
        description=values["description"].replace("\r\n", "\n"),
        requester=Requester(
            name=values["requester"] or by.name,
            id=by.id,
            email=values["email"].strip() or None,
            phone=values["phone"].strip() or None,
        ),
        channel="web",
        school_id=school_id,
        students_affected=students,
    )
    form.errors |= problems(ticket)
    if form.errors:
        raise Invalid("The ticket was not saved; see the marked fields.", fields=form.errors)
    opened = open_ticket(session, ticket, desk=desk(runtime().settings), by=by, now=now())
    session.flush()
    return opened


def _students(form: Form) -> int | None:
    text = form.values["students_affected"].strip().replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST_STUDENTS):
        form.errors["students_affected"] = f"Give a number from 0 to {MOST_STUDENTS:,}."
        return None
    return int(text)
