"""Statuses and the moves between them."""

from enum import StrEnum

from core.errors import Conflict


class Status(StrEnum):
    """``pending`` waits for the requester, ``on_hold`` for us or a vendor."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"


class Stage(StrEnum):
    """Whose move it is: waiting on the desk, paused, or done."""

    WAITING = "waiting"
    PAUSED = "paused"
    DONE = "done"


STAGES = {
    Status.NEW: Stage.WAITING,
    Status.OPEN: Stage.WAITING,
    Status.PENDING: Stage.PAUSED,
    Status.ON_HOLD: Stage.PAUSED,
    Status.SOLVED: Stage.DONE,
    Status.CLOSED: Stage.DONE,
}
MOVES = {
    Status.NEW: {Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED},
    Status.OPEN: {Status.PENDING, Status.ON_HOLD, Status.SOLVED},
    Status.PENDING: {Status.OPEN, Status.ON_HOLD, Status.SOLVED},
    Status.ON_HOLD: {Status.OPEN, Status.PENDING, Status.SOLVED},
    Status.SOLVED: {Status.OPEN, Status.CLOSED},
    Status.CLOSED: set[Status](),
}


def check_move(old: Status, new: Status, *, assigned: bool) -> None:
    """Raise Conflict unless a ticket may go from ``old`` to ``new``; staying put is allowed.

    Never back to new; solved needs an assignee; closed never changes again.
    """
    if old == Status.CLOSED:
        raise Conflict(
            "This ticket is closed and cannot change; open a new one.", code="ticket_closed"
        )
    if new != old and new not in MOVES[old]:
        raise Conflict(f"A ticket cannot go from {old} to {new}.", code="ticket_status")
    if new == Status.SOLVED and not assigned:
        raise Conflict(
            "Nobody has this ticket; take it before you solve it.", code="ticket_unassigned"
        )


def after_requester_reply(old: Status) -> Status:
    """A reply by the requester brings the ticket back to the desk; raises Conflict when closed."""
    check_move(old, old, assigned=True)
    return old if old == Status.NEW else Status.OPEN


def after_agent_reply(old: Status, *, wait: bool) -> Status:
    """A public reply by the desk; ``wait`` hands the next move to the requester.

    Raises Conflict when the ticket is solved or closed: reopen it first.
    """
    if old == Status.SOLVED:
        raise Conflict("This ticket is solved; reopen it to reply.", code="ticket_solved")
    new = Status.PENDING if wait else Status.OPEN if old == Status.NEW else old
    check_move(old, new, assigned=True)
    return new
