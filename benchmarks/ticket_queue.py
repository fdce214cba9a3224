"""The ranked queue at 100,000 tickets, and tickets created through the API.

On both databases: pages of the queue beside a bare ``SELECT ... LIMIT 50`` by primary key, and
requests over 16 connections beside an empty page of the same server.

    python -m benchmarks ticket_queue
"""

import json
import random
import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.context import DIALECTS, Context
from benchmarks.http_load import Load, beside, empty_server, get, load, post_json
from core.auth.actor import SYSTEM
from core.auth.tokens.actions import create_token
from core.clock import machine_now, monotonic
from core.db import Database
from sis.organizations.models import Organization, School
from tests.support.server import running_server
from triage.tickets.models import Ticket
from triage.tickets.queries import Filter, claim_top, list_newest, list_queue, rank_of
from triage.tickets.rules.priority import Function
from triage.tickets.rules.status import Stage, Status
from triage.tickets.statistics import count_by_school, get_tiles

TICKETS = {"small": 10_000, "full": 100_000}
SECONDS = 5.0
SCHOOLS = 1_000
RUNS = 40
WAITING = 0.5
PAGE = 50
SCOPES = ("tickets.create", "tickets.read", "tickets.work")


def run(context: Context) -> Iterator[dict[str, object]]:
    """Milliseconds beside the bare SELECT; requests a second and p95 beside the empty page."""
    with empty_server(context.folder) as url:
        empty = load(url, get(url, "/"), seconds=SECONDS)
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            token = _prepare(database, TICKETS[context.size])
            yield from _queries(database)
            yield from _requests(database, context.folder / f"desk-{dialect}", token, empty)


def _prepare(database: Database, tickets: int) -> str:
    """Fill the database; returns a token for its API."""
    with database.write() as session:
        fill(session, tickets)
        token = create_token(
            session, "bench", role="administrator", scopes=SCOPES, by=SYSTEM, now=machine_now()
        )
    with database.writer.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    return token


def fill(session: Session, tickets: int) -> None:
    """Schools, and tickets of every status and rank; half of them wait."""
    now = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
    for number in range(1, SCHOOLS + 1):
        session.add(
            Organization(
                id=number,
                sourced_id=f"S-{number}",
                source="bench",
                name=f"School {number}",
                type="school",
                modified_at=now,
            )
        )
    session.flush()
    zone = "America/Los_Angeles"
    schools = [
        {"organization_id": number, "level": "high", "time_zone": zone}
        for number in range(1, SCHOOLS + 1)
    ]
    session.execute(insert(School), schools)
    pick = random.Random(7)
    for start in range(0, tickets, 10_000):
        rows = [_row(pick, now) for _ in range(min(10_000, tickets - start))]
        session.execute(insert(Ticket), rows)


def _row(pick: random.Random, now: datetime) -> dict[str, object]:
    waiting = pick.random() < WAITING
    status = pick.choice([Status.NEW, Status.OPEN]) if waiting else Status.SOLVED
    impact, urgency = pick.randint(1, 3), pick.randint(1, 3)
    at = now - timedelta(seconds=pick.randint(0, 40 * 24 * 3600))
    taken = not waiting or pick.random() < 0.1
    return {
        "school_id": pick.randint(1, SCHOOLS),
        "function": pick.choice(list(Function)).value,
        "subject": "Students of grade 10 see no schedule",
        "status": status.value,
        "stage": (Stage.WAITING if waiting else Stage.DONE).value,
        "impact": impact,
        "urgency": urgency,
        "priority": impact + urgency - 1,
        "rank_tier": pick.randint(1, 4),
        "channel": "api",
        "requester_name": "Rita Requester",
        "assignee_id": f"user:{pick.randint(1, 400)}" if taken else None,
        "assignee_name": "Ana Agent" if taken else None,
        "opened_at": at,
        "waiting_since_at": at,
        "solved_at": None if waiting else at,
        "updated_at": at,
        "version": 1,
    }


def _queries(database: Database) -> Iterator[dict[str, object]]:
    with database.read() as session:
        whole = list_queue(session, SYSTEM, Filter(), limit=10_000_000)
        deep = rank_of(whole[len(whole) * 9 // 10])
        bare = select(Ticket).order_by(Ticket.id).limit(PAGE)
        session.expunge_all()

        reference = _median(session, lambda: session.scalars(bare).all())

        def measured(name: str, run: Callable[[], object]) -> dict[str, object]:
            value = _median(session, run)
            return {
                "name": f"{name}, {database.dialect}",
                "value": value,
                "unit": "ms",
                "reference": reference,
                "ratio": round(value / reference, 2),
            }

        yield measured("ranked queue, first page", lambda: _page(session, Filter()))
        yield measured(
            "ranked queue, page after nine tenths",
            lambda: list_queue(session, SYSTEM, Filter(), after=deep, limit=PAGE),
        )
        for name, only in (
            ("one function", Filter(function="grades")),
            ("one tier", Filter(tier=4)),
            ("one school", Filter(school_id=17)),
            ("nobody's", Filter(unassigned=True)),
            ("mine", Filter(assignee_id="user:7")),
        ):
            yield measured(f"ranked queue, {name}", partial(_page, session, only))
        solved = Filter(status=Status.SOLVED)
        yield measured(
            "solved, newest first", lambda: list_newest(session, SYSTEM, solved, limit=PAGE)
        )
        yield measured("top ticket that nobody has", lambda: _top(database))
        yield measured("tiles", lambda: get_tiles(session, SYSTEM))
        yield measured("counts by school", lambda: count_by_school(session))


def _page(session: Session, only: Filter) -> object:
    return list_queue(session, SYSTEM, only, limit=PAGE)


def _top(database: Database) -> None:
    with Session(database.writer) as session:
        claim_top(session, SYSTEM)
        session.rollback()


def _median(session: Session, run: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        session.expunge_all()
        started = monotonic()
        run()
        times.append((monotonic() - started) * 1000)
    return round(statistics.median(times), 3)


def _requests(
    database: Database, folder: Path, token: str, empty: Load
) -> Iterator[dict[str, object]]:
    with running_server(database.url, folder) as server:
        url = server.url
        for path in ("/api/v1/tickets?limit=50", "/tickets", "/tickets/1"):
            found = load(url, get(url, path, token), seconds=SECONDS)
            yield from beside(f"GET {path}, {database.dialect}", found, empty)
        create = post_json(url, "/api/v1/tickets", token, _body)
        found = load(url, create, seconds=SECONDS)
        yield from beside(f"POST /api/v1/tickets, {database.dialect}", found, empty)


def _body(number: int) -> str:
    ticket = {
        "school": f"S-{number % SCHOOLS + 1}",
        "function": "scheduling",
        "subject": f"Period 3 is empty ({number})",
        "description": "For all of grade 10 since this morning.",
        "students_affected": number % 200,
    }
    return json.dumps(ticket)
