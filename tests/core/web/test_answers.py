import gzip
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core.db import Database
from core.settings.models import ServerSettings
from core.web.problems import wants_json
from tests.core.web.notes import make_surface
from tests.core.web_site import Site, make_site


@pytest.fixture(scope="module")
def site(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(module_database, tmp_path_factory.mktemp("site"), surfaces=[make_surface()])


def test_every_answer_carries_the_security_headers(site: Site) -> None:
    browser = site.signed_in("ada")
    for url in ("/notes", "/nowhere", "/broken", "/api/v1/notes", "/healthz", "/sign-in"):
        headers = browser.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "img-src 'self' data: blob:" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers


def test_behind_https_there_is_hsts_and_cookies_are_bound_to_the_host(
    database: Database, tmp_path: Path
) -> None:
    site = make_site(
        database,
        tmp_path,
        surfaces=[make_surface()],
        server=ServerSettings(secure_cookies=True, trusted_proxies=1),
    )
    client = site.app.test_client()
    response = client.get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert response.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-bellwether_visitor=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie


@pytest.mark.parametrize("given", ["abc-123", "0" * 64])
def test_a_request_id_is_taken_over(site: Site, given: str) -> None:
    assert site.browser().get("/healthz", X_Request_Id=given).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a b", "<script>", "0" * 65, "a;b"])
def test_an_odd_request_id_is_replaced(site: Site, given: str) -> None:
    found = site.browser().get("/healthz", X_Request_Id=given).headers["X-Request-Id"]
    assert found != given
    assert len(found) == 32


def test_a_bug_is_a_500_with_the_request_id_and_logged_once(site: Site) -> None:
    with capture_logs() as events:
        response = site.browser().get("/broken", X_Request_Id="trace-me")
    assert response.status_code == 500
    assert "trace-me" in response.text
    assert "secret" not in response.text
    failures = [event for event in events if event["log_level"] == "error"]
    assert [event["event"] for event in failures] == ["request_failed"]
    assert str(failures[0]["exc_info"]) == "a bug with a secret in it"


def test_a_refusal_of_the_api_is_a_problem_document(site: Site) -> None:
    headers = {**site.bearer(), "X-Request-Id": "r-1"}
    response = site.app.test_client().post("/api/v1/notes", json={"text": ""}, headers=headers)
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert response.get_json() == {
        "type": "urn:bellwether:problem:invalid",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "Some fields of the body are not acceptable.",
        "code": "invalid",
        "instance": "/api/v1/notes",
        "request_id": "r-1",
        "fields": {"text": "String should have at least 1 character"},
    }


BODIES = [
    (b"{", "application/json", 400, "malformed_json"),
    (b"", "application/json", 400, "malformed_json"),
    (b'{"text": "\xff"}', "application/json", 400, "malformed_json"),
    (b'{"text": "\\ud800"}', "application/json", 400, "malformed_json"),
    (b'{"text": "a\\u0000b"}', "application/json", 400, "malformed_text"),
    (b'{"text": "a", "tags": ["\\u0000"]}', "application/json", 400, "malformed_text"),
    (b'{"text": "\\\\u0000"}', "application/json", 201, None),
    (b'{"text": "a"}', "text/plain", 415, "unsupported_media_type"),
    (b'{"text": "a", "more": 1}', "application/json", 422, "invalid"),
    (b'["text"]', "application/json", 422, "invalid"),
]


@pytest.mark.parametrize(("body", "kind", "status", "code"), BODIES)
def test_a_body_is_taken_or_refused_with_a_code(
    site: Site, body: bytes, kind: str, status: int, code: str | None
) -> None:
    response = site.app.test_client().post(
        "/api/v1/notes", data=body, content_type=kind, headers=site.bearer()
    )
    assert response.status_code == status
    assert response.get_json().get("code") == code


def test_a_field_deep_in_the_body_is_named_by_its_path(site: Site) -> None:
    body = {"text": "a", "tags": ["ok", "far too long"]}
    response = site.app.test_client().post("/api/v1/notes", json=body, headers=site.bearer())
    assert list(response.get_json()["fields"]) == ["tags[1]"]


def test_a_body_that_is_too_large_is_413(site: Site) -> None:
    body = b'{"text": "' + b"a" * (5 * 1024 * 1024) + b'"}'
    response = site.app.test_client().post(
        "/api/v1/notes", data=body, content_type="application/json", headers=site.bearer()
    )
    assert response.status_code == 413


@pytest.mark.parametrize("url", ["/nowhere", "/static/nothing.css", "/static/../app.py"])
def test_what_does_not_exist_is_a_page_with_404(site: Site, url: str) -> None:
    response = site.browser().get(url)
    assert response.status_code == 404
    assert "Not found" in response.text


def test_an_id_that_no_database_could_hold_is_404(site: Site) -> None:
    response = site.app.test_client().put(f"/api/v1/notes/{2**63}", headers=site.bearer())
    assert response.status_code == 404


def test_a_method_that_the_address_does_not_take_is_405_with_those_it_takes(site: Site) -> None:
    response = site.app.test_client().delete("/api/v1/notes", headers=site.bearer())
    assert response.status_code == 405
    assert response.get_json()["code"] == "method_not_allowed"
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("url", ["/asked?q=%00", "/nowhere%00"])
def test_a_nul_in_the_address_is_refused_before_any_view(site: Site, url: str) -> None:
    assert site.browser().get(url).status_code == 400


ASKED = [
    ("/asked", 200, {"limit": 50, "q": "", "state": "open"}),
    ("/asked?limit=200&q=+a+&state=solved", 200, {"limit": 200, "q": "a", "state": "solved"}),
    *((f"/asked?{odd}", 422, None) for odd in ("limit=0", "limit=201", "limit=x", "limit=1e3")),
    *((f"/asked?{odd}", 422, None) for odd in ("limit=" + "9" * 5000, "limit=²", "limit=--1")),
    *((f"/asked?{odd}", 422, None) for odd in ("q=12345678901", "state=closed")),
]


@pytest.mark.parametrize(("url", "status", "body"), ASKED)
def test_a_query_is_read_or_refused_by_name(
    site: Site, url: str, status: int, body: dict[str, object] | None
) -> None:
    response = site.browser().get(url, Accept="application/json")
    assert response.status_code == status
    if body is None:
        assert set(response.get_json()["fields"]) <= {"limit", "q", "state"}
    else:
        assert response.get_json() == body


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        ("/api/v1/notes", "text/html", True),
        ("/notes", "text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("/notes", "*/*", False),
        ("/notes", "", False),
        ("/notes", "application/json", True),
        ("/notes", "application/problem+json", True),
    ],
)
def test_programs_get_json_and_people_get_pages(
    site: Site, path: str, accept: str, expected: bool
) -> None:
    with site.app.test_request_context(path, headers={"Accept": accept}):
        assert wants_json() is expected


def test_a_page_is_compressed_for_those_who_take_it(site: Site) -> None:
    browser = site.signed_in("bea")
    packed = browser.get("/notes", Accept_Encoding="gzip")
    plain = browser.get("/notes", Accept_Encoding="identity")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "<h1>Notes</h1>" in gzip.decompress(packed.data).decode()
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_a_static_file_is_kept_for_a_year_under_its_digest_only(site: Site) -> None:
    browser = site.browser()
    page = browser.get("/sign-in").text
    url = page.split('href="/static/bellwether.css')[1].split('"')[0]
    dated = browser.get(f"/static/bellwether.css{url}")
    assert "immutable" in dated.headers["Cache-Control"]
    assert dated.content_type == "text/css; charset=utf-8"
    bare = browser.get("/static/bellwether.css")
    assert bare.headers["Cache-Control"] == "no-cache"
    again = browser.get("/static/bellwether.css", If_None_Match=bare.headers["ETag"])
    assert again.status_code == 304
    packed = browser.get("/static/bellwether.css", Accept_Encoding="gzip")
    assert gzip.decompress(packed.data) == bare.data


def test_access_logs_name_the_route_and_never_the_address(site: Site) -> None:
    with capture_logs() as events:
        site.app.test_client().put("/api/v1/notes/77?name=Ada", headers=site.bearer())
    told = [event for event in events if event["event"] == "request"]
    assert [event["route"] for event in told] == ["/api/v1/notes/<int:note_id>"]
    assert "Ada" not in str(told)


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/nothing", "sqlite:////nowhere/at.all"])
def test_a_database_that_is_away_is_503_with_a_time_to_come_back(tmp_path: Path, url: str) -> None:
    database = Database(url)
    site = make_site(database, tmp_path, surfaces=[make_surface()])
    with capture_logs() as events:
        response = site.browser().get("/notes", Authorization="Bearer x")
    database.dispose()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.get_json()["code"] == "unavailable"
    assert [e["event"] for e in events if e["log_level"] == "error"] == ["database_unavailable"]
