"""The web form, the queue page and the ticket page, on both databases."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.clock import FrozenClock
from core.db import Database
from sis.organizations.models import School
from tests.triage.cast import OPENING, Caller, add_school, caller, web_on
from triage.tickets.models import Ticket

FORM = {
    "school": "Bell High School [S-1]",
    "function": "login",
    "subject": "Nobody can sign in",
    "description": "Since 8:00 in the office.",
    "students_affected": "1,200",
    "requester": "Rita",
    "phone": "213 555 0100",
    "email": "rita@example.org",
}
XSS = "<script>alert(1)</script>"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(OPENING)


@pytest.fixture
def app(database: Database, clock: FrozenClock, tmp_path: Path) -> Flask:
    with database.write() as session:
        add_school(session, "S-1", name="Bell High School")
        for number in range(2, 40):
            add_school(session, f"S-{number}", name=f"Avenue {number} School")
    return web_on(database, clock, tmp_path)


@pytest.fixture
def agent(app: Flask, database: Database, clock: FrozenClock) -> Caller:
    return caller(app, database, clock)


def tickets(database: Database) -> list[Ticket]:
    with database.read() as session:
        found = list(session.scalars(select(Ticket).order_by(Ticket.id)))
        session.expunge_all()
        return found


def test_the_form_opens_a_ticket_and_shows_it(agent: Caller, database: Database) -> None:
    made = agent.submit("/tickets/new", FORM)
    ticket = tickets(database)[0]
    assert (made.status, made.headers["Location"]) == (303, f"/tickets/{ticket.id}")
    assert (ticket.channel, ticket.students_affected, ticket.priority) == ("web", 1_200, 2)
    page = agent.get(f"/tickets/{ticket.id}").text
    assert "What happens next: your ticket is number" in page
    assert "Bell High School" in page


def test_everything_typed_is_kept_beside_its_error(agent: Caller, database: Database) -> None:
    bad = {**FORM, "subject": "", "students_affected": "many", "function": "", "phone": "12 & 3"}
    answer = agent.submit("/tickets/new", bad)
    assert answer.status == 422
    assert tickets(database) == []
    for text in ("Since 8:00 in the office.", "many", "12 &amp; 3", "Bell High School [S-1]"):
        assert text in answer.text
    for name in ("subject", "students_affected", "function"):
        assert f'id="{name}-error"' in answer.text
        assert f'href="#{name}"' in answer.text


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("S-1", 303),
        ("bell high school", 303),
        ("Bell", 303),
        ("", 303),  # the desk may open one without a school
        ("Avenue", 422),
        ("Nowhere", 422),
        ("Bell High School [S-99]", 422),
    ],
)
def test_a_school_is_found_by_label_id_name_or_a_part_that_only_one_has(
    agent: Caller, typed: str, status: int
) -> None:
    assert agent.submit("/tickets/new", {**FORM, "school": typed}).status == status


def test_sending_the_form_twice_saves_once(agent: Caller, database: Database) -> None:
    key = re.search(r'name="idempotency_key" value="([^"]+)"', agent.get("/tickets/new").text)
    assert key is not None
    form = {**FORM, "idempotency_key": key.group(1)}
    first, again = agent.submit("/tickets/new", form), agent.submit("/tickets/new", form)
    assert first.headers["Location"] == again.headers["Location"]
    assert len(tickets(database)) == 1


def test_a_corrected_form_with_the_same_key_is_saved(agent: Caller, database: Database) -> None:
    form = {**FORM, "idempotency_key": "k-1"}
    assert agent.submit("/tickets/new", {**form, "subject": ""}).status == 422
    assert agent.submit("/tickets/new", form).status == 303
    assert len(tickets(database)) == 1


def test_staff_of_one_school_find_it_chosen(
    app: Flask, database: Database, clock: FrozenClock
) -> None:
    school = caller(app, database, clock, "school_staff", "S-1")
    page = school.get("/tickets/new").text
    assert '<option value="S-1" selected>Bell High School [S-1]</option>' in page
    assert "Avenue" not in page
    assert school.submit("/tickets/new", {**FORM, "school": "S-1"}).status == 303
    assert school.submit("/tickets/new", {**FORM, "school": "S-2"}).status == 422


def test_a_link_from_a_schools_page_chooses_it(agent: Caller, database: Database) -> None:
    with database.read() as session:
        school_id = session.scalars(
            select(School.organization_id).order_by("organization_id")
        ).first()
    for wanted in ("S-1", school_id):
        page = agent.get(f"/tickets/new?school={wanted}").text
        assert 'value="Bell High School [S-1]" autocomplete' in page


def test_nothing_typed_becomes_markup(agent: Caller) -> None:
    form = {**FORM, "subject": XSS, "description": XSS, "requester": XSS, "school": "S-1"}
    path = agent.submit("/tickets/new", form).headers["Location"]
    for page in (
        path,
        "/tickets",
        f"{path}/parts/thread",
        f"{path}/parts/panel",
        "/tickets/parts/queue",
    ):
        text = agent.get(page).text
        assert XSS not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    bad = agent.submit("/tickets/new", {**form, "function": XSS, "school": XSS})
    assert XSS not in bad.text


def test_the_queue_shows_reasons_and_the_next_button(agent: Caller) -> None:
    agent.submit("/tickets/new", FORM)
    page = agent.get("/tickets").text
    assert "First: priority 2 (high), no tier, waiting 0 min" in page
    assert "Next ticket" in page
    taken = agent.submit("/tickets/next", {})
    assert taken.headers["Location"].startswith("/tickets/")
    assert agent.submit("/tickets/next", {}).headers["Location"] == "/tickets"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "No open tickets"),
        ("?endpoint=x&_external=1", "No open tickets"),
        ("?function=login", "No ticket fits"),
        ("?status=solved&tier=2&assignee=me", "No ticket fits"),
    ],
)
def test_an_empty_queue_says_why(agent: Caller, query: str, said: str) -> None:
    assert said in agent.get(f"/tickets{query}").text


def test_a_ticket_is_taken_answered_and_solved_on_its_page(
    agent: Caller, database: Database
) -> None:
    path = agent.submit("/tickets/new", FORM).headers["Location"]
    assert agent.submit(f"{path}/take", {}).status == 303
    assert agent.submit(f"{path}/reply", {"body": "On it.", "action": "wait"}).status == 303
    assert tickets(database)[0].status == "pending"
    assert agent.submit(f"{path}/reply", {"body": "", "action": "reply"}).status == 422
    kept = agent.submit(f"{path}/reply", {"body": " ", "action": "note"}).text
    assert "Write something first." in kept
    done = {"body": "Unlocked.", "action": "solve"}
    assert agent.submit(f"{path}/reply", done).status == 303
    assert tickets(database)[0].status == "solved"
    page = agent.get(path).text
    assert "Unlocked." in page
    assert "Reopen" in page
    assert agent.submit(f"{path}/reopen", {}).status == 303
    assert agent.submit(f"{path}/hold", {}).status == 303
    assert agent.submit(f"{path}/release", {}).status == 303
    assert agent.submit(f"{path}/solve", {}).status == 303  # nobody has it: refused with a message
    assert tickets(database)[0].status == "on_hold"


def test_a_reply_to_a_solved_ticket_is_refused_and_kept(agent: Caller) -> None:
    path = agent.submit("/tickets/new", FORM).headers["Location"]
    agent.submit(f"{path}/take", {})
    agent.submit(f"{path}/solve", {})
    answer = agent.submit(f"{path}/reply", {"body": "One more thing", "action": "reply"})
    assert answer.status == 409


def test_the_schools_reply_brings_a_solved_ticket_back(
    app: Flask, database: Database, clock: FrozenClock, agent: Caller
) -> None:
    path = agent.submit("/tickets/new", FORM).headers["Location"]
    agent.submit(f"{path}/take", {})
    agent.submit(f"{path}/solve", {})
    school = caller(app, database, clock, "school_staff", "S-1")
    assert "A reply brings a solved ticket back" in school.get(path).text
    assert (
        school.submit(f"{path}/reply", {"body": "Still locked.", "action": "solve"}).status == 403
    )
    assert school.submit(f"{path}/reply", {"body": "Still locked."}).status == 303
    assert tickets(database)[0].status == "open"
    assert "Take" not in school.get(path).text


def test_every_ticket_counts_once(agent: Caller, database: Database) -> None:
    for _ in range(3):
        agent.submit("/tickets/new", FORM)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 3
