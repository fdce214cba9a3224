"""Callers and agents at the running service: the real API over HTTP."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select

from core.auth.actor import system
from core.auth.tokens.actions import create_token
from core.clock import FrozenClock, machine_now
from core.db import Database
from core.errors import ConfigError, ProviderError
from core.runtime import Runtime
from drills.demo import TOKEN_ROLE, TOKEN_SCOPES
from drills.opening_day.desk_api import DeskApi, Refused
from drills.opening_day.models import DrillEvent
from drills.opening_day.roll_call import RollCall
from drills.opening_day.running import Drill
from sis.organizations.models import Organization, School
from tests.drills.town import DAWN, DAY, at, runtime_on
from tests.support.server import LiveServer, free_port, running_server
from triage.tickets.models import Ticket, TicketEvent, TicketMessage

TICKET = {
    "school": "S-0001",
    "function": "scheduling",
    "subject": "Alumnos sin horario",
    "description": "Tenemos 12 alumnos sin horario completo.",
    "students_affected": 12,
    "requester": {"name": "Front office", "email": None, "phone": None},
}


def token(database: Database, *, scopes: tuple[str, ...] = TOKEN_SCOPES) -> str:
    with database.write() as session:
        return create_token(
            session,
            "drill",
            role=TOKEN_ROLE,
            scopes=scopes,
            by=system("tests"),
            now=machine_now(),
        )


@pytest.fixture(scope="module")
def service(
    module_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The web process on a district of one school."""
    with module_database.write() as session:
        session.execute(
            insert(Organization).values(
                id=1,
                sourced_id="S-0001",
                source="tests",
                name="Quillmere High School",
                type="school",
                modified_at=DAWN,
            )
        )
        session.execute(
            insert(School).values(organization_id=1, level="high", time_zone="America/Los_Angeles")
        )
    with running_server(module_database.url, tmp_path_factory.mktemp("desk")) as server:
        yield server


@pytest.fixture
def database(module_database: Database, service: LiveServer) -> Database:
    """The service's database without tickets and events; tokens, and so keys, are never reused."""
    with module_database.write() as session:
        for table in (DrillEvent, TicketMessage, TicketEvent, Ticket):
            session.execute(delete(table))
    return module_database


@pytest.fixture
def api(service: LiveServer, database: Database) -> Iterator[DeskApi]:
    api = DeskApi(service.url, token(database))
    yield api
    api.close()


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    return runtime_on(database, tmp_path, at(9))


def plan(database: Database, key: str, kind: str, **payload: object) -> None:
    with database.write() as session:
        session.add(
            DrillEvent(key=key, lane="desk", kind=kind, due_at=at(8), payload=dict(payload))
        )


def turn(database: Database, key: str = "turn/1") -> None:
    plan(database, key, "turn", reply_after=60, solve_after=600, words=0)


def outcome(database: Database, key: str) -> object:
    with database.read() as session:
        event = session.scalars(select(DrillEvent).where(DrillEvent.key == key)).one()
        return event.outcome if event.done_at is not None else "not done"


def tickets(database: Database) -> list[Ticket]:
    with database.read() as session:
        found = list(session.scalars(select(Ticket).order_by(Ticket.id)))
        session.expunge_all()
    return found


def play(runtime: Runtime, api: DeskApi, later: timedelta = timedelta()) -> int:
    runtime = replace(runtime, clock=FrozenClock(runtime.clock.now() + later))
    return Drill(runtime, api, RollCall(runtime, DAY, 1, []), threading.Event()).play_desk()


def test_a_ticket_that_is_sent_again_after_a_crash_is_there_once(
    database: Database, api: DeskApi, runtime: Runtime
) -> None:
    plan(database, "ticket/1", "ticket", **TICKET)
    first = api.open_ticket("ticket/1", TICKET)  # sent, then killed before it was marked done
    play(runtime, api)
    assert [ticket.id for ticket in tickets(database)] == [first["id"]]
    assert outcome(database, "ticket/1") == {"ticket_id": first["id"]}


def test_another_token_does_not_send_it_twice_either(
    database: Database, api: DeskApi, service: LiveServer, runtime: Runtime
) -> None:
    api.open_ticket("ticket/1", TICKET)
    plan(database, "ticket/1", "ticket", **TICKET)
    other = DeskApi(service.url, token(database))
    play(runtime, other)
    other.close()
    assert len(tickets(database)) == 1
    assert outcome(database, "ticket/1") != "not done"


def test_an_agent_takes_answers_and_solves_in_the_language_of_the_school(
    database: Database, api: DeskApi, runtime: Runtime
) -> None:
    api.open_ticket("ticket/1", TICKET)
    turn(database)
    play(runtime, api)
    assert [ticket.status for ticket in tickets(database)] == ["open"]
    play(runtime, api, timedelta(minutes=5))
    play(runtime, api, timedelta(minutes=15))
    [ticket] = tickets(database)
    assert (ticket.status, ticket.assignee_name) == ("solved", "drill")
    with database.read() as session:
        said = session.scalars(select(TicketMessage.body).order_by(TicketMessage.id)).all()
    assert said[1].startswith("Gracias por avisarnos")
    assert len(said) == 3


def test_an_agent_leaves_the_tickets_of_probes_to_people(
    database: Database, api: DeskApi, runtime: Runtime
) -> None:
    api.open_ticket("ticket/1", TICKET)
    with database.write() as session:
        session.scalars(select(Ticket)).one().channel = "probe"
    turn(database)
    play(runtime, api)
    assert [ticket.assignee_id for ticket in tickets(database)] == [None]
    assert outcome(database, "turn/1") == {"idle": True}


def test_an_agent_without_work_looks_again_a_little_later(
    database: Database, api: DeskApi, runtime: Runtime
) -> None:
    turn(database)
    play(runtime, api)
    with database.read() as session:
        left = select(DrillEvent.key, DrillEvent.kind).where(DrillEvent.done_at.is_(None))
        assert session.execute(left).one() == ("turn/1+", "turn")
    api.open_ticket("ticket/1", TICKET)
    play(runtime, api, timedelta(minutes=9))
    assert [ticket.status for ticket in tickets(database)] == ["open"]


def test_agents_go_home_when_their_shift_is_over(
    database: Database, api: DeskApi, runtime: Runtime
) -> None:
    turn(database)
    play(runtime, api, timedelta(hours=4))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(DrillEvent)) == 1


def test_a_ticket_that_a_person_took_first_is_theirs(
    database: Database, api: DeskApi, service: LiveServer, runtime: Runtime
) -> None:
    opened = api.open_ticket("ticket/1", TICKET)
    person = DeskApi(service.url, token(database))
    person.take("by-hand", opened["id"])
    person.close()
    plan(
        database,
        "turn/1",
        "turn",
        ticket_id=opened["id"],
        function="scheduling",
        language="en",
        reply_after=60,
        solve_after=600,
        words=0,
    )
    play(runtime, api)
    assert outcome(database, "turn/1") == {"refused": "ticket_taken"}


def test_a_service_that_is_away_is_asked_again_later(database: Database, runtime: Runtime) -> None:
    plan(database, "ticket/1", "ticket", **TICKET)
    nobody = DeskApi(f"http://127.0.0.1:{free_port()}", "x")
    drill = Drill(runtime, nobody, RollCall(runtime, DAY, 1, []), threading.Event())
    assert drill.play_desk() == 0
    assert drill.play_desk() == 0
    nobody.close()
    assert outcome(database, "ticket/1") == "not done"


def test_a_token_that_may_not_is_a_configuration_problem(
    database: Database, service: LiveServer
) -> None:
    for secret in ("nonsense", token(database, scopes=("tickets.read",))):
        stranger = DeskApi(service.url, secret)
        with pytest.raises(ConfigError, match="BELLWETHER_DRILL_TOKEN"):
            stranger.open_ticket("ticket/1", TICKET)
        stranger.close()


def test_a_ticket_for_an_unknown_school_is_refused_for_good(api: DeskApi) -> None:
    with pytest.raises(Refused, match="invalid"):
        api.open_ticket("ticket/1", {**TICKET, "school": "S-9999"})


def test_nothing_listening_is_worth_another_try() -> None:
    nobody = DeskApi(f"http://127.0.0.1:{free_port()}", "x")
    with pytest.raises(ProviderError):
        nobody.waiting(1)
    nobody.close()
