import json
import re
from datetime import timedelta

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.auth.accounts.queries import find_account_of
from core.auth.cli import token_group, user_group
from core.auth.roles import check
from core.clock import FrozenClock
from core.db import Database
from core.errors import Problem
from tests.core.web_site import PASSWORD, Site, make_site

GROUPS = {"token": token_group, "user": user_group}


def _run(site: Site, line: str, text: str = "") -> Result:
    group, *arguments = line.split()
    return CliRunner().invoke(GROUPS[group], arguments, input=text, obj=site.runtime)


def _headers(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret.strip()}"}


@pytest.fixture(scope="module")
def steady(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """For commands that change nothing."""
    site = make_site(module_database, tmp_path_factory.mktemp("site"))
    site.add_user("ada")
    return site


def test_a_new_token_is_all_that_is_printed_and_it_works(site: Site) -> None:
    result = _run(site, "token create --name x --role school_staff --scope audit.read --school S-1")
    assert result.exit_code == 0
    assert re.fullmatch(r"bw_[0-9a-f]{8}_[\w-]{43}\n", result.output)
    answer = site.app.test_client().get("/mine", headers=_headers(result.output))
    assert answer.get_json()["scope"] == ["S-1"]
    assert answer.get_json()["permissions"] == ["audit.read"]


def test_a_token_ends_when_it_expires_or_is_revoked(site: Site, clock: FrozenClock) -> None:
    line = "token create --name short --role reader --scope audit.read --expires-days 2"
    short, long = _run(site, line).output, _run(site, line.replace("short", "long")).output
    client = site.app.test_client()
    assert _run(site, "token revoke short").exit_code == 0
    assert client.get("/mine", headers=_headers(short)).status_code == 401
    clock.advance(timedelta(days=2) - timedelta(seconds=1))
    assert client.get("/mine", headers=_headers(long)).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert client.get("/mine", headers=_headers(long)).status_code == 401
    listed = _run(site, "token list").output
    assert [line.split("\t")[1] for line in listed.splitlines()] == ["revoked", "expired"]
    assert short.strip() not in listed


REFUSED = [
    ("token create --name x --role reader --scope users.write", 2, "does not allow users.write"),
    ("token create --name x --role ghost --scope audit.read", 1, "no role 'ghost'"),
    ("token create --name x --role school_staff --scope audit.read", 1, "bound to schools"),
    ("token create --role reader --scope audit.read", 2, "--name"),
    ("token create --name x --role reader", 2, "--scope"),
    ("token create --name x --role reader --scope audit.read --expires-days 0", 2, "0"),
    ("token revoke nothing", 1, "no living token"),
    ("user create ada --role ghost", 1, "no role 'ghost'"),
    ("user create bob --role school_staff", 1, "bound to schools"),
    ("user create ada/x --role reader", 1, "letters, digits"),
    ("user create ADA --role reader", 1, "taken"),
    ("user deactivate nobody", 1, "no account 'nobody'"),
    ("user password nobody", 1, "no account 'nobody'"),
    ("user create", 2, "USERNAME"),
]


@pytest.mark.parametrize(("line", "code", "words"), REFUSED)
def test_a_refusal_says_why_and_ends_with_its_code(
    steady: Site, line: str, code: int, words: str
) -> None:
    result = _run(steady, line)
    assert result.exit_code == code
    assert words in result.output
    assert "Traceback" not in result.output


def test_an_account_with_a_given_password_prints_nothing_and_signs_in(site: Site) -> None:
    line = "user create Ada --role administrator --name Ada --password-stdin"
    result = _run(site, line, f"{PASSWORD}\nmore\n")
    assert (result.exit_code, result.output) == (0, "")
    assert site.browser().sign_in("ada").status_code == 303


def test_an_account_belongs_to_one_person_of_the_records(site: Site) -> None:
    line = "user create {} --role reader --person T-7"
    assert _run(site, line.format("tia")).exit_code == 0
    refused = _run(site, line.format("tom"))
    assert (refused.exit_code, "has an account already" in refused.output) == (1, True)
    with site.runtime.database.read() as session:
        account = find_account_of(session, "T-7")
    assert account is not None
    assert account.username == "tia"


def test_an_account_without_a_password_gets_one_that_is_printed(site: Site) -> None:
    made = _run(site, "user create ada --role reader").output
    assert site.browser().sign_in("ada", made.strip()).status_code == 303
    changed = _run(site, "user password ada").output
    assert site.browser().sign_in("ada", made.strip()).status_code == 422
    assert site.browser().sign_in("ada", changed.strip()).status_code == 303


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_weak_password_is_refused(site: Site, password: str) -> None:
    result = _run(site, "user create ada --role reader --password-stdin", password + "\n")
    assert result.exit_code == 1
    assert "12 to 256" in result.output


def test_a_closed_account_is_listed_as_closed_and_cannot_be_closed_twice(site: Site) -> None:
    _run(site, "user create ada --role school_staff --school S-2 --school S-1")
    assert _run(site, "user list").output == "ada\tactive\tschool_staff\tada\tS-1,S-2\n"
    assert _run(site, "user deactivate ADA").output == "ada is closed.\n"
    assert _run(site, "user list").output.split("\t")[1] == "closed"
    assert _run(site, "user deactivate ada").exit_code == 1


def test_everything_is_in_the_audit_without_secrets(site: Site) -> None:
    password = _run(site, "user create ada --role reader").output.strip()
    secret = _run(site, "token create --name x --role reader --scope audit.read").output.strip()
    for line in ("token revoke x", "user password ada", "user deactivate ada"):
        _run(site, line)
    with site.runtime.database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        told = [(row.action, row.subject_type, row.actor) for row in rows]
        kept = json.dumps([(row.before, row.after) for row in rows])
    who = "system:command line"
    assert told == [
        ("user.create", "user", who),
        ("token.create", "token", who),
        ("token.revoke", "token", who),
        ("user.password", "user", who),
        ("user.deactivate", "user", who),
    ]
    assert password not in kept
    assert secret not in kept


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_every_command_tells_its_exit_codes(group: click.Group) -> None:
    for command in (group, *group.commands.values()):
        text = CliRunner().invoke(command, ["--help"]).output
        assert "Exit codes: 0 done, 1 refused, 2 wrong usage or configuration." in text
        assert command.help


def test_an_unknown_permission_in_a_role_is_a_problem_with_its_path(site: Site) -> None:
    problems = check(site.runtime.settings, {"audit.read", "metrics.read"})
    assert problems == [
        Problem(
            "auth.roles.administrator.permissions",
            "'users.write' is not a permission",
            "Use one of audit.read, metrics.read.",
        )
    ]
    assert check(site.runtime.settings, {"audit.read", "metrics.read", "users.write"}) == []
