import pytest

from tests.dashboards.boards import Reader, reader
from tests.dashboards.conftest import Morning


@pytest.fixture(scope="module")
def program(morning: Morning) -> Reader:
    return reader(morning.site, "superintendent")


def test_the_command_center_as_json(program: Reader) -> None:
    body = program.get("/api/v1/command-center").get_json()
    assert body["students"] == {"unscheduled": 37, "enrolled": 3 * 1204, "change_30_min": -23}
    assert body["states"] == {"firing": 1, "pending": 1, "unknown": 0, "ok": 1}
    assert body["tiers"] == {"1": 1, "2": 1, "3": 1}
    assert body["tickets"] == {
        "open": 1,
        "unanswered": 1,
        "oldest_unanswered_at": "2015-01-12T16:18:00Z",
        "oldest_unanswered_school": "S-0001",
    }
    assert [school["school"] for school in body["worst"]] == ["S-0001", "S-0002", "S-0003"]
    assert [moment["unscheduled"] for moment in body["series"]] == [60, 37]
    assert body["limit_applies_at"] == "2015-01-12T18:00:00Z"


def test_a_school_in_a_list_says_where_it_stands(program: Reader, morning: Morning) -> None:
    first = program.get("/api/v1/schools").get_json()["schools"][0]
    assert first["school"] == "S-0001"
    assert first["url"] == f"/schools/{morning.ids['worst']}"
    assert (first["state"], first["unscheduled"], first["limit"]) == ("firing", 23, 10)


def test_following_next_gives_every_school_once(program: Reader) -> None:
    seen, address = [], "/api/v1/schools?limit=1"
    for _ in range(5):
        body = program.get(address).get_json()
        seen += [school["school"] for school in body["schools"]]
        if body["next"] is None:
            break
        address = f"/api/v1/schools?limit=1&after={body['next']}"
    assert seen == ["S-0001", "S-0002", "S-0003"]


@pytest.mark.parametrize(
    ("query", "schools"),
    [
        ("state=pending", ["S-0002"]),
        ("tier=3", ["S-0003"]),
        ("q=alder", ["S-0001"]),
        ("q=none", []),
    ],
)
def test_the_list_is_filtered(program: Reader, query: str, schools: list[str]) -> None:
    body = program.get(f"/api/v1/schools?{query}").get_json()
    assert [school["school"] for school in body["schools"]] == schools


@pytest.mark.parametrize(
    ("query", "status"),
    [("state=bad", 422), ("limit=0", 422), ("limit=201", 422), ("after=%21", 400)],
)
def test_a_bad_question_is_a_problem_document(program: Reader, query: str, status: int) -> None:
    answer = program.get(f"/api/v1/schools?{query}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_one_school_in_detail(program: Reader) -> None:
    body = program.get("/api/v1/schools/S-0001").get_json()
    assert body["sentence"].startswith("23 of 1,204 students have no complete schedule.")
    assert body["today"] == ["Regular day, 08:00 to 14:55, in session now"]
    assert body["tier_reasons"] == ["Sentence 1."]
    assert body["phone"] == "(213) 555-0100"
    assert body["open_tickets"] == 1


@pytest.mark.parametrize("name", ["S-9999", "a/b", "%20"])
def test_an_unknown_school_is_not_found(program: Reader, name: str) -> None:
    assert program.get(f"/api/v1/schools/{name}").status_code == 404


def test_without_a_token_nothing_is_told(morning: Morning) -> None:
    client = morning.site.app.test_client()
    for address in ("command-center", "schools", "schools/S-0001"):
        assert client.get(f"/api/v1/{address}").status_code == 401
