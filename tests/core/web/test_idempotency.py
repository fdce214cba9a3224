import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from werkzeug.test import TestResponse

from core.idempotency.actions import KEEP, prune
from tests.core.web_site import Site
from tests.support.tree import ROOT


def _post(site: Site, key: str, text: str, headers: dict[str, str]) -> TestResponse:
    return site.app.test_client().post(
        "/api/v1/notes", json={"text": text}, headers={**headers, "Idempotency-Key": key}
    )


def _count(site: Site, headers: dict[str, str]) -> int:
    response = site.app.test_client().get("/api/v1/notes", headers=headers)
    number: int = response.get_json()["notes"]
    return number


def test_the_same_key_and_body_is_done_once_and_answered_twice(site: Site) -> None:
    headers = site.bearer()
    first, second = (_post(site, "k", "a", headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert second.headers["Location"] == "/api/v1/notes/1"
    assert second.content_type == "application/json"
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert _count(site, headers) == 1


def test_without_a_key_each_request_counts(site: Site) -> None:
    headers = site.bearer()
    for _ in range(2):
        site.app.test_client().post("/api/v1/notes", json={"text": "a"}, headers=headers)
    assert _count(site, headers) == 2


def test_the_same_key_for_another_body_is_refused(site: Site) -> None:
    headers = site.bearer()
    _post(site, "k", "a", headers)
    refused = _post(site, "k", "b", headers)
    assert refused.status_code == 422
    assert refused.get_json()["code"] == "idempotency_key_reused"
    assert _count(site, headers) == 1


def test_keys_of_two_actors_do_not_meet(site: Site) -> None:
    one, two = site.bearer(), site.bearer()
    assert _post(site, "k", "a", one).get_json() == {"note": 1}
    assert _post(site, "k", "b", two).get_json() == {"note": 2}


def test_a_refusal_is_not_kept_and_leaves_nothing_behind(site: Site) -> None:
    headers = site.bearer()
    assert _post(site, "k", "", headers).status_code == 422
    assert _post(site, "k", "late conflict", headers).status_code == 409
    assert _count(site, headers) == 0
    assert _post(site, "k", "a", headers).get_json() == {"note": 1}


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(site: Site, key: str) -> None:
    response = _post(site, key, "a", site.bearer())
    assert response.status_code == 400
    assert response.get_json()["code"] == "bad_idempotency_key"


def test_ten_at_once_with_one_key_make_one_note(site: Site) -> None:
    headers, start = site.bearer(), Barrier(10)

    def post(_: int) -> TestResponse:
        start.wait()
        return _post(site, "k", "a", headers)

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(post, range(10)))
    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 9
    assert _count(site, headers) == 1


def test_a_form_sent_twice_saves_once_and_leads_to_the_same_place(site: Site) -> None:
    browser = site.signed_in("ada")
    form = {"idempotency_key": "shown-once"}
    for _ in range(2):
        response = browser.post("/notes", form, page="/notes")
        assert (response.status_code, response.headers["Location"]) == (303, "/notes")
        assert "Note 1 is kept." in browser.get("/notes").text
        assert "Note 1 is kept." not in browser.get("/notes").text
    assert browser.get("/api/v1/notes").get_json() == {"notes": 1}


def test_each_showing_of_a_form_has_its_own_key(site: Site) -> None:
    browser = site.signed_in("ada")
    keys = [
        browser.get("/notes").text.split('name="idempotency_key" value="')[1][:22] for _ in "ab"
    ]
    assert keys[0] != keys[1]


def test_kept_answers_are_forgotten_after_two_days(site: Site) -> None:
    headers, now = site.bearer(), site.runtime.clock.real_now()
    _post(site, "k", "a", headers)
    with site.runtime.database.write() as session:
        prune(session, now=now + KEEP / 2)
    assert _post(site, "k", "a", headers).headers["Idempotency-Replayed"] == "true"
    with site.runtime.database.write() as session:
        prune(session, now=site.runtime.clock.real_now() + KEEP)
    assert "Idempotency-Replayed" not in _post(site, "k", "a", headers).headers


_CRASHING = """
import os, sys
from pathlib import Path
from sqlalchemy import event
from core.db import Database
from tests.core.web.notes import make_surface
from tests.core.web_site import make_site
database = Database(sys.argv[1])
site = make_site(database, Path(sys.argv[2]), surfaces=[make_surface()])
event.listen(database.writer, "commit", lambda connection: os._exit(9))
headers = {"Authorization": sys.argv[3], "Idempotency-Key": "k"}
site.app.test_client().post("/api/v1/notes", json={"text": "a"}, headers=headers)
"""


def test_a_crash_before_the_commit_leaves_nothing_and_the_retry_saves_once(
    site: Site, tmp_path: Path
) -> None:
    headers = site.bearer()
    site.app.test_client().get("/mine", headers=headers)  # so that the token counts as seen
    url = site.runtime.database.url
    command = [sys.executable, "-c", _CRASHING, url, str(tmp_path), headers["Authorization"]]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 9
    assert _count(site, headers) == 0
    answer = _post(site, "k", "a", headers)
    assert answer.get_json() == {"note": 1}
    assert "Idempotency-Replayed" not in answer.headers
    assert _count(site, headers) == 1
