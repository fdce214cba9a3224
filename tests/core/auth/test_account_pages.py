import re

from tests.core.web_site import PASSWORD, Browser, Site

NEW = {"username": "bob", "name": "Bob", "role": "reader", "school": ""}


def _made(page: str) -> str:
    found = re.search(r"<code>([0-9a-f-]{34})</code>", page)
    assert found is not None
    return found[1]


def _create(browser: Browser, **changes: str) -> tuple[int, str]:
    response = browser.post("/accounts/new", {**NEW, **changes}, page="/accounts/new")
    return response.status_code, response.text


def test_an_administrator_makes_an_account_and_hands_over_its_password(site: Site) -> None:
    status, page = _create(site.signed_in("ada"), school="S-1, S-2")
    assert status == 200
    browser = site.browser()
    assert browser.sign_in("bob", _made(page)).status_code == 303
    assert browser.get("/mine").get_json()["scope"] == ["S-1", "S-2"]


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(site: Site) -> None:
    ada = site.signed_in("ada")
    for changes, words in (
        ({"username": "b/b"}, "letters, digits"),
        ({"username": "ADA"}, "is taken"),
        ({"role": "ghost"}, "no role"),
        ({"role": "school_staff"}, "bound to schools"),
    ):
        status, page = _create(ada, **changes)
        assert status in (409, 422)
        assert words in page
        assert 'value="Bob"' in page


def test_a_closed_account_is_signed_out_and_stays_in_the_list(site: Site) -> None:
    ada, rita = site.signed_in("ada"), site.signed_in("rita", "reader")
    assert ada.post("/accounts/2/close", page="/accounts").status_code == 303
    assert "Rita can no longer sign in." in ada.get("/accounts").text
    assert rita.get("/mine").status_code == 303
    assert ada.post("/accounts/2/close", page="/accounts").status_code == 409
    assert ada.post("/accounts/99/close", page="/accounts").status_code == 404


def test_nobody_closes_their_own_account(site: Site) -> None:
    ada = site.signed_in("ada")
    assert ada.post("/accounts/1/close", page="/accounts").status_code == 409
    assert ada.get("/mine").status_code == 200


def test_a_new_password_from_an_administrator_replaces_the_old_one(site: Site) -> None:
    ada, rita = site.signed_in("ada"), site.signed_in("rita", "reader")
    made = _made(ada.post("/accounts/2/password", page="/accounts").text)
    assert rita.get("/mine").status_code == 303
    assert site.browser().sign_in("rita").status_code == 422
    assert site.browser().sign_in("rita", made).status_code == 303


def test_others_cannot_reach_the_accounts(site: Site) -> None:
    rita = site.signed_in("rita", "reader")
    assert rita.get("/accounts").status_code == 403
    assert rita.get("/accounts/new").status_code == 403
    assert rita.post("/accounts/1/close", page="/notes").status_code == 403


def test_people_change_their_own_password_and_stay_signed_in_here_only(site: Site) -> None:
    here, there = site.signed_in("ada"), site.browser()
    there.sign_in("ada")
    form = {"old": PASSWORD, "new": "another password", "again": "another password"}
    assert here.post("/password", form, page="/password").status_code == 303
    assert here.get("/mine").status_code == 200
    assert there.get("/mine").status_code == 303
    assert site.browser().sign_in("ada", "another password").status_code == 303


def test_a_wrong_old_or_a_weak_new_password_changes_nothing(site: Site) -> None:
    ada = site.signed_in("ada")
    for old, new, again, words in (
        ("wrong", "another password", "another password", "not your password"),
        (PASSWORD, "short", "short", "12 to 256"),
        (PASSWORD, "another password", "a different one", "differ"),
    ):
        form = {"old": old, "new": new, "again": again}
        response = ada.post("/password", form, page="/password")
        assert response.status_code == 422
        assert words in response.text
    assert site.browser().sign_in("ada").status_code == 303


def test_guessing_the_old_password_at_an_open_screen_is_slowed_down(site: Site) -> None:
    ada = site.signed_in("ada")
    form = {"old": "wrong", "new": "another password", "again": "another password"}
    answers = [ada.post("/password", form, page="/password").status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]


def test_a_token_has_no_password_to_change(site: Site) -> None:
    response = site.app.test_client().get("/password", headers=site.bearer())
    assert response.status_code == 403
