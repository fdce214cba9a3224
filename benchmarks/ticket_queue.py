"""The ranked queue at 100,000 tickets, and tickets created through the API.

Prints JSON lines, on both databases: pages of the queue beside a bare ``SELECT ... LIMIT 50`` by
primary key, and requests over 16 connections beside an empty page of the same server.

    python -m benchmarks.ticket_queue [--tickets 100000] [--database sqlite|postgresql]
"""

import argparse
import json
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from benchmarks.http_load import Load, empty_server, get, load, post_json
from core.auth.actor import SYSTEM
from core.auth.tokens.actions import create_token
from core.clock import machine_now, monotonic
from core.db import Database
from core.migrate import upgrade
from sis.organizations.models import Organization, School
from tests.support.server import running_server
from tools.postgres import running_postgres
from triage.tickets.models import Ticket
from triage.tickets.queries import Filter, claim_top, list_newest, list_queue, rank_of
from triage.tickets.rules.priority import Function
from triage.tickets.rules.status import Stage, Status
from triage.tickets.statistics import count_by_school, get_tiles

SCHOOLS = 1_000
RUNS = 40
WAITING = 0.5
PAGE = 50
SCOPES = ("tickets.create", "tickets.read", "tickets.work")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    asked = parser.parse_args()
    for dialect in asked.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, _fresh(dialect, Path(folder)) as database:
            about = {"benchmark": "ticket_queue", "database": dialect, "tickets": asked.tickets}
            for figure in _figures(database, Path(folder), asked.tickets, asked.seconds):
                print(json.dumps({**about, **figure}), flush=True)


@contextmanager
def _fresh(dialect: str, folder: Path) -> Iterator[Database]:
    if dialect == "postgresql":
        with running_postgres({"jit": "off"}) as server:
            server.execute("CREATE DATABASE queue")
            database = Database(server.url("queue"))
            yield database
            database.dispose()
    else:
        database = Database(f"sqlite:///{folder / 'queue.sqlite'}")
        yield database
        database.dispose()


def _figures(
    database: Database, folder: Path, tickets: int, seconds: float
) -> Iterator[dict[str, object]]:
    upgrade(database)
    with database.write() as session:
        fill(session, tickets)
        token = create_token(
            session, "bench", role="administrator", scopes=SCOPES, by=SYSTEM, now=machine_now()
        )
    with database.writer.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    yield from _queries(database)
    yield from _requests(database, folder, token, seconds)


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

        def measured(name: str, run: Callable[[], object]) -> dict[str, object]:
            return {"figure": name, "ms": _median(session, run)}

        yield measured("bare SELECT by primary key LIMIT 50", lambda: session.scalars(bare).all())
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
    database: Database, folder: Path, token: str, seconds: float
) -> Iterator[dict[str, object]]:
    with empty_server(folder) as url:
        yield _told("empty page", load(url, get(url, "/"), seconds=seconds))
    with running_server(database.url, folder / "var") as server:
        url = server.url
        for name, path in (
            ("GET /api/v1/tickets?limit=50", "/api/v1/tickets?limit=50"),
            ("GET /tickets", "/tickets"),
            ("GET /tickets/1", "/tickets/1"),
        ):
            yield _told(name, load(url, get(url, path, token), seconds=seconds))
        create = post_json(url, "/api/v1/tickets", token, _body)
        yield _told("POST /api/v1/tickets", load(url, create, seconds=seconds))


def _body(number: int) -> str:
    ticket = {
        "school": f"S-{number % SCHOOLS + 1}",
        "function": "scheduling",
        "subject": f"Period 3 is empty ({number})",
        "description": "For all of grade 10 since this morning.",
        "students_affected": number % 200,
    }
    return json.dumps(ticket)


def _told(name: str, found: Load) -> dict[str, object]:
    return {"figure": name, "connections": 16, **asdict(found)}


if __name__ == "__main__":
    main()
