"""The pages of the desk: the ranked queue, a ticket, and what can be done with it."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import AppError, Conflict, Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.paging import limit
from core.web.work import reading, writing
from monitors.queries import ProbeState, list_states
from sis.organizations.queries import SchoolCard
from triage.intake.probe import PROBE
from triage.notices import tell
from triage.schools import cards
from triage.tickets import actions
from triage.tickets.history import Entry, history
from triage.tickets.lists import TicketPage, read_filter, read_page
from triage.tickets.models import Ticket
from triage.tickets.queries import WORK, Filter, get_ticket_for
from triage.tickets.rules.order import NO_TIER
from triage.tickets.rules.priority import FUNCTION_LABELS, PRIORITY_LABELS, in_words
from triage.tickets.rules.status import Status
from triage.tickets.statistics import TicketSummary, Tiles, get_tiles, list_open_of_school
from triage.tiers.models import SchoolTier
from triage.tiers.queries import find_school_tier

blueprint = Blueprint("tickets", __name__, template_folder="../templates", url_prefix="/tickets")

WORDS = {
    "functions": {str(key): label for key, label in FUNCTION_LABELS.items()},
    "priorities": PRIORITY_LABELS,
    "statuses": {str(status): status.value.replace("_", " ") for status in Status},
    "no_tier": NO_TIER,
}


@dataclass(frozen=True)
class Queue:
    """Everything the queue page shows."""

    page: TicketPage
    only: Filter
    tiles: Tiles


@dataclass(frozen=True)
class TicketView:
    """Everything a ticket's page shows; the school's part is None for a ticket without school."""

    ticket: Ticket
    entries: list[Entry]
    school: SchoolCard | None
    tier: SchoolTier | None
    state: ProbeState | None
    others: list[TicketSummary]
    why: str


def _queue() -> Queue:
    with reading() as session:
        only = read_filter(session, actor())
        page = read_page(session, actor(), only, limit(), now())
        return Queue(page, only, get_tiles(session, actor()))


FILTERS = ("stage", "status", "function", "tier", "school", "assignee")


def _asked(*names: str) -> dict[str, str]:
    """The parameters of this page's address, for links to its other pages and its live part."""
    return {name: request.args[name] for name in names if request.args.get(name)}


@blueprint.get("")
@requires("tickets.read")
def index() -> ResponseReturnValue:
    here = _asked(*FILTERS, "after", "limit")
    page = {"queue": _queue(), "params": _asked(*FILTERS), "here": here}
    return render_template("triage/queue.html", **page, **WORDS)


@blueprint.get("/parts/queue")
@requires("tickets.read")
def queue_part() -> ResponseReturnValue:
    return render_template(
        "triage/queue_part.html", queue=_queue(), params=_asked(*FILTERS), **WORDS
    )


def _view(session: Session, by: Actor, ticket: Ticket) -> TicketView:
    school_id = ticket.school_id
    entries = history(session, by, ticket)
    why = in_words(ticket.impact, ticket.urgency)
    if school_id is None:
        return TicketView(ticket, entries, None, None, None, [], why)
    states = list_states(session, [school_id], probe=PROBE)
    others = list_open_of_school(session, by, school_id)
    return TicketView(
        ticket,
        entries,
        cards(session, [school_id]).get(school_id),
        find_school_tier(session, school_id),
        states[0] if states else None,
        [one for one in others if one.id != ticket.id],
        why,
    )


def _page(ticket_id: int, template: str, typed: str = "", error: str = "") -> str:
    with reading() as session:
        ticket = get_ticket_for(session, actor(), ticket_id)
        view = _view(session, actor(), ticket)
        return render_template(
            template,
            view=view,
            works=actor().may(WORK),
            mine=ticket.assignee_id == actor().id,
            own=ticket.requester_id == actor().id,
            typed=typed,
            error=error,
            **WORDS,
        )


@blueprint.get("/<int:ticket_id>")
@requires("tickets.read")
def show(ticket_id: int) -> ResponseReturnValue:
    return _page(ticket_id, "triage/ticket.html")


@blueprint.get("/<int:ticket_id>/parts/thread")
@requires("tickets.read")
def thread_part(ticket_id: int) -> ResponseReturnValue:
    return _page(ticket_id, "triage/thread_part.html")


@blueprint.get("/<int:ticket_id>/parts/panel")
@requires("tickets.read")
def panel_part(ticket_id: int) -> ResponseReturnValue:
    return _page(ticket_id, "triage/panel_part.html")


def _to(ticket_id: int) -> ResponseReturnValue:
    return redirect(url_for("tickets.show", ticket_id=ticket_id), HTTPStatus.SEE_OTHER)


@blueprint.post("/next")
@requires("tickets.work")
def take_next() -> ResponseReturnValue:
    with writing() as session:
        claim = actions.take_next(session, by=actor(), now=now())
    if claim is None:
        tell("Nobody is waiting: every ticket is taken or solved.", "info")
        return redirect(url_for("tickets.index"), HTTPStatus.SEE_OTHER)
    tell(f"Ticket {claim.ticket.id} is yours. {claim.reason}")
    return _to(claim.ticket.id)


def _change(ticket_id: int, verb: Callable[..., Ticket], done: str) -> ResponseReturnValue:
    """Do it, or say on the ticket's page why not."""
    try:
        with writing() as session:
            verb(session, ticket_id, by=actor(), now=now())
    except Conflict as refusal:
        tell(refusal.message, "warning")
    else:
        tell(done)
    return _to(ticket_id)


@blueprint.post("/<int:ticket_id>/take")
@requires("tickets.work")
def take(ticket_id: int) -> ResponseReturnValue:
    return _change(ticket_id, actions.take, f"Ticket {ticket_id} is yours.")


@blueprint.post("/<int:ticket_id>/release")
@requires("tickets.work")
def release(ticket_id: int) -> ResponseReturnValue:
    return _change(ticket_id, actions.release, f"Ticket {ticket_id} is back in the queue.")


@blueprint.post("/<int:ticket_id>/hold")
@requires("tickets.work")
def hold(ticket_id: int) -> ResponseReturnValue:
    return _change(ticket_id, actions.hold, f"Ticket {ticket_id} is on hold.")


@blueprint.post("/<int:ticket_id>/reopen")
@requires("tickets.work")
def reopen(ticket_id: int) -> ResponseReturnValue:
    return _change(ticket_id, actions.reopen, f"Ticket {ticket_id} is open again.")


@blueprint.post("/<int:ticket_id>/reply")
@requires("tickets.read")
@idempotent
def reply(ticket_id: int) -> ResponseReturnValue:
    """Save the reply; a refused one is shown again with everything that was typed."""
    body = request.form.get("body", "")
    action = request.form.get("action", "reply")
    try:
        with writing() as session:
            _say(session, ticket_id, body, action)
    except (Invalid, Conflict) as refusal:
        return _refused(ticket_id, body, refusal)
    tell("Solved." if action == "solve" else "Your message is saved.")
    return _to(ticket_id)


def _say(session: Session, ticket_id: int, body: str, action: str) -> None:
    if action == "solve":
        actions.solve(session, ticket_id, body, by=actor(), now=now())
        return
    actions.reply(
        session,
        ticket_id,
        body,
        note=action == "note",
        wait=action == "wait",
        by=actor(),
        now=now(),
    )


def _refused(ticket_id: int, body: str, refusal: AppError) -> ResponseReturnValue:
    page = _page(ticket_id, "triage/ticket.html", body, refusal.message)
    return page, refusal.status


@blueprint.post("/<int:ticket_id>/solve")
@requires("tickets.work")
def solve(ticket_id: int) -> ResponseReturnValue:
    return _change(ticket_id, actions.solve, f"Ticket {ticket_id} is solved.")
