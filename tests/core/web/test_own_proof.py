"""Addresses whose programs prove themselves in a way of their own, and are refused in one."""

from pathlib import Path

import pytest
from flask import Blueprint, Response, jsonify, request

from core.auth.actor import Actor
from core.db import Database
from core.errors import AppError, Unauthenticated
from core.plugins import Surface
from core.web.access import proves_itself
from core.web.context import actor, visit
from tests.core.web_site import Site, make_site

blueprint = Blueprint("own", __name__, url_prefix="/own")


def _check() -> None:
    if request.headers.get("Authorization") != "Bearer open sesame":
        raise Unauthenticated("Say the word.")
    visit().actor = Actor("token", "guest:1", "Guest", "guest", frozenset())


@blueprint.post("/door")
@proves_itself(_check)
def door() -> str:
    return actor().id


def _refusal(error: AppError) -> Response:
    response = jsonify(no=error.message)
    response.status_code = error.status
    return response


@pytest.fixture
def own(database: Database, tmp_path: Path) -> Site:
    surface = Surface("own", blueprints=(blueprint,), refusals={"/own/": _refusal})
    return make_site(database, tmp_path, surfaces=[surface])


def test_the_check_stands_in_for_accounts_and_form_tokens(own: Site) -> None:
    client = own.app.test_client()
    answer = client.post("/own/door", headers={"Authorization": "Bearer open sesame"})
    assert (answer.status_code, answer.text) == (200, "guest:1")


def test_neither_a_session_nor_an_account_s_token_opens_it(own: Site) -> None:
    signed_in = own.signed_in("ada")
    assert signed_in.client.post("/own/door").status_code == 401
    assert own.app.test_client().post("/own/door", headers=own.bearer()).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/own/door", 401), ("GET", "/own/door", 405), ("GET", "/own/window", 404)],
)
def test_refusals_below_the_address_have_its_form(
    own: Site, method: str, path: str, status: int
) -> None:
    answer = own.app.test_client().open(
        path, method=method, headers={"Authorization": "Bearer wrong"}
    )
    assert (answer.status_code, list(answer.get_json())) == (status, ["no"])


def test_refusals_elsewhere_keep_theirs(own: Site) -> None:
    answer = own.app.test_client().get("/owned", headers={"Accept": "application/json"})
    assert answer.get_json()["code"] == "not_found"
