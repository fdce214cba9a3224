"""POST and GET /api/v1/tickets, on both databases."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.clock import FrozenClock
from core.db import Database
from tests.triage.cast import OPENING, Caller, add_school, caller, web_on
from triage.tickets.models import Ticket

PATH = "/api/v1/tickets"
GOOD = {
    "school": "S-1",
    "function": "scheduling",
    "subject": "Period 3 is empty",
    "description": "For all of grade 10.",
    "students_affected": 120,
    "requester": {"name": "Rita", "phone": "213 555 0100"},
    "external_id": "OLD-1",
}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(OPENING)


@pytest.fixture
def app(database: Database, clock: FrozenClock, tmp_path: Path) -> Flask:
    with database.write() as session:
        add_school(session, "S-1", name="Bell High School")
        add_school(session, "S-2")
    return web_on(database, clock, tmp_path)


@pytest.fixture
def agent(app: Flask, database: Database, clock: FrozenClock) -> Caller:
    return caller(app, database, clock)


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def test_a_ticket_is_opened_weighed_and_found_again(agent: Caller) -> None:
    made = agent.post(PATH, GOOD)
    assert made.status == 201
    assert made.headers["ETag"] == '"1"'
    body = made.json
    assert body["school_name"] == "Bell High School"
    assert (body["impact"], body["urgency"], body["priority"]) == (1, 2, 2)
    assert body["requester"] == {"name": "Rita", "email": None, "phone": "213 555 0100"}
    found = agent.get(made.headers["Location"])
    assert (found.status, found.json) == (200, body)
    assert agent.get(made.headers["Location"], If_None_Match='"1"').status == 304


def test_a_retry_with_the_same_key_is_done_once(agent: Caller, database: Database) -> None:
    first = agent.post(PATH, GOOD, Idempotency_Key="k-1")
    again = agent.post(PATH, GOOD, Idempotency_Key="k-1")
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert count(database) == 1
    assert agent.post(PATH, {**GOOD, "subject": "x"}, Idempotency_Key="k-1").status == 422


def test_an_external_id_is_refused_the_second_time(agent: Caller, database: Database) -> None:
    agent.post(PATH, GOOD)
    again = agent.post(PATH, GOOD)
    assert (again.status, again.json["code"]) == (409, "external_id_taken")
    assert again.headers["Content-Type"] == "application/problem+json"
    assert count(database) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"school": "S-9"}, "school"),
        ({"function": "coffee"}, "function"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"description": " "}, "description"),
        ({"students_affected": -1}, "students_affected"),
        ({"students_affected": True}, "students_affected"),
        ({"students_affected": "12"}, "students_affected"),
        ({"external_id": ""}, "external_id"),
        ({"colour": "red"}, "colour"),
        ({"requester": {"name": "x" * 201}}, "requester.name"),
    ],
)
def test_a_bad_field_is_named(agent: Caller, change: dict[str, Any], field: str) -> None:
    answer = agent.post(PATH, {**GOOD, **change})
    fields: Any = answer.json["fields"]
    assert (answer.status, list(fields)) == (422, [field])


def test_what_is_no_json_is_refused(agent: Caller) -> None:
    assert agent.submit(PATH, {"subject": "x"}).status == 415


def test_nobody_without_a_token_gets_in(app: Flask) -> None:
    assert app.test_client().post(PATH, json=GOOD).status_code == 401


def test_who_may_not_open_tickets_gets_403(
    app: Flask, database: Database, clock: FrozenClock
) -> None:
    assert caller(app, database, clock, "reader").post(PATH, GOOD).status == 403


def test_a_school_opens_and_sees_only_its_own(
    app: Flask, database: Database, clock: FrozenClock, agent: Caller
) -> None:
    other = agent.post(PATH, {**GOOD, "school": "S-2", "external_id": None})
    school = caller(app, database, clock, "school_staff", "S-1")
    assert school.post(PATH, GOOD).status == 201
    assert school.post(PATH, {**GOOD, "school": "S-2"}).status == 422
    assert school.post(PATH, {**GOOD, "school": None}).status == 422
    assert school.get(other.headers["Location"]).status == 404
    assert school.post(other.headers["Location"] + "/messages", {"body": "Hi"}).status == 404
    listed: Any = school.get(PATH).json["tickets"]
    assert [one["school"] for one in listed] == ["S-1"]
    assert school.post(f"{PATH}/{listed[0]['id']}/take").status == 403


def test_the_list_is_ranked_paged_and_says_why(agent: Caller, clock: FrozenClock) -> None:
    for number, students in enumerate((0, 500, 20, 500)):
        clock.advance(timedelta(minutes=1))
        body = {**GOOD, "students_affected": students, "external_id": f"X-{number}"}
        agent.post(PATH, body)
    first = agent.get(f"{PATH}?limit=3")
    tickets: Any = first.json["tickets"]
    assert [one["external_id"] for one in tickets] == ["X-1", "X-3", "X-2"]
    assert [one["place"] for one in tickets] == [1, 2, 3]
    assert "has waited 2 min longer" in tickets[1]["reason"]
    rest: Any = agent.get(f"{PATH}?limit=3&after={first.json['next']}").json
    assert [(one["external_id"], one["place"]) for one in rest["tickets"]] == [("X-0", 4)]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("status=solved", 200),
        ("function=login&tier=5&assignee=me", 200),
        ("stage=paused", 200),
        ("school=S-1", 200),
        ("school=S-9", 200),
        ("status=lost", 422),
        ("limit=0", 422),
        ("limit=201", 422),
        ("after=nonsense", 400),
    ],
)
def test_filters_are_from_a_list(agent: Caller, query: str, status: int) -> None:
    assert agent.get(f"{PATH}?{query}").status == status


def test_take_reply_and_solve(agent: Caller) -> None:
    path = agent.post(PATH, GOOD).headers["Location"]
    taken = agent.post(f"{path}/take")
    assert (taken.status, taken.json["status"]) == (200, "open")
    said = agent.post(f"{path}/messages", {"body": "On it.", "kind": "note"})
    assert (said.status, said.json["kind"]) == (201, "note")
    solved = agent.post(f"{path}/solve", {"answer": "Rolled over again."})
    assert (solved.status, solved.json["status"]) == (200, "solved")
    messages: Any = agent.get(f"{path}/messages").json["messages"]
    assert [one["body"] for one in messages] == [
        "For all of grade 10.",
        "On it.",
        "Rolled over again.",
    ]
    listed: Any = agent.get(f"{PATH}?status=solved").json["tickets"]
    assert (len(listed), listed[0]["place"]) == (1, None)
    assert agent.post(f"{path}/reopen").json["status"] == "open"
    assert agent.post(f"{path}/release").json["assignee"] is None


def test_a_second_agent_hears_who_has_it(
    app: Flask, database: Database, clock: FrozenClock, agent: Caller
) -> None:
    path = agent.post(PATH, GOOD).headers["Location"]
    agent.post(f"{path}/take")
    late = caller(app, database, clock).post(f"{path}/take")
    assert (late.status, late.json["code"]) == (409, "ticket_taken")
    assert "has this ticket already" in str(late.json["detail"])


def test_if_match_guards_against_an_old_reading(agent: Caller) -> None:
    made = agent.post(PATH, GOOD)
    path, tag = made.headers["Location"], made.headers["ETag"]
    taken = agent.post(f"{path}/take", If_Match=tag)
    assert taken.status == 200
    assert agent.post(f"{path}/solve", If_Match=tag).status == 412
    assert agent.post(f"{path}/solve", If_Match="junk").status == 412
    assert agent.post(f"{path}/solve", If_Match=f'"99", {taken.headers["ETag"]}').status == 200
    assert agent.post(f"{path}/reopen", If_Match="*").status == 200


def test_metrics_tell_what_is_open(app: Flask, agent: Caller) -> None:
    agent.post(PATH, GOOD)
    text = app.test_client().get("/metrics").get_data(as_text=True)
    assert 'bellwether_tickets_open{function="scheduling",priority="2"} 1.0' in text
    assert "bellwether_ticket_oldest_unanswered_opened_timestamp_seconds 1.4210859e+09" in text
