"""The accounts and the token of a demo."""

from pathlib import Path

from core.auth.accounts.queries import find_account, list_accounts
from core.auth.actor import system
from core.auth.passwords import verify
from core.auth.roles import permissions_of
from core.auth.tokens.actions import revoke
from core.auth.tokens.queries import find_token, get_token_named
from core.clock import machine_now
from core.db import Database
from drills.demo import TOKEN_FILE, TOKEN_NAME, TOKEN_SCOPES, make_drill_token, prepare
from drills.opening_day.survey import survey
from drills.opening_day.worsening import worsening_school
from sis.courses.queries import list_sections_taught
from tests.drills.town import DAY, runtime_on, settle_few


def test_every_role_gets_one_sign_in_that_works(database: Database, tmp_path: Path) -> None:
    settle_few(database, tmp_path)
    runtime = runtime_on(database, tmp_path)
    sign_ins = prepare(runtime)
    assert {sign_in.role for sign_in in sign_ins} == set(runtime.settings.core.auth.roles)
    with database.read() as session:
        for sign_in in sign_ins:
            account = find_account(session, sign_in.username)
            assert account is not None
            assert verify(account.password_hash, sign_in.password)


def test_who_is_bound_to_a_school_sits_at_the_school_that_will_get_worse(
    database: Database, tmp_path: Path
) -> None:
    settle_few(database, tmp_path)
    runtime = runtime_on(database, tmp_path)
    with database.write() as session:
        school = worsening_school(survey(session, runtime, DAY))
    scoped = {"teacher", "counselor", "school_staff", "principal"}
    staff = [one for one in prepare(runtime) if one.role in scoped]
    assert school is not None
    assert {one.sees for one in staff} == {school.name}
    with database.read() as session:
        accounts = [one for one in list_accounts(session) if one.role in scoped]
    assert {one.organizations for one in accounts} == {(school.sourced_id,)}


def test_the_teacher_is_one_who_teaches_there_that_day(database: Database, tmp_path: Path) -> None:
    settle_few(database, tmp_path)
    prepare(runtime_on(database, tmp_path))
    with database.read() as session:
        account = find_account(session, "teacher")
        assert account is not None
        assert account.person_key is not None
        sections = list_sections_taught(session, account.person_key, DAY)
    assert len(sections) > 1
    names = {one.name for section in sections for one in section.current_teachers}
    assert account.display_name in names


def test_preparing_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    settle_few(database, tmp_path)
    runtime = runtime_on(database, tmp_path)
    first = prepare(runtime)
    with database.read() as session:
        before = list_accounts(session)
    assert prepare(runtime) == first
    with database.read() as session:
        assert list_accounts(session) == before


def test_the_token_stays_the_same_so_that_its_keys_do(database: Database, tmp_path: Path) -> None:
    runtime = runtime_on(database, tmp_path)
    secret = make_drill_token(runtime)
    assert make_drill_token(runtime) == secret
    assert (tmp_path / TOKEN_FILE).stat().st_mode & 0o777 == 0o600
    with database.read() as session:
        token = find_token(session, secret)
    assert token is not None
    assert set(token.scopes) == set(TOKEN_SCOPES)
    assert set(TOKEN_SCOPES) <= permissions_of(runtime.settings, token.role)


def test_a_revoked_or_foreign_token_is_replaced(database: Database, tmp_path: Path) -> None:
    runtime = runtime_on(database, tmp_path)
    secret = make_drill_token(runtime)
    with database.write() as session:
        revoke(session, get_token_named(session, TOKEN_NAME), by=system("tests"), now=machine_now())
    other = make_drill_token(runtime)
    assert other != secret
    (tmp_path / TOKEN_FILE).write_text("from another database")
    assert make_drill_token(runtime) not in (secret, other)
