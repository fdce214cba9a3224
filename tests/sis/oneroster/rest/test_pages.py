"""Administrators give programs access, and take it away."""

import re
from pathlib import Path

import pytest

from core.clock import FrozenClock
from core.db import Database
from sis.settings import SisSettings
from sis.surface import SURFACE as SIS
from tests.core.web_site import Browser, Site, make_site
from tests.sis.oneroster.rest.town import NOW, ROLES, Service

CLIENTS = "/oneroster/clients"


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    return make_site(
        database,
        tmp_path,
        FrozenClock(NOW),
        surfaces=[SIS],
        roles=ROLES,
        sections={SisSettings: SisSettings()},
    )


@pytest.fixture
def ada(site: Site) -> Browser:
    return site.signed_in("ada", "manager")


def _create(browser: Browser, *scopes: str, **fields: str) -> tuple[int, str]:
    form = {"name": "Learning platform", "organization": "", **fields}
    answer = browser.client.post(
        f"{CLIENTS}/new",
        data={**form, "scope": list(scopes), "csrf_token": browser.form_token(f"{CLIENTS}/new")},
    )
    return answer.status_code, answer.text


def test_without_clients_the_page_says_what_to_do(ada: Browser) -> None:
    assert "Create a client for the program" in ada.get(CLIENTS).text


def test_a_new_client_s_secret_is_shown_once_and_gets_tokens(site: Site, ada: Browser) -> None:
    status, text = _create(ada, "roster.readonly", "gradebook.readonly")
    client_id, secret = re.findall(r"<code>([^<]+)</code>", text)[:2]
    assert status == 200
    assert Service(site, {client_id: secret}).token(client_id).status_code == 200
    listed = ada.get(CLIENTS).text
    assert client_id in listed
    assert secret not in listed


def test_what_was_typed_comes_back_with_everything_that_is_wrong(ada: Browser) -> None:
    status, text = _create(ada, name=" ", organization="nowhere")
    assert status == 422
    assert 'value="nowhere"' in text
    for part in ("Give the client a name", "Choose at least one scope", "identifier nowhere"):
        assert part in text


def test_a_revoked_client_gets_nothing_more(site: Site, ada: Browser) -> None:
    _status, text = _create(ada, "roster.readonly")
    client_id, secret = re.findall(r"<code>([^<]+)</code>", text)[:2]
    for said in ("can no longer use", "is revoked already"):
        assert ada.post(f"{CLIENTS}/1/revoke", page=f"{CLIENTS}/new").status_code == 303
        assert said in ada.get(CLIENTS).text
    assert Service(site, {client_id: secret}).token(client_id).status_code == 401


def test_others_may_neither_look_nor_create(site: Site) -> None:
    for browser in (site.signed_in("bo", "reader"), site.signed_in("cy", "office", ["S1"])):
        assert browser.get(CLIENTS).status_code == 403
        assert browser.post(f"{CLIENTS}/new", page="/password").status_code == 403
