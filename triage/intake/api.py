"""Intake by JSON: POST /api/v1/tickets, safe to retry with an Idempotency-Key."""

from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Invalid
from core.openapi.operation import operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.work import writing
from sis.organizations.queries import SchoolCard, find_school_by_sourced_id
from triage.tickets.api import TAG, ticket_answer
from triage.tickets.opening import desk, open_ticket
from triage.tickets.rules.request import NewTicket, Requester
from triage.tickets.wire import NewTicketBody, RequesterBody, TicketBody

blueprint = Blueprint("intake_api", __name__)


@blueprint.post("/api/v1/tickets")
@operation(
    "Open a ticket",
    tag=TAG,
    body=NewTicketBody,
    answers={201: TicketBody},
    refusals=(409,),
    idempotent=True,
    etag=True,
)
@requires("tickets.create")
@idempotent
def create() -> ResponseReturnValue:
    wanted = parse(NewTicketBody)
    with writing() as session:
        school = _school(session, actor(), wanted.school)
        ticket = open_ticket(
            session,
            _new(wanted, school, actor()),
            desk=desk(runtime().settings),
            by=actor(),
            now=now(),
        )
        schools = {} if school is None else {school.id: school}
        response = ticket_answer(session, ticket, HTTPStatus.CREATED, schools)
    response.headers["Location"] = f"/api/v1/tickets/{ticket.id}"
    return response


def _school(session: Session, by: Actor, sourced_id: str | None) -> SchoolCard | None:
    if sourced_id is None:
        return None
    school = find_school_by_sourced_id(session, by, sourced_id)
    if school is None:
        sentence = f"There is no school {sourced_id!r} that you may see."
        raise Invalid(sentence, fields={"school": sentence})
    return school


def _new(wanted: NewTicketBody, school: SchoolCard | None, by: Actor) -> NewTicket:
    who = wanted.requester or RequesterBody()
    return NewTicket(
        function=wanted.function,
        subject=wanted.subject,
        description=wanted.description,
        requester=Requester(name=who.name or by.name, id=by.id, email=who.email, phone=who.phone),
        channel="api",
        school_id=school.id if school else None,
        students_affected=wanted.students_affected,
        external_id=wanted.external_id,
    )
