from itertools import count

import pytest

from core.db import Database
from core.web.csrf import is_token_of, make_token
from tests.core.web.notes import make_surface
from tests.core.web_site import PASSWORD, Browser, Site, make_site

_numbers = count(1)

UNSAFE = [
    ("POST", "/notes"),
    ("POST", "/api/v1/notes"),
    ("PUT", "/api/v1/notes/1"),
    ("DELETE", "/api/v1/notes/1"),
    ("POST", "/sign-out"),
]


@pytest.fixture(scope="module")
def site(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(module_database, tmp_path_factory.mktemp("site"), surfaces=[make_surface()])


def _somebody(site: Site) -> Browser:
    return site.signed_in(f"user{next(_numbers)}")


@pytest.mark.parametrize(("method", "url"), UNSAFE)
def test_every_unsafe_method_by_cookie_needs_the_form_token(
    site: Site, method: str, url: str
) -> None:
    browser = _somebody(site)
    for headers in ({}, *({"X-CSRF-Token": token} for token in ("", "nonsense", "é", "A" * 88))):
        response = browser.client.open(url, method=method, headers=headers, json={"text": "x"})
        assert response.status_code == 403
    assert browser.get("/mine").status_code == 200


@pytest.mark.parametrize(("method", "url"), UNSAFE)
def test_the_token_of_another_session_is_refused(site: Site, method: str, url: str) -> None:
    foreign = _somebody(site).form_token("/notes")
    browser = _somebody(site)
    response = browser.client.open(url, method=method, headers={"X-CSRF-Token": foreign})
    assert response.status_code == 403


def test_the_header_does_as_well_as_the_field(site: Site) -> None:
    browser = _somebody(site)
    headers = {"X-CSRF-Token": browser.form_token("/notes")}
    assert browser.client.put("/api/v1/notes/1", headers=headers).status_code == 200


def test_a_bearer_needs_no_form_token(site: Site) -> None:
    response = site.app.test_client().put("/api/v1/notes/1", headers=site.bearer())
    assert response.status_code == 200


def test_a_request_that_the_browser_calls_cross_site_is_refused_with_a_good_token(
    site: Site,
) -> None:
    browser = _somebody(site)
    headers = {"X-CSRF-Token": browser.form_token("/notes"), "Sec-Fetch-Site": "cross-site"}
    assert browser.client.put("/api/v1/notes/1", headers=headers).status_code == 403


def test_the_sign_in_form_needs_its_token_too(site: Site) -> None:
    site.add_user("ada")
    browser = site.browser()
    form = {"username": "ada", "password": PASSWORD}
    assert browser.client.post("/sign-in", data=form).status_code == 403
    stolen = site.browser().form_token()
    refused = browser.client.post("/sign-in", data={**form, "csrf_token": stolen})
    assert refused.status_code == 403
    assert browser.sign_in("ada").status_code == 303


def test_tokens_differ_each_time_and_all_fit() -> None:
    tokens = {make_token("secret") for _ in range(20)}
    assert len(tokens) == 20
    assert all(is_token_of(token, "secret") for token in tokens)
    assert not any(is_token_of(token, "another") for token in tokens)
