"""Clients, access tokens and scopes: RFC 6749 and what it leaves to us."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.audit.queries import list_entries
from core.clock import FrozenClock
from core.db import Database
from core.errors import Invalid
from sis.oneroster.clients.cli import oneroster_group
from sis.oneroster.clients.queries import get_client_named
from sis.oneroster.clients.rules import PREFIX, full
from sis.oneroster.jobs import prune
from tests.sis.oneroster.rest.town import NOW, ROOT, ROSTERING, Program, Service, make_service

URL = f"{ROOT}/token"


@pytest.fixture
def bare(database: Database, tmp_path: Path) -> Service:
    """The service without any record."""
    return make_service(database, tmp_path, FrozenClock(NOW))


def _command(service: Service, *arguments: str) -> Result:
    return CliRunner().invoke(oneroster_group, ["client", *arguments], obj=service.site.runtime)


def test_a_token_is_issued_and_kept_by_nobody(bare: Service) -> None:
    client = bare.new_client("roster.readonly", "roster-core.readonly")
    answer = bare.token(client)
    body = answer.get_json()
    assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    assert body["scope"].split() == [full("roster-core.readonly"), full("roster.readonly")]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"


def test_scopes_are_narrowed_to_what_was_asked_for(bare: Service) -> None:
    client = bare.new_client("roster.readonly", "gradebook.readonly")
    asked = f"{PREFIX}roster.readonly {PREFIX}gradebook.delete"
    assert bare.token(client, scope=asked).get_json()["scope"] == full("roster.readonly")
    none = bare.token(client, scope=full("gradebook.delete"))
    assert (none.status_code, none.get_json()["error"]) == (400, "invalid_scope")


def test_a_client_may_identify_itself_in_the_form(bare: Service) -> None:
    client = bare.new_client("roster.readonly")
    form = {"grant_type": "client_credentials", "client_id": client}
    browser = bare.site.app.test_client()
    good = browser.post(URL, data={**form, "client_secret": bare.secrets[client]})
    bad = browser.post(URL, data={**form, "client_secret": "wrong"})
    assert (good.status_code, bad.status_code) == (200, 401)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_secret": "x"}, 400, "invalid_request"),
        ({"grant_type": "client_credentials", "scope": "a\0b"}, 400, "invalid_request"),
    ],
)
def test_refusals_are_those_of_the_standard(
    bare: Service, form: dict[str, str], status: int, error: str
) -> None:
    answer = bare.token(bare.new_client("roster.readonly"), **form)
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)


def test_nobody_else_gets_a_token(bare: Service) -> None:
    browser = bare.site.app.test_client()
    form = {"grant_type": "client_credentials"}
    for auth in (None, ("nobody", "x"), ("nob\0dy", "x"), ("nobödy", "")):
        answer = browser.post(URL, data=form, auth=auth)
        assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert browser.get(URL).status_code == 405


def test_guessing_is_slowed_down_for_the_one_who_guesses(bare: Service) -> None:
    client = bare.new_client("roster.readonly")
    elsewhere = bare.site.app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    form = {"grant_type": "client_credentials"}
    statuses = [
        elsewhere.post(URL, data=form, auth=(client, f"guess {n}")).status_code for n in range(5)
    ]
    assert statuses == [401, 401, 401, 429, 429]
    assert bare.token(client).status_code == 200


def test_a_token_ends_after_its_hour_or_with_its_client(bare: Service) -> None:
    clock = bare.site.runtime.clock
    assert isinstance(clock, FrozenClock)
    program = bare.program("roster.readonly")
    assert program.get(f"{ROSTERING}/orgs").status_code == 200
    clock.advance(timedelta(hours=1))
    ended = program.get(f"{ROSTERING}/orgs")
    assert ended.status_code == 401
    assert 'error="invalid_token"' in ended.headers["WWW-Authenticate"]
    prune(bare.site.runtime, clock.now())
    fresh = bare.program("roster.readonly")
    assert _command(bare, "revoke", "test").exit_code == 0
    assert fresh.get(f"{ROSTERING}/orgs").status_code == 401


def test_a_token_of_the_service_opens_nothing_else(bare: Service) -> None:
    program = bare.program()
    assert program.get("/audit").status_code == 401
    assert program.ask("POST", "/accounts/new").status_code == 401
    nobody = Program(bare.site.app.test_client(), "")
    refused = nobody.client.get(f"{ROSTERING}/orgs")
    assert refused.get_json()["imsx_CodeMinor"]["imsx_codeMinorField"] == [
        {
            "imsx_codeMinorFieldName": "TargetEndSystem",
            "imsx_codeMinorFieldValue": "unauthorisedrequest",
        }
    ]


def test_the_command_line_creates_lists_and_revokes(bare: Service) -> None:
    made = _command(bare, "create", "LMS", "--scope", "roster.readonly", full("gradebook.delete"))
    told = json.loads(made.output)
    assert told["scopes"] == [full("gradebook.delete"), full("roster.readonly")]
    bare.secrets[told["client_id"]] = told["client_secret"]
    assert bare.token(told["client_id"]).status_code == 200
    listed = _command(bare, "list").output
    assert f"{told['client_id']}\talive\tLMS\tgradebook.delete roster.readonly\tdistrict" in listed
    assert told["client_secret"] not in listed
    assert _command(bare, "revoke", told["client_id"]).exit_code == 0
    assert bare.token(told["client_id"]).status_code == 401
    assert "revoked" in _command(bare, "list").output
    assert _command(bare, "revoke", told["client_id"]).exit_code != 0


def test_a_client_without_sense_is_refused_with_everything_wrong(bare: Service) -> None:
    with pytest.raises(Invalid) as refused:
        bare.new_client("roster.write", name=" ", organizations=["nowhere"])
    assert set(refused.value.fields) == {"name", "scope", "organization"}


def test_secrets_and_tokens_are_kept_as_digests_alone(bare: Service) -> None:
    client = bare.new_client("roster.readonly")
    token = bare.token(client).get_json()["access_token"]
    with bare.site.runtime.database.read() as session:
        assert get_client_named(session, client).secret_hash != bare.secrets[client]
        told = [str((one.before, one.after)) for one in list_entries(session)]
    assert not any(bare.secrets[client] in text or token in text for text in told)
