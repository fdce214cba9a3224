"""What a new ticket must say."""

from dataclasses import dataclass
from typing import Literal

from triage.tickets.rules.priority import Function

LONGEST_SUBJECT = 200
LONGEST_BODY = 20_000
LONGEST_NAME = 200
MOST_STUDENTS = 1_000_000

Channel = Literal["web", "api", "probe"]


@dataclass(frozen=True)
class Requester:
    """Who asks, and how to reach them; ``id`` is their actor id when they signed in."""

    name: str
    id: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class NewTicket:
    """A ticket as it arrives, whatever the channel. ``school_id`` None means no single school."""

    function: Function
    subject: str
    description: str
    requester: Requester
    channel: Channel
    school_id: int | None = None
    students_affected: int | None = None
    external_id: str | None = None


def problems(new: NewTicket) -> dict[str, str]:
    """Input name -> what is wrong with it; empty when the ticket may be opened."""
    found: dict[str, str] = {}
    if not new.subject.strip():
        found["subject"] = "Say in a few words what is wrong."
    elif len(new.subject) > LONGEST_SUBJECT:
        found["subject"] = f"Use at most {LONGEST_SUBJECT} characters; details go below."
    if not new.description.strip():
        found["description"] = "Describe what happens, so that nobody has to ask back."
    elif len(new.description) > LONGEST_BODY:
        found["description"] = f"Use at most {LONGEST_BODY:,} characters."
    if new.students_affected is not None and not 0 <= new.students_affected <= MOST_STUDENTS:
        found["students_affected"] = f"Give a number from 0 to {MOST_STUDENTS:,}."
    if not new.requester.name.strip():
        found["requester"] = "Say who asks."
    for name, value in (("email", new.requester.email), ("phone", new.requester.phone)):
        if value and len(value) > LONGEST_NAME:
            found[name] = f"Use at most {LONGEST_NAME} characters."
    if new.external_id is not None and not 0 < len(new.external_id) <= LONGEST_NAME:
        found["external_id"] = f"Use 1 to {LONGEST_NAME} characters."
    return found


def message_problem(body: str) -> str | None:
    """What is wrong with the text of a message, if anything."""
    if not body.strip():
        return "Write something first."
    if len(body) > LONGEST_BODY:
        return f"Use at most {LONGEST_BODY:,} characters."
    return None
