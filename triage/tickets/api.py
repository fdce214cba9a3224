"""The JSON API of existing tickets; new ones come in through triage/intake/api.py."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from http import HTTPStatus

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from sqlalchemy.orm import Session

from core.openapi.operation import CURSOR_PAGING, QueryParameter, View, operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.paging import limit
from core.web.work import reading, writing
from sis.organizations.queries import SchoolCard
from triage.schools import cards
from triage.tickets import actions
from triage.tickets.lists import read_filter, read_page
from triage.tickets.models import Ticket
from triage.tickets.queries import get_ticket_for, list_messages
from triage.tickets.rules.priority import Function
from triage.tickets.rules.status import Stage, Status
from triage.tickets.wire import (
    AnswerBody,
    MessageBody,
    MessageListBody,
    NewMessageBody,
    TicketBody,
    TicketListBody,
    message_body,
    ranked_body,
    ticket_body,
)

blueprint = Blueprint("tickets_api", __name__, url_prefix="/api/v1/tickets")
TAG = "tickets"
_TAG = re.compile(r'^"(\d{1,18})"$')


def as_json(body: BaseModel, status: int = HTTPStatus.OK) -> Response:
    """The model as a JSON answer."""
    return make_response(body.model_dump_json(), int(status), {"Content-Type": "application/json"})


def ticket_answer(
    session: Session,
    ticket: Ticket,
    status: int = HTTPStatus.OK,
    schools: Mapping[int, SchoolCard] | None = None,
) -> Response:
    """The ticket with its version as ETag; ``schools`` spares looking its school up again."""
    session.flush()
    known = cards(session, [ticket.school_id]) if schools is None else schools
    response = as_json(ticket_body(ticket, known), status)
    response.set_etag(str(ticket.version))
    return response


def wanted_versions() -> Collection[int] | None:
    """The versions that ``If-Match`` allows; None when any will do."""
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    found = (_TAG.match(tag.strip()) for tag in header.split(","))
    return {int(match.group(1)) for match in found if match}


def _choices(values: Iterable[str]) -> dict[str, object]:
    return {"type": "string", "enum": [str(value) for value in values]}


@blueprint.get("")
@operation(
    "Tickets: the ranked queue, or those of one status",
    tag=TAG,
    answers={200: TicketListBody},
    query=(
        QueryParameter("stage", "whose move it is", _choices(Stage)),
        QueryParameter("status", "wins over stage", _choices(Status)),
        QueryParameter("function", "what it is about", _choices(Function)),
        QueryParameter("tier", "support tier; 5 is none", {"type": "integer", "maximum": 5}),
        QueryParameter("school", "sourced id"),
        QueryParameter("assignee", "mine, or nobody's", _choices(("me", "none"))),
        *CURSOR_PAGING,
    ),
)
@requires("tickets.read")
def index() -> ResponseReturnValue:
    size = limit()
    with reading() as session:
        page = read_page(session, actor(), read_filter(session, actor()), size, now())
        tickets = [ranked_body(r.ticket, page.schools, r.place, r.reason) for r in page.rows]
    return as_json(TicketListBody(tickets=tickets, next=page.next))


@blueprint.get("/<int:ticket_id>")
@operation("One ticket", tag=TAG, answers={200: TicketBody, 304: None}, etag=True)
@requires("tickets.read")
def show(ticket_id: int) -> ResponseReturnValue:
    with reading() as session:
        response = ticket_answer(session, get_ticket_for(session, actor(), ticket_id))
    return response.make_conditional(request)


@blueprint.get("/<int:ticket_id>/messages")
@operation("What was said on a ticket", tag=TAG, answers={200: MessageListBody})
@requires("tickets.read")
def messages(ticket_id: int) -> ResponseReturnValue:
    with reading() as session:
        ticket = get_ticket_for(session, actor(), ticket_id)
        found = [message_body(one) for one in list_messages(session, actor(), ticket)]
    return as_json(MessageListBody(messages=found))


@blueprint.post("/<int:ticket_id>/messages")
@operation(
    "Say something on a ticket",
    tag=TAG,
    body=NewMessageBody,
    answers={201: MessageBody},
    refusals=(409,),
    idempotent=True,
    if_match=True,
)
@requires("tickets.read")
@idempotent
def say(ticket_id: int) -> ResponseReturnValue:
    wanted = parse(NewMessageBody)
    with writing() as session:
        message = actions.reply(
            session,
            ticket_id,
            wanted.body,
            note=wanted.kind == "note",
            wait=wanted.wait,
            by=actor(),
            now=now(),
            versions=wanted_versions(),
        )
        session.flush()
        return as_json(message_body(message), HTTPStatus.CREATED)


def _change(ticket_id: int, verb: Callable[..., Ticket]) -> Response:
    with writing() as session:
        ticket = verb(session, ticket_id, by=actor(), now=now(), versions=wanted_versions())
        return ticket_answer(session, ticket)


def _changing(summary: str) -> Callable[[View], View]:
    return operation(
        summary,
        tag=TAG,
        answers={200: TicketBody},
        refusals=(409,),
        idempotent=True,
        if_match=True,
        etag=True,
    )


@blueprint.post("/<int:ticket_id>/take")
@_changing("Take a ticket; 409 says who has it already")
@requires("tickets.work")
@idempotent
def take(ticket_id: int) -> ResponseReturnValue:
    return _change(ticket_id, actions.take)


@blueprint.post("/<int:ticket_id>/release")
@_changing("Put a ticket back into the queue")
@requires("tickets.work")
@idempotent
def release(ticket_id: int) -> ResponseReturnValue:
    return _change(ticket_id, actions.release)


@blueprint.post("/<int:ticket_id>/reopen")
@_changing("Bring a ticket back to the desk")
@requires("tickets.work")
@idempotent
def reopen(ticket_id: int) -> ResponseReturnValue:
    return _change(ticket_id, actions.reopen)


@blueprint.post("/<int:ticket_id>/solve")
@operation(
    "Solve a ticket; the body may be left out",
    tag=TAG,
    body=AnswerBody,
    body_required=False,
    answers={200: TicketBody},
    refusals=(409,),
    idempotent=True,
    if_match=True,
    etag=True,
)
@requires("tickets.work")
@idempotent
def solve(ticket_id: int) -> ResponseReturnValue:
    answer = parse(AnswerBody).answer if request.content_length else ""
    with writing() as session:
        ticket = actions.solve(
            session, ticket_id, answer, by=actor(), now=now(), versions=wanted_versions()
        )
        return ticket_answer(session, ticket)
