"""Tickets as the JSON API shows and takes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from core.db import JsonDict
from core.settings import Strict
from sis.organizations.queries import SchoolCard
from triage.tickets.models import Ticket, TicketMessage
from triage.tickets.rules.order import NO_TIER
from triage.tickets.rules.priority import Function
from triage.tickets.rules.request import (
    LONGEST_BODY,
    LONGEST_NAME,
    LONGEST_SUBJECT,
    MOST_STUDENTS,
)
from triage.tickets.rules.status import Status


def _whole(value: Any) -> Any:
    """Only a JSON number is a number: neither true nor "3"."""
    if isinstance(value, bool | str):
        raise ValueError("must be a whole number")
    return value


JsonInteger = Annotated[int, BeforeValidator(_whole)]


def _told(most: int) -> JsonDict:
    """What the description says of a text; the rules refuse it, with a sentence of their own."""
    return {"minLength": 1, "maxLength": most, "pattern": "\\S"}


def _says(most: int) -> Any:
    return Field(json_schema_extra=_told(most))


class RequesterBody(Strict):
    """Who asks; without one it is whoever holds the token."""

    name: str | None = Field(None, max_length=200)
    email: str | None = Field(None, max_length=200)
    phone: str | None = Field(None, max_length=200)


class NewTicketBody(Strict):
    """``school`` is a sourced id; ``external_id`` is the number in the caller's own system."""

    school: str | None = Field(None, max_length=200)
    function: Function
    subject: str = _says(LONGEST_SUBJECT)
    description: str = _says(LONGEST_BODY)
    students_affected: Annotated[JsonInteger | None, Field(ge=0, le=MOST_STUDENTS)] = None
    requester: RequesterBody | None = None
    external_id: str | None = Field(None, json_schema_extra=_told(LONGEST_NAME))


class NewMessageBody(Strict):
    """A ``note`` is hidden from the school; ``wait`` hands the next move to the requester."""

    body: str = _says(LONGEST_BODY)
    kind: Literal["public", "note"] = "public"
    wait: bool = False


class AnswerBody(Strict):
    """What the requester is told on solving."""

    answer: str = Field("", json_schema_extra={"maxLength": LONGEST_BODY})


class TicketBody(BaseModel):
    """One ticket. ``tier`` is the school's support tier, null when none is known."""

    id: int
    url: str
    school: str | None
    school_name: str | None
    function: Function
    subject: str
    status: Status
    impact: int
    urgency: int
    priority: int
    tier: int | None
    students_affected: int | None
    channel: str
    requester: RequesterBody
    external_id: str | None
    assignee: str | None
    assignee_name: str | None
    opened_at: datetime
    waiting_since_at: datetime
    first_responded_at: datetime | None
    solved_at: datetime | None
    updated_at: datetime
    version: int


class RankedTicketBody(TicketBody):
    """A ticket in a list; ``place`` and ``reason`` tell where it stands in the queue and why."""

    place: int | None = None
    reason: str | None = None


class TicketListBody(BaseModel):
    """``next`` goes into ``after`` for the next page; null at the end."""

    tickets: list[RankedTicketBody]
    next: str | None


class MessageBody(BaseModel):
    id: int
    kind: Literal["public", "note", "system"]
    author: str
    body: str
    at: datetime


class MessageListBody(BaseModel):
    messages: list[MessageBody]


def _fields(ticket: Ticket, schools: Mapping[int, SchoolCard]) -> dict[str, Any]:
    school = schools.get(ticket.school_id or 0)
    shared = set(TicketBody.model_fields) & set(Ticket.__table__.columns.keys())
    return {
        **{name: getattr(ticket, name) for name in shared},
        "url": f"/tickets/{ticket.id}",
        "school": school.sourced_id if school else None,
        "school_name": school.name if school else None,
        "tier": None if ticket.rank_tier == NO_TIER else ticket.rank_tier,
        "requester": RequesterBody(
            name=ticket.requester_name, email=ticket.requester_email, phone=ticket.requester_phone
        ),
        "assignee": ticket.assignee_id,
    }


def ticket_body(ticket: Ticket, schools: Mapping[int, SchoolCard]) -> TicketBody:
    return TicketBody(**_fields(ticket, schools))


def ranked_body(
    ticket: Ticket, schools: Mapping[int, SchoolCard], place: int | None, reason: str | None
) -> RankedTicketBody:
    return RankedTicketBody(**_fields(ticket, schools), place=place, reason=reason)


def message_body(message: TicketMessage) -> MessageBody:
    return MessageBody.model_validate(
        {
            "id": message.id,
            "kind": message.kind,
            "author": message.author_name,
            "body": message.body,
            "at": message.at,
        }
    )
