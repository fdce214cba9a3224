"""What people do with tickets, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.errors import AppError, Conflict, Forbidden, Invalid, NotFound
from tests.triage.cast import (
    DESK,
    OPENING,
    add_school,
    agent,
    new_ticket,
    opened,
    staff_of,
)
from triage.tickets import actions
from triage.tickets.history import history
from triage.tickets.models import Ticket, TicketEvent
from triage.tickets.opening import open_ticket
from triage.tickets.queries import get_ticket_for, list_events, list_messages

LATER = OPENING + timedelta(minutes=20)


def events(session: Session, ticket: Ticket) -> list[tuple[str, str | None, str | None]]:
    session.flush()
    return [(event.field, event.old, event.new) for event in list_events(session, ticket)]


def test_a_new_ticket_is_weighed_ranked_and_logged(session: Session) -> None:
    school = add_school(session, "S-1")
    ticket = opened(session, new_ticket(school, students=150))
    assert (ticket.impact, ticket.urgency, ticket.priority, ticket.rank_tier) == (1, 2, 2, 5)
    assert (ticket.status, ticket.stage, ticket.version) == ("new", "waiting", 1)
    assert events(session, ticket) == [("status", None, "new")]
    assert [m.body for m in list_messages(session, agent(), ticket)] == ["Period 3 shows nothing."]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "ticket.open")).one()
    assert entry.after is not None
    assert entry.after["why"] == "150 students; student schedules"


def test_school_staff_open_tickets_for_their_schools_only(session: Session) -> None:
    mine, other = add_school(session, "S-1"), add_school(session, "S-2")
    staff = staff_of("S-1")
    ticket = open_ticket(session, new_ticket(mine), desk=DESK, by=staff, now=OPENING)
    assert get_ticket_for(session, staff, ticket.id) is ticket
    for school_id in (other, None):
        with pytest.raises(Invalid) as refusal:
            open_ticket(session, new_ticket(school_id), desk=DESK, by=staff, now=OPENING)
        assert "school" in refusal.value.fields


def test_a_ticket_of_another_school_does_not_exist(session: Session) -> None:
    add_school(session, "S-1")
    ticket = opened(session, new_ticket(add_school(session, "S-2")))
    staff = staff_of("S-1")
    with pytest.raises(NotFound):
        get_ticket_for(session, staff, ticket.id)
    with pytest.raises(NotFound):
        actions.reply(session, ticket.id, "Hello?", by=staff, now=LATER)


def test_an_external_id_is_taken_once(session: Session) -> None:
    opened(session, new_ticket(external_id="OLD-1"))
    with pytest.raises(Conflict, match="OLD-1"):
        opened(session, new_ticket(external_id="OLD-1"))


def test_taking_opens_and_names_the_assignee(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.take(session, ticket.id, by=agent(7, "Ana"), now=LATER)
    assert (ticket.status, ticket.assignee_id, ticket.assignee_name) == ("open", "user:7", "Ana")
    assert ("status", "new", "open") in events(session, ticket)
    assert ticket.version == 2


def test_a_conflict_says_who_was_faster(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.take(session, ticket.id, by=agent(1, "Ana Agent"), now=LATER)
    with pytest.raises(Conflict, match="Ana Agent has this ticket already"):
        actions.take(session, ticket.id, by=agent(2, "Ben"), now=LATER)


def test_taking_what_one_has_changes_nothing(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.take(session, ticket.id, by=agent(), now=LATER)
    session.flush()
    version = ticket.version
    actions.take(session, ticket.id, by=agent(), now=LATER)
    session.flush()
    assert ticket.version == version


def test_a_released_ticket_keeps_its_place(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.take(session, ticket.id, by=agent(), now=LATER)
    actions.release(session, ticket.id, by=agent(), now=LATER)
    assert (ticket.assignee_id, ticket.status) == (None, "open")
    assert ticket.waiting_since_at == OPENING


def test_the_first_public_reply_is_the_answer_and_a_note_is_not(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.reply(session, ticket.id, "Looks like 12.", note=True, by=agent(), now=LATER)
    assert ticket.first_responded_at is None
    actions.reply(session, ticket.id, "We are on it.", by=agent(), now=LATER)
    assert ticket.first_responded_at == LATER
    assert ticket.status == "open"


def test_notes_are_hidden_from_the_school(session: Session) -> None:
    ticket = opened(session, new_ticket(add_school(session, "S-1")))
    actions.reply(session, ticket.id, "The counselor forgot.", note=True, by=agent(), now=LATER)
    session.flush()
    staff = staff_of("S-1")
    assert "The counselor forgot." not in [m.body for m in list_messages(session, staff, ticket)]
    assert all(entry.kind != "note" for entry in history(session, staff, ticket))
    assert any(entry.kind == "note" for entry in history(session, agent(), ticket))


def test_a_requesters_reply_reopens_and_starts_waiting_anew(session: Session) -> None:
    ticket = opened(session, new_ticket(add_school(session, "S-1")))
    actions.take(session, ticket.id, by=agent(), now=OPENING)
    actions.solve(session, ticket.id, "Done.", by=agent(), now=OPENING)
    assert (ticket.status, ticket.stage, ticket.solved_at) == ("solved", "done", OPENING)
    actions.reply(session, ticket.id, "Not yet.", by=staff_of("S-1"), now=LATER)
    assert (ticket.status, ticket.stage, ticket.solved_at) == ("open", "waiting", None)
    assert ticket.waiting_since_at == LATER


def test_nobody_solves_what_nobody_has(session: Session) -> None:
    ticket = opened(session, new_ticket())
    with pytest.raises(Conflict, match="take it"):
        actions.solve(session, ticket.id, by=agent(), now=LATER)


def test_solving_twice_is_solving_once(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.take(session, ticket.id, by=agent(), now=OPENING)
    actions.solve(session, ticket.id, by=agent(), now=OPENING)
    actions.solve(session, ticket.id, by=agent(), now=LATER)
    assert ticket.solved_at == OPENING


def test_reopening_and_holding_move_the_stage(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.take(session, ticket.id, by=agent(), now=OPENING)
    actions.hold(session, ticket.id, by=agent(), now=OPENING)
    assert ticket.stage == "paused"
    actions.reopen(session, ticket.id, by=agent(), now=LATER)
    assert (ticket.status, ticket.stage) == ("open", "waiting")


def test_an_old_version_is_refused_with_412(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.take(session, ticket.id, by=agent(), now=LATER, versions={1})
    session.flush()
    with pytest.raises(AppError) as refusal:
        actions.solve(session, ticket.id, by=agent(), now=LATER, versions={1})
    assert refusal.value.status == 412


def test_who_may_not_work_tickets_may_not_take_them(session: Session) -> None:
    ticket = opened(session, new_ticket(add_school(session, "S-1")))
    with pytest.raises(Forbidden):
        actions.take(session, ticket.id, by=staff_of("S-1"), now=LATER)


def test_the_next_ticket_is_the_top_of_the_queue_that_nobody_has(session: Session) -> None:
    low = opened(session, new_ticket())
    high = opened(session, new_ticket(students=500), LATER)
    taken = opened(session, new_ticket(students=500), OPENING)
    actions.take(session, taken.id, by=agent(2, "Ben"), now=LATER)
    first = actions.take_next(session, by=agent(), now=LATER)
    second = actions.take_next(session, by=agent(), now=LATER)
    assert first is not None
    assert second is not None
    assert (first.ticket.id, second.ticket.id) == (high.id, low.id)
    assert first.reason.startswith("First: priority 2 (high)")
    assert actions.take_next(session, by=agent(), now=LATER) is None


def test_the_database_refuses_a_stage_that_does_not_fit_the_status(session: Session) -> None:
    ticket = opened(session, new_ticket())
    ticket.stage = "done"
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_database_refuses_a_second_open_ticket_of_a_probe_and_school(session: Session) -> None:
    school = add_school(session, "S-1")
    for _ in range(2):
        ticket = opened(session, new_ticket(school))
        ticket.origin_probe = "scheduling_completeness"
    with pytest.raises(IntegrityError):
        session.flush()


def test_every_change_is_an_event(session: Session) -> None:
    ticket = opened(session, new_ticket())
    actions.take(session, ticket.id, by=agent(), now=LATER)
    actions.solve(session, ticket.id, "Done.", by=agent(), now=LATER)
    session.flush()
    fields = session.scalars(select(TicketEvent.field).where(TicketEvent.ticket_id == ticket.id))
    assert {"status", "assignee_id", "solved_at", "first_responded_at"} <= set(fields)
