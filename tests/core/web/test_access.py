from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint

from core.db import Database
from core.plugins import NavItem, Surface
from core.web.access import requires, signed_in
from core.web.factory import WiringError
from tests.core.web.notes import make_surface
from tests.core.web_site import Browser, Site, make_site


def _surface(view: Callable[[], str]) -> Surface:
    blueprint = Blueprint("odd", __name__)
    blueprint.get("/odd")(view)
    return Surface("odd", blueprints=(blueprint,))


def _scope(browser: Browser) -> list[str] | None:
    body = browser.get("/mine").get_json()
    scope: list[str] | None = body["scope"]
    return scope


def test_a_route_without_a_mark_stops_the_start(database: Database, tmp_path: Path) -> None:
    with pytest.raises(WiringError, match=r"/odd .* says nothing about who may call it"):
        make_site(database, tmp_path, surfaces=[_surface(lambda: "open to all?")])


def test_a_route_with_an_unknown_permission_stops_the_start(
    database: Database, tmp_path: Path
) -> None:
    view = requires("ponies.ride")(lambda: "")
    with pytest.raises(WiringError, match=r"unknown permission ponies\.ride"):
        make_site(database, tmp_path, surfaces=[_surface(view)])


def test_a_menu_entry_that_leads_nowhere_stops_the_start(
    database: Database, tmp_path: Path
) -> None:
    lost = Surface("odd", nav=(NavItem("Lost", "odd.lost", "audit.read", 1),))
    with pytest.raises(WiringError, match=r"odd\.lost"):
        make_site(database, tmp_path, surfaces=[lost])


def test_the_mark_is_readable_on_the_view() -> None:
    assert vars(signed_in(lambda: ""))["access"] == "signed_in"


def test_a_visitor_is_led_to_the_sign_in_and_back(site: Site) -> None:
    response = site.browser().get("/notes?a=1&b=2")
    assert response.status_code == 303
    assert response.headers["Location"] == "/sign-in?next=%2Fnotes%3Fa%3D1%26b%3D2"


def test_a_live_part_of_a_visitor_gets_401_instead_of_a_sign_in_form(site: Site) -> None:
    for headers in ({"X_Live": "1"}, {"HX_Request": "true"}, {"Accept": "text/event-stream"}):
        response = site.browser().get("/notes", **headers)
        assert (response.status_code, response.data) == (401, b"")


def test_the_api_answers_a_visitor_with_401_and_the_way_in(site: Site) -> None:
    response = site.browser().get("/api/v1/notes")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="bellwether"'
    assert response.content_type == "application/problem+json"


def test_a_permission_that_the_role_lacks_is_403(site: Site) -> None:
    reader = site.signed_in("rita", "reader")
    assert reader.get("/notes").status_code == 200
    assert reader.get("/guarded").status_code == 403
    assert "Not allowed" in reader.get("/guarded").text


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer bw_00000000_x", "Bearer"])
def test_a_bad_bearer_token_is_401_even_beside_a_good_cookie(
    site: Site, authorization: str
) -> None:
    browser = site.signed_in("ada")
    response = browser.get("/api/v1/notes", Authorization=authorization)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_token_may_do_what_both_role_and_scopes_allow(site: Site) -> None:
    client = site.app.test_client()
    headers = site.bearer("reader", scopes=("audit.read", "users.write"))
    assert client.get("/mine", headers=headers).json == {
        "actor": "token:1",
        "role": "reader",
        "permissions": ["audit.read"],
        "scope": None,
    }
    assert client.get("/guarded", headers=headers).status_code == 403
    headers = site.bearer("administrator", scopes=("users.write",))
    assert client.get("/guarded", headers=headers).status_code == 200
    assert client.get("/api/v1/notes", headers=headers).status_code == 403


def test_a_scoped_role_without_a_school_sees_nothing_rather_than_everything(site: Site) -> None:
    staff = site.signed_in("sam", "school_staff", schools=["S-2", "S-1"])
    lost = site.signed_in("lou", "school_staff")
    assert _scope(staff) == ["S-1", "S-2"]
    assert _scope(lost) == []
    assert _scope(site.signed_in("ada")) is None


def test_a_role_that_left_the_configuration_may_do_nothing(site: Site) -> None:
    ghost = site.signed_in("gus", "ghost")
    assert ghost.get("/mine").status_code == 200
    assert ghost.get("/notes").status_code == 403


def test_entries_of_one_group_stand_under_its_name_and_a_single_one_by_itself(
    database: Database, tmp_path: Path
) -> None:
    notes = replace(
        make_surface(),
        nav=(
            NavItem("Notes", "notes.index", "audit.read", 1, "Papers"),
            NavItem("Mine", "notes.mine", "metrics.read", 2, "Papers"),
        ),
    )
    site = make_site(database, tmp_path, surfaces=[notes])
    grouped = site.signed_in("ada").get("/notes").text
    assert '<summary class="current">Papers</summary>' in grouped
    assert grouped.index("Papers") < grouped.index('href="/notes"') < grouped.index('href="/mine"')
    alone = site.signed_in("rae", "reader").get("/notes").text
    assert 'href="/notes"' in alone
    assert "Papers" not in alone


def test_the_menu_shows_what_the_actor_may_open_and_where_one_is(site: Site) -> None:
    assert (
        '<a href="/notes" aria-current="page">Notes</a>' in site.signed_in("ada").get("/notes").text
    )
    assert 'href="/notes"' not in site.signed_in("gus", "ghost").get("/nowhere").text
