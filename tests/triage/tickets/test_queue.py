"""The queue's order, its pages and its numbers, on both databases."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from core.db import Database
from tests.triage.cast import OPENING, add_school, agent, new_ticket, opened, staff_of
from triage.tickets import actions
from triage.tickets.models import Ticket
from triage.tickets.queries import Filter, list_newest, list_queue, rank_of
from triage.tickets.ranking import copy_tiers
from triage.tickets.rules.priority import Function
from triage.tickets.rules.status import STAGES, Stage, Status
from triage.tickets.statistics import (
    count_by_function_and_priority,
    count_by_school,
    get_tiles,
    latest_event_id,
    list_open_of_school,
    oldest_unanswered_at,
)


def add_random(session: Session, number: int, seed: int) -> None:
    """Tickets of every status and rank, many of them alike."""
    pick = random.Random(seed)
    rows = []
    for _ in range(number):
        status = pick.choice([*Status, Status.NEW, Status.OPEN, Status.OPEN])
        impact, urgency = pick.randint(1, 3), pick.randint(1, 3)
        at = OPENING - timedelta(minutes=pick.randint(0, 40))
        done = STAGES[status] == Stage.DONE
        rows.append(
            {
                "function": pick.choice(list(Function)).value,
                "subject": "x",
                "status": status.value,
                "stage": STAGES[status].value,
                "impact": impact,
                "urgency": urgency,
                "priority": impact + urgency - 1,
                "rank_tier": pick.randint(1, 5),
                "channel": "api",
                "requester_name": "R",
                "assignee_id": "user:1" if done or pick.random() < 0.3 else None,
                "assignee_name": "Ana",
                "opened_at": at,
                "waiting_since_at": at,
                "solved_at": at if done else None,
                "updated_at": at,
                "version": 1,
            }
        )
    session.execute(insert(Ticket), rows)


@pytest.mark.parametrize("seed", range(5))
def test_the_databases_order_is_the_rules_order(session: Session, seed: int) -> None:
    add_random(session, 150, seed)
    found = list_queue(session, agent(), Filter(), limit=1_000)
    ranks = [rank_of(ticket) for ticket in found]
    assert ranks == sorted(ranks)
    waiting = select(Ticket.id).where(Ticket.status.in_(["new", "open"]))
    assert {rank.ticket_id for rank in ranks} == set(session.scalars(waiting))


@pytest.mark.parametrize(
    "only",
    [
        Filter(),
        Filter(status=Status.OPEN),
        Filter(stage=Stage.PAUSED),
        Filter(function="login"),
        Filter(tier=2),
        Filter(unassigned=True),
        Filter(assignee_id="user:1", status=Status.NEW),
    ],
)
def test_pages_show_every_ticket_once(session: Session, only: Filter) -> None:
    add_random(session, 120, 9)
    whole = list_queue(session, agent(), only, limit=1_000)
    pages, last = [], None
    while page := list_queue(session, agent(), only, after=last, limit=7):
        pages += page
        last = rank_of(page[-1])
    assert [t.id for t in pages] == [t.id for t in whole]
    assert whole


def test_a_new_ticket_shifts_no_page(session: Session) -> None:
    add_random(session, 60, 3)
    first = list_queue(session, agent(), Filter(), limit=10)
    second = list_queue(session, agent(), Filter(), after=rank_of(first[-1]), limit=10)
    top = opened(session, new_ticket(), OPENING - timedelta(days=1))
    top.impact, top.urgency, top.priority, top.rank_tier = 1, 1, 1, 1
    session.flush()
    assert list_queue(session, agent(), Filter(), limit=1) == [top]
    again = list_queue(session, agent(), Filter(), after=rank_of(first[-1]), limit=10)
    assert [t.id for t in again] == [t.id for t in second]


def test_what_is_done_is_listed_newest_first(session: Session) -> None:
    add_random(session, 80, 4)
    only = Filter(status=Status.SOLVED)
    whole = [t.id for t in list_newest(session, agent(), only, limit=1_000)]
    assert whole == sorted(whole, reverse=True)
    rest = list_newest(session, agent(), only, before=whole[2], limit=1_000)
    assert [t.id for t in rest] == whole[3:]


def test_a_page_of_the_queue_is_one_index_scan_without_a_sort(database: Database) -> None:
    with database.write() as session:
        add_random(session, 3_000, 1)
        session.execute(text("ANALYZE"))
    with database.read() as session:
        top = list_queue(session, agent(), Filter(), limit=1)[0]
        plan = _plan(session, database.dialect, top)
    assert "ix_ticket_stage_priority" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def _plan(session: Session, dialect: str, top: Ticket) -> str:
    columns = "priority, rank_tier, waiting_since_at, id"
    explain = "EXPLAIN QUERY PLAN" if dialect == "sqlite" else "EXPLAIN"
    at = top.waiting_since_at.strftime("%Y-%m-%d %H:%M:%S.%f")
    zone = "" if dialect == "sqlite" else "+00"
    rows = session.execute(
        text(
            f"{explain} SELECT * FROM ticket WHERE stage = 'waiting' AND ({columns}) >"
            f" ({top.priority}, {top.rank_tier}, '{at}{zone}', {top.id})"
            f" ORDER BY {columns} LIMIT 50"
        )
    )
    return "\n".join(" ".join(str(value) for value in row) for row in rows)


def test_school_staff_see_the_queue_of_their_schools(session: Session) -> None:
    mine, other = add_school(session, "S-1"), add_school(session, "S-2")
    ticket = opened(session, new_ticket(mine))
    opened(session, new_ticket(other))
    opened(session, new_ticket())
    staff = staff_of("S-1")
    assert [t.id for t in list_queue(session, staff, Filter())] == [ticket.id]
    assert get_tiles(session, staff).open == 1
    assert list_open_of_school(session, staff, other) == []


def test_a_new_tier_moves_the_open_tickets_of_its_school(session: Session) -> None:
    first, second = add_school(session, "S-1"), add_school(session, "S-2")
    older = opened(session, new_ticket(first), OPENING - timedelta(minutes=9))
    newer = opened(session, new_ticket(second))
    assert [t.id for t in list_queue(session, agent(), Filter())] == [older.id, newer.id]
    assert copy_tiers(session, {first: 4, second: 1}, OPENING) == 2
    assert copy_tiers(session, {first: 4, second: 1}, OPENING) == 0
    session.expire_all()
    assert [t.id for t in list_queue(session, agent(), Filter())] == [newer.id, older.id]
    assert newer.version == 2


def test_the_tiles_count_what_is_open(session: Session) -> None:
    school = add_school(session, "S-1")
    early = OPENING - timedelta(minutes=30)
    opened(session, new_ticket(school, function=Function.LOGIN), early)
    answered = opened(session, new_ticket(school), early - timedelta(minutes=5))
    actions.take(session, answered.id, by=agent(), now=OPENING)
    actions.reply(session, answered.id, "On it.", by=agent(), now=OPENING)
    solved = opened(session, new_ticket(school), early)
    actions.take(session, solved.id, by=agent(), now=OPENING)
    actions.solve(session, solved.id, by=agent(), now=OPENING)
    session.flush()
    tiles = get_tiles(session, agent())
    assert (tiles.open, tiles.unassigned, tiles.unanswered) == (2, 1, 1)
    assert tiles.oldest_unanswered_at == early
    assert oldest_unanswered_at(session) == early
    assert tiles.by_function == {"login": 1, "scheduling": 1}
    assert count_by_function_and_priority(session) == {("login", 4): 1, ("scheduling", 4): 1}
    counts = count_by_school(session)
    assert (counts[school].open, counts[school].unanswered) == (2, 1)
    assert counts[school].oldest_unanswered_at == early
    assert [t.id for t in list_open_of_school(session, agent(), school)] == [
        answered.id,
        early_id(session),
    ]
    assert latest_event_id(session) > 0


def early_id(session: Session) -> int:
    return session.scalars(select(Ticket.id).where(Ticket.function == "login")).one()
