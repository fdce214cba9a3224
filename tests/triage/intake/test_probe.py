"""Tickets of probes: one for each school, exactly once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import Database
from monitors.models import StateRecord, TransitionRecord
from tests.triage.cast import OPENING, add_school, agent
from triage.intake.models import TriageCursor
from triage.intake.probe import PROBE, Outcome, follow_transitions, is_behind
from triage.tickets import actions
from triage.tickets.models import Ticket
from triage.tickets.queries import list_messages, list_open_of_probe

LATER = OPENING + timedelta(minutes=30)


def transition(
    session: Session,
    school_id: int | None,
    to_state: str,
    value: int = 23,
    *,
    from_state: str = "ok",
    probe: str = PROBE,
    at: datetime = OPENING,
) -> None:
    session.add(
        TransitionRecord(
            probe=probe,
            subject=f"S-{school_id}",
            school_id=school_id,
            title="t",
            from_state=from_state,
            to_state=to_state,
            at=at,
            value=value,
            threshold=10,
            denominator=900,
            sample_ids=["P-1", "P-2"],
            note="",
        )
    )
    session.flush()


def measured(session: Session, school_id: int, value: int) -> StateRecord:
    state = StateRecord(
        probe=PROBE,
        subject=f"S-{school_id}",
        school_id=school_id,
        title="t",
        state="firing",
        since=OPENING,
        failures=1,
        good=0,
        value=value,
        threshold=10,
        denominator=900,
        sample_ids=[],
        note="",
        changed_at=OPENING,
    )
    session.add(state)
    session.flush()
    return state


def only_ticket(session: Session) -> Ticket:
    return session.scalars(select(Ticket)).one()


def texts(session: Session, ticket: Ticket) -> str:
    session.flush()
    return "\n".join(message.body for message in list_messages(session, agent(), ticket))


def test_firing_opens_one_urgent_ticket(session: Session) -> None:
    school = add_school(session, "S-1", name="Bell High School")
    transition(session, school, "pending")
    transition(session, school, "firing", from_state="pending")
    assert follow_transitions(session, OPENING) == Outcome(read=2, opened=1)
    ticket = only_ticket(session)
    assert (ticket.priority, ticket.function, ticket.channel) == (1, "scheduling", "probe")
    assert ticket.subject == "Bell High School: 23 students without a complete schedule"
    assert ticket.students_affected == 23
    assert f"/schools/{school}" in texts(session, ticket)


def test_nothing_new_does_nothing(session: Session) -> None:
    transition(session, add_school(session, "S-1"), "firing")
    follow_transitions(session, OPENING)
    assert not is_behind(session)
    assert follow_transitions(session, LATER) == Outcome()


def test_firing_again_updates_the_open_ticket(session: Session) -> None:
    school = add_school(session, "S-1")
    transition(session, school, "firing")
    follow_transitions(session, OPENING)
    transition(session, school, "firing", 41, from_state="resolved", at=LATER)
    assert is_behind(session)
    assert follow_transitions(session, LATER).updated == 1
    ticket = only_ticket(session)
    assert ticket.students_affected == 41
    assert "Over the limit again" in texts(session, ticket)


def test_a_cleared_ticket_that_nobody_took_is_solved(session: Session) -> None:
    school = add_school(session, "S-1")
    transition(session, school, "firing")
    transition(session, school, "resolved", 4, from_state="firing", at=LATER)
    follow_transitions(session, LATER)
    ticket = only_ticket(session)
    assert (ticket.status, ticket.stage, ticket.assignee_id) == ("solved", "done", "system:probes")
    assert "Cleared by itself at 10:35" in texts(session, ticket)


def test_a_cleared_ticket_that_somebody_has_gets_a_message(session: Session) -> None:
    school = add_school(session, "S-1")
    transition(session, school, "firing")
    follow_transitions(session, OPENING)
    ticket = only_ticket(session)
    actions.take(session, ticket.id, by=agent(), now=OPENING)
    assert ticket.first_responded_at == OPENING
    transition(session, school, "resolved", 4, from_state="firing", at=LATER)
    follow_transitions(session, LATER)
    assert (ticket.status, ticket.students_affected) == ("open", 4)
    assert "Solve the ticket when you are done" in texts(session, ticket)


def test_a_second_morning_opens_a_second_ticket(session: Session) -> None:
    school = add_school(session, "S-1")
    for hours in (0, 24):
        at = OPENING + timedelta(hours=hours)
        transition(session, school, "firing", at=at)
        transition(session, school, "resolved", 2, from_state="firing", at=at)
    follow_transitions(session, LATER)
    assert session.scalar(select(func.count()).select_from(Ticket)) == 2


def test_a_clear_change_of_the_number_is_told_once(session: Session) -> None:
    school = add_school(session, "S-1")
    transition(session, school, "firing", 23)
    state = measured(session, school, 23)
    follow_transitions(session, OPENING)
    assert not is_behind(session)
    state.value = 40
    session.flush()
    assert is_behind(session)
    assert follow_transitions(session, LATER).updated == 1
    assert follow_transitions(session, LATER).updated == 0
    ticket = only_ticket(session)
    assert ticket.students_affected == 40
    assert "40 students without a complete schedule (it was 23)" in texts(session, ticket)


def test_other_probes_and_unknown_schools_are_passed_over(session: Session) -> None:
    transition(session, None, "firing", probe="web")
    transition(session, add_school(session, "S-1"), "firing", probe="web")
    assert follow_transitions(session, OPENING) == Outcome(read=2)
    assert not is_behind(session)


def test_batches_follow_each_other(session: Session) -> None:
    for number in range(5):
        transition(session, add_school(session, f"S-{number}"), "firing")
    assert follow_transitions(session, OPENING, limit=2).opened == 2
    assert follow_transitions(session, OPENING, limit=2).opened == 2
    assert follow_transitions(session, OPENING, limit=2).opened == 1
    assert len(list_open_of_probe(session, PROBE)) == 5


def test_a_crash_before_the_commit_repeats_nothing_and_loses_nothing(database: Database) -> None:
    with database.write() as session:
        transition(session, add_school(session, "S-1"), "firing")
    with pytest.raises(RuntimeError):
        _die_before_the_commit(database)
    with database.read() as session:
        assert session.scalars(select(Ticket)).all() == []
        assert session.get(TriageCursor, "triage:transitions") is None
    for _ in range(2):
        with database.write() as session:
            follow_transitions(session, OPENING)
    with database.read() as session:
        assert len(session.scalars(select(Ticket)).all()) == 1


def _die_before_the_commit(database: Database) -> None:
    with database.write() as session:
        assert follow_transitions(session, OPENING).opened == 1
        raise RuntimeError("killed")


def test_many_readers_at_once_open_one_ticket_for_each_school(database: Database) -> None:
    with database.write() as session:
        for number in range(6):
            transition(session, add_school(session, f"S-{number}"), "firing")
    gate = Barrier(5)

    def follow(_index: int) -> int:
        gate.wait()
        with database.write() as session:
            return follow_transitions(session, OPENING).opened

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(follow, range(5))) == 6
    with database.read() as session:
        tickets = session.scalars(select(Ticket)).all()
        assert len({ticket.school_id for ticket in tickets}) == len(tickets) == 6
