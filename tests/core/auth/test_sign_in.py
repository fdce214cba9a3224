from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.auth.accounts.actions import deactivate, set_password
from core.auth.accounts.models import UserAccount
from core.auth.accounts.queries import get_account
from core.auth.jobs import prune
from core.auth.redirects import safe_target
from core.auth.sessions.actions import begin_attempt
from core.auth.sessions.models import SignInThrottle, UserSession
from core.clock import FrozenClock, monotonic
from tests.core.web_site import PASSWORD, TESTS, Browser, Site

LOCKED_AFTER = 3


def _count(site: Site, model: type[UserSession] | type[SignInThrottle]) -> int:
    with site.runtime.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def _is_signed_in(browser: Browser) -> bool:
    return browser.get("/mine").status_code == 200


def _try_names(site: Site, addresses: Sequence[str]) -> None:
    """Each address in turn tries another name; none of them has to wait."""
    policy, now = site.runtime.settings.core.auth, site.runtime.clock.real_now()
    with site.runtime.database.write() as session:
        for number, address in enumerate(addresses):
            name = f"name{number}"
            assert begin_attempt(session, name, address, policy=policy, now=now) is None


@pytest.mark.parametrize("name", ["ada", "ADA", " Ada "])
def test_the_right_password_signs_in_whatever_the_capitals(site: Site, name: str) -> None:
    site.add_user("Ada")
    browser = site.browser()
    response = browser.sign_in(name, target="/notes")
    assert (response.status_code, response.headers["Location"]) == (303, "/notes")
    assert _is_signed_in(browser)


def test_the_cookie_is_for_this_server_only_and_holds_no_secret_of_the_database(
    site: Site,
) -> None:
    site.add_user("ada")
    cookies = site.browser().sign_in("ada").headers.getlist("Set-Cookie")
    cookie = next(text for text in cookies if text.startswith("bellwether_session="))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
        assert part in cookie
    with site.runtime.database.read() as session:
        kept = session.scalars(select(UserSession.token_hash)).one()
        assert kept not in cookie
        assert PASSWORD not in session.scalars(select(UserAccount.password_hash)).one()


def test_name_password_and_closed_account_are_refused_with_the_same_words(site: Site) -> None:
    site.add_user("ada")
    site.add_user("bob")
    with site.runtime.database.write() as session:
        now = site.runtime.clock.real_now()
        deactivate(session, get_account(session, "bob"), by=TESTS, now=now)
    answers = [
        site.browser().sign_in("ada", "wrong"),
        site.browser().sign_in("nobody", PASSWORD),
        site.browser().sign_in("bob", PASSWORD),
        site.browser().sign_in("ada", "x" * 100_000),
        site.browser().sign_in("", ""),
    ]
    assert {answer.status_code for answer in answers} == {422}
    for answer in answers:
        assert "The username or the password is not right." in answer.text
        assert PASSWORD not in answer.text


def test_signing_in_again_ends_the_session_before(site: Site) -> None:
    browser = site.signed_in("ada")
    before = browser.client.get_cookie("bellwether_session")
    site.add_user("bob")
    token = browser.form_token("/notes")
    form = {"username": "bob", "password": PASSWORD, "csrf_token": token}
    assert browser.client.post("/sign-in", data=form).status_code == 303
    after = browser.client.get_cookie("bellwether_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert _count(site, UserSession) == 1


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    browser = site.signed_in("ada")
    cookie = browser.client.get_cookie("bellwether_session")
    assert cookie is not None
    assert browser.post("/sign-out", page="/notes").status_code == 303
    browser.client.set_cookie("bellwether_session", cookie.value)
    assert not _is_signed_in(browser)
    assert "You are signed out." in browser.get("/sign-in?bye=1").text


def test_signing_out_by_a_link_does_nothing(site: Site) -> None:
    browser = site.signed_in("ada")
    assert browser.get("/sign-out").status_code == 405
    assert _is_signed_in(browser)


def test_a_session_ends_at_its_hour_though_the_browser_was_busy(
    site: Site, clock: FrozenClock
) -> None:
    browser = site.signed_in("ada")
    for _ in range(11):
        clock.advance(timedelta(hours=1))
        assert _is_signed_in(browser)
    clock.advance(timedelta(hours=1))
    assert not _is_signed_in(browser)


def test_a_session_ends_when_the_browser_is_silent(site: Site, clock: FrozenClock) -> None:
    browser = site.signed_in("ada")
    clock.advance(timedelta(minutes=119))
    assert _is_signed_in(browser)
    clock.advance(timedelta(minutes=119))
    assert _is_signed_in(browser)
    clock.advance(timedelta(minutes=120))
    assert not _is_signed_in(browser)


def test_session_timers_follow_the_machine_and_not_the_drill(
    site: Site, clock: FrozenClock
) -> None:
    browser = site.signed_in("ada")
    clock.real = clock.real_now()
    clock.at += timedelta(days=400)
    assert _is_signed_in(browser)


def test_a_new_password_and_a_closed_account_end_all_sessions(site: Site) -> None:
    one, two = site.signed_in("ada"), site.signed_in("bob")
    with site.runtime.database.write() as session:
        now = site.runtime.clock.real_now()
        set_password(session, get_account(session, "ada"), "another password", by=TESTS, now=now)
        deactivate(session, get_account(session, "bob"), by=TESTS, now=now)
    assert not _is_signed_in(one)
    assert not _is_signed_in(two)
    assert site.browser().sign_in("ada", "another password").status_code == 303


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_after_some_failures_an_account_waits_even_with_the_right_password(
    site: Site, clock: FrozenClock, name: str
) -> None:
    site.add_user("ada")
    for _ in range(LOCKED_AFTER):
        assert site.browser().sign_in(name, "wrong").status_code == 422
    locked = site.browser().sign_in(name)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "Too many attempts" in locked.text
    clock.advance(timedelta(minutes=14, seconds=59))
    assert site.browser().sign_in(name).status_code == 429
    clock.advance(timedelta(seconds=1))
    assert site.browser().sign_in(name).status_code == (303 if name == "ada" else 422)


def test_a_good_sign_in_forgives_the_failures_before(site: Site) -> None:
    site.add_user("ada")
    for _ in range(3):
        for _ in range(LOCKED_AFTER - 1):
            assert site.browser().sign_in("ada", "wrong").status_code == 422
        assert site.browser().sign_in("ada").status_code == 303


def test_an_address_that_tries_many_names_waits_and_others_do_not(site: Site) -> None:
    site.add_user("ada")
    _try_names(site, ["203.0.113.9"] * LOCKED_AFTER * 12)
    assert site.browser("203.0.113.9").sign_in("ada").status_code == 429
    assert site.browser("203.0.113.10").sign_in("ada").status_code == 303


def test_a_whole_ipv6_network_counts_as_one_address(site: Site) -> None:
    _try_names(site, [f"2001:db8::{number:x}" for number in range(LOCKED_AFTER * 12)])
    assert site.browser("2001:db8::ffff").sign_in("someone", "x").status_code == 429
    assert site.browser("2001:db8:0:1::1").sign_in("someone", "x").status_code == 422


def test_guesses_at_the_same_moment_are_all_counted(site: Site) -> None:
    site.add_user("ada")
    with ThreadPoolExecutor(8) as threads:
        guesses = [threads.submit(site.browser().sign_in, "ada", "wrong") for _ in range(16)]
        answers = [guess.result().status_code for guess in guesses]
    assert sorted(answers) == [422] * LOCKED_AFTER + [429] * (16 - LOCKED_AFTER)


def test_housekeeping_forgets_what_has_expired(site: Site, clock: FrozenClock) -> None:
    site.signed_in("ada")
    site.browser().sign_in("nobody", "x")
    prune(site.runtime, clock.real_now())
    assert (_count(site, UserSession), _count(site, SignInThrottle)) == (1, 2)
    prune(site.runtime, clock.advance(timedelta(hours=13)))
    assert (_count(site, UserSession), _count(site, SignInThrottle)) == (0, 0)


ELSEWHERE = [
    "",
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "tickets",
    "/sign-in?next=/",
    "/sign-out",
    "http:///tickets",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_sign_in_leads_nowhere_but_into_this_site(target: str) -> None:
    assert safe_target(target) == "/"


@pytest.mark.parametrize("target", ["/", "/tickets?state=open&after=x", "/schools/12#map"])
def test_a_path_of_this_site_is_followed(target: str) -> None:
    assert safe_target(target) == target


def test_an_open_redirect_is_refused_in_both_steps(site: Site) -> None:
    site.add_user("ada")
    browser = site.browser()
    page = browser.get("/sign-in?next=//evil.example").text
    assert "evil" not in page
    response = browser.sign_in("ada", target="https://evil.example/")
    assert response.headers["Location"] == "/"
    assert browser.get("/sign-in?next=//evil.example").headers["Location"] == "/"


def test_a_long_write_elsewhere_does_not_hold_up_those_who_only_read(
    site: Site, clock: FrozenClock
) -> None:
    browser, headers = site.signed_in("ada"), site.bearer()
    clock.advance(timedelta(minutes=60))
    started = monotonic()
    with site.runtime.database.write() as session:
        session.execute(update(UserAccount).values(display_name="Being imported"))
        assert _is_signed_in(browser)
        assert site.app.test_client().get("/mine", headers=headers).status_code == 200
    assert monotonic() - started < 10
    clock.advance(timedelta(minutes=59))
    assert _is_signed_in(browser)
    clock.advance(timedelta(minutes=119))
    assert _is_signed_in(browser)
