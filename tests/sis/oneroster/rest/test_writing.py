"""PUT, POST and DELETE, one after the other and all at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.audit.queries import list_entries
from core.clock import FrozenClock
from core.db import Database
from tests.sis.oneroster.rest.town import (
    EVERY_BODY,
    GRADEBOOK,
    LINE_ITEM,
    NOW,
    SCORE,
    Program,
    Service,
    fill_gradebook,
    make_service,
)

RESULT = {**SCORE, "lineItem": {"sourcedId": "L1"}}


def _result(program: Program, sourced_id: str = "X1") -> dict[str, Any]:
    body: dict[str, Any] = program.get(f"{GRADEBOOK}/results/{sourced_id}").get_json()["result"]
    return body


def test_what_is_put_comes_back(program: Program) -> None:
    fill_gradebook(program)
    for kind, (sourced_id, body) in EVERY_BODY.items():
        plural = {"category": "categories"}.get(kind, f"{kind}s")
        found = program.get(f"{GRADEBOOK}/{plural}/{sourced_id}").get_json()[kind]
        for name, value in body.items():
            if isinstance(value, dict) and "sourcedId" in value:
                assert found[name]["sourcedId"] == value["sourcedId"]
            elif isinstance(value, bool):
                assert found[name] == str(value).lower()
            else:
                assert found[name] == value


def test_the_same_again_changes_nothing_and_another_body_replaces_all(program: Program) -> None:
    fill_gradebook(program)
    before = _result(program)
    assert program.put("result", "X1", RESULT).status_code == 200
    assert _result(program) == before
    bare = {name: RESULT[name] for name in ("student", "lineItem", "scoreStatus")}
    extra = {**bare, "score": 130, "scoreDate": "2015-01-21T23:00:00.000Z"}
    assert program.put("result", "X1", extra).status_code == 200
    after = _result(program)
    assert (after["score"], after["scoreDate"]) == (130, "2015-01-21")
    assert after["dateLastModified"] > before["dateLastModified"]
    assert not after.keys() & {"comment", "textScore", "late", "scoreScale"}


def test_times_of_change_never_repeat_even_while_the_clock_stands_still(program: Program) -> None:
    fill_gradebook(program)
    for number in range(3):
        program.put("category", f"C{number}", {"title": "x"})
    answer = program.get(f"{GRADEBOOK}/categories", sort="dateLastModified")
    times = [one["dateLastModified"] for one in answer.get_json()["categories"]]
    assert len(times) == len(set(times)) == 9
    newest = program.listed(f"{GRADEBOOK}/categories", filter=f"dateLastModified>'{times[-2]}'")
    assert newest == ["C2"]


def test_what_is_deleted_leaves_the_lists_but_not_the_changes(
    service: Service, program: Program
) -> None:
    fill_gradebook(program)
    results = f"{GRADEBOOK}/results"
    assert program.listed(results) == ["X1"]
    assert program.ask("DELETE", f"{GRADEBOOK}/lineItems/L1").status_code == 204
    assert program.listed(results) == []
    assert program.get(results).headers["X-Total-Count"] == "0"
    assert program.get(f"{results}/X1").status_code == 404
    assert program.ask("DELETE", f"{results}/X1").status_code == 404
    assert program.listed(results, filter="status='tobedeleted'") == ["X1"]
    assert program.listed(results, filter="dateLastModified>'2015-01-12'") == ["X1"]
    assert program.put("lineItem", "L1", LINE_ITEM).status_code == 201
    with service.site.runtime.database.read() as session:
        actions = [one.action for one in list_entries(session, subject_type="line_item")]
    assert actions == ["gradebook.replace", "gradebook.delete", "gradebook.create"]


def test_everything_wrong_with_a_body_is_told_at_once(program: Program) -> None:
    fill_gradebook(program)
    answer = program.put("result", "X2", {"score": "many", "scoreStatus": "graded"})
    text = answer.get_json()["imsx_description"]
    assert answer.status_code == 422
    assert all(f"result.{name}" in text for name in ("score", "scoreStatus", "student"))
    lost = {**RESULT, "student": {"sourcedId": "nobody"}, "scoreScale": {"sourcedId": "none"}}
    text = program.put("result", "X2", lost).get_json()["imsx_description"]
    assert "nobody" in text
    assert "result.scoreScale" in text
    other = {**RESULT, "class": {"sourcedId": "K2"}}
    assert program.put("result", "X2", other).status_code == 422
    assert program.put("category", "no space", {"title": "x"}).status_code == 422
    assert program.put("category", "C9", {"title": "a\0b"}).status_code == 422
    mine = program.ask(
        "PUT", f"{GRADEBOOK}/categories/C9", json={"category": {"sourcedId": "C8", "title": "x"}}
    )
    assert mine.status_code == 422
    for body in (b"", b"{", b"[]", b'{"category": {"title": "\\ud800"}}', b"\xff"):
        refused = program.ask("PUT", f"{GRADEBOOK}/categories/C9", data=body)
        assert refused.status_code in (400, 422)
    assert program.get(f"{GRADEBOOK}/categories/C9").status_code == 404


def test_a_post_draws_ids_and_is_kept_whole_or_not_at_all(program: Program) -> None:
    fill_gradebook(program)
    url = f"{GRADEBOOK}/lineItems/L1/results"
    body = {name: value for name, value in SCORE.items() if name != "scoreScale"}
    two = [{**body, "sourcedId": "a"}, {**body, "sourcedId": "b", "lineItem": {"sourcedId": "L1"}}]
    answer = program.ask("POST", url, json={"results": two})
    pairs = answer.get_json()["sourcedIdPairs"]
    assert [pair["suppliedSourcedId"] for pair in pairs] == ["a", "b"]
    drawn = [pair["allocatedSourcedId"] for pair in pairs]
    assert program.listed(f"{GRADEBOOK}/results")[1:] == drawn
    broken = [*two, {**body, "sourcedId": "c", "student": {"sourcedId": "nobody"}}]
    refused = program.ask("POST", url, json={"results": broken})
    assert refused.status_code == 422
    assert "results[2].student" in refused.get_json()["imsx_description"]
    assert len(program.listed(f"{GRADEBOOK}/results")) == 3


def test_a_post_that_is_retried_with_its_key_is_done_once(program: Program) -> None:
    fill_gradebook(program)
    url, key = f"{GRADEBOOK}/classes/K1/lineItems", {"Idempotency-Key": "once"}
    item = {**LINE_ITEM, "sourcedId": "mine"}
    first, again = (
        program.ask("POST", url, json={"lineItems": [item]}, headers=key) for _ in range(2)
    )
    assert first.get_json() == again.get_json()
    assert len(program.listed(url)) == 2


def test_an_address_that_contradicts_the_body_is_refused(program: Program) -> None:
    fill_gradebook(program)
    item = {**LINE_ITEM, "sourcedId": "mine"}
    for url in ("classes/K2/lineItems", "schools/S2/lineItems"):
        answer = program.ask("POST", f"{GRADEBOOK}/{url}", json={"lineItems": [item]})
        assert answer.status_code == 422
    assert program.listed(f"{GRADEBOOK}/lineItems") == ["L1"]


def test_an_id_may_hold_what_the_standard_allows(program: Program) -> None:
    odd = "a/b@c.d-e_f/students"
    assert program.put("category", odd, {"title": "Odd"}).status_code == 201
    found = program.get(f"{GRADEBOOK}/categories/{odd}").get_json()["category"]
    assert found["sourcedId"] == odd


def test_a_hundred_clients_put_at_once(database: Database, service: Service) -> None:
    fill_gradebook(service.program())
    programs = [service.program("gradebook.createput") for _ in range(4)]

    def put(number: int) -> int:
        own = Program(service.site.app.test_client(), programs[number % 4].token)
        body = {**RESULT, "score": number}
        return own.put("result", "same" if number % 2 else f"own-{number}", body).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(put, range(100)))
    assert sorted(set(statuses)) == [200, 201]
    assert statuses.count(201) == 51
    reader = service.program()
    answer = reader.get(f"{GRADEBOOK}/results", sort="dateLastModified", limit="200")
    times = [one["dateLastModified"] for one in answer.get_json()["results"]]
    assert len(times) == len(set(times)) == 52


def test_a_clock_that_goes_back_moves_no_change_back(
    database: Database, tmp_path: Path, service: Service
) -> None:
    early = make_service(database, tmp_path / "early", FrozenClock(NOW - timedelta(days=1)))
    service.program().put("category", "A", {"title": "x"})
    program = early.program()
    program.put("category", "B", {"title": "x"})
    assert program.listed(f"{GRADEBOOK}/categories", sort="dateLastModified")[-2:] == ["A", "B"]
