"""Every address of the whole application says who may call it."""

import re
from pathlib import Path

import pytest
from flask import Flask

import app
from core.db import Database
from core.web.access import OWN_PROOF, PUBLIC, SIGNED_IN, access_of
from tests.support.tree import ROOT

OPEN_TO_ALL = {
    "/healthz",
    "/readyz",
    "/metrics",  # decides by address and token itself: tests/core/web/test_metrics.py
    "/sign-in",
    "/static/<path:filename>",
    "/api/v1/openapi.json",
    "/on-call/feeds/<secret>.ics",  # calendar programs cannot sign in: the address is the secret
    "/alertmanager/-/healthy",
    "/alertmanager/-/ready",
}
PROVE_THEMSELVES = (
    "/ims/oneroster/",  # OAuth 2 clients: tests/sis/oneroster/rest/test_access.py
    "/alertmanager/",  # tokens, or this machine: tests/alerts/alertmanager/test_posting.py
    "/slack/interactions",  # Slack's signature: tests/alerts/test_slack_buttons.py
)
NOTIFICATIONS = "/account/notifications"
WHATEVER_THE_ROLE = {
    *("/", "/events", "/sign-out", "/password", NOTIFICATIONS),
    *(f"{NOTIFICATIONS}/contacts", f"{NOTIFICATIONS}/rules"),
    *(f"{NOTIFICATIONS}/contacts/<int:contact_id>/{verb}" for verb in ("verify", "code", "remove")),
    f"{NOTIFICATIONS}/rules/<int:rule_id>/remove",
    *("/account/browsers", "/account/browsers/test", "/account/worker.js"),
    "/account/browsers/<int:browser_id>/remove",
}


@pytest.fixture
def whole(tmp_path: Path, database: Database) -> Flask:
    env = {
        "BELLWETHER_CONFIG": str(ROOT / "config.yaml"),
        "VAR": str(tmp_path),
        "DATABASE_URL": database.url,
    }
    return app.create_app(app.make_runtime(env))


def _addresses(application: Flask) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for rule in application.url_map.iter_rules():
        access = access_of(application.view_functions[rule.endpoint])
        assert access is not None, f"{rule.rule} says nothing about who may call it"
        found.setdefault(rule.rule, set()).add(access)
    return found


def test_every_permission_that_a_route_names_is_declared_by_a_package(whole: Flask) -> None:
    declared = {word for surface in app.surfaces() for word in surface.permissions}
    asked = set().union(*_addresses(whole).values())
    assert asked - {PUBLIC, SIGNED_IN, OWN_PROOF} <= declared


def test_only_these_addresses_are_open_to_all(whole: Flask) -> None:
    opened = {rule for rule, access in _addresses(whole).items() if PUBLIC in access}
    assert opened <= OPEN_TO_ALL


def test_only_these_addresses_ask_for_no_permission(whole: Flask) -> None:
    loose = {rule for rule, access in _addresses(whole).items() if SIGNED_IN in access}
    assert loose <= WHATEVER_THE_ROLE


def test_only_these_addresses_have_a_proof_of_their_own(whole: Flask) -> None:
    own = [rule for rule, access in _addresses(whole).items() if OWN_PROOF in access]
    assert own
    assert all(rule.startswith(PROVE_THEMSELVES) for rule in own)


def test_a_visitor_gets_into_no_other_address_whatever_the_method(whole: Flask) -> None:
    client = whole.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"  # programs of this machine may do more
    for rule in whole.url_map.iter_rules():
        if rule.rule in OPEN_TO_ALL:
            continue
        url = re.sub(r"<[^>]*>", "1", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = client.open(url, method=method)
            assert answer.status_code in (303, 401, 403), f"{method} {url} lets visitors in"
