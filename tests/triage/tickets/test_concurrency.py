"""Many at once: threads with connections of their own, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from core.db import Database
from core.errors import Conflict
from tests.triage.cast import OPENING, agent, new_ticket, opened
from triage.tickets import actions
from triage.tickets.queries import Filter, list_events, list_queue


def at_once(number: int, run: Callable[[int], int | None]) -> list[int | None]:
    """Call ``run(0)`` ... ``run(number - 1)`` at the same moment."""
    gate = Barrier(number)

    def start(index: int) -> int | None:
        gate.wait()
        return run(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(start, range(number)))


def test_two_agents_take_one_ticket_and_one_wins(database: Database) -> None:
    with database.write() as session:
        ticket_id = opened(session, new_ticket()).id

    def take(index: int) -> int | None:
        try:
            with database.write() as session:
                by = agent(index, f"Agent {index}")
                return actions.take(session, ticket_id, by=by, now=OPENING).version
        except Conflict as refusal:
            return None if "has this ticket already" in refusal.message else -1

    results = at_once(8, take)
    assert sum(result is not None for result in results) == 1
    with database.read() as session:
        ticket = list_queue(session, agent(), Filter())[0]
        assert ticket.assignee_id == f"user:{results.index(next(filter(None, results)))}"
        taken = [e for e in list_events(session, ticket) if e.field == "assignee_id"]
        assert len(taken) == 1


def test_agents_who_ask_for_the_next_ticket_never_get_the_same(database: Database) -> None:
    with database.write() as session:
        wanted = {opened(session, new_ticket()).id for _ in range(12)}

    def take_next(index: int) -> int | None:
        with database.write() as session:
            claim = actions.take_next(session, by=agent(index), now=OPENING)
            return claim.ticket.id if claim else None

    got = at_once(12, take_next)
    assert len(got) == len(set(got))
    assert set(got) <= wanted | {None}
    with database.write() as session:
        while claim := actions.take_next(session, by=agent(99), now=OPENING):
            got.append(claim.ticket.id)
    assert set(got) - {None} == wanted  # none is lost


def test_an_external_id_sent_twice_at_once_opens_one_ticket(database: Database) -> None:
    def send(_index: int) -> int | None:
        try:
            with database.write() as session:
                return opened(session, new_ticket(external_id="OLD-7")).id
        except Conflict:
            return None

    assert len([one for one in at_once(6, send) if one is not None]) == 1
