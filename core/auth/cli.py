"""``token`` and ``user``: accounts and tokens from the command line.

Exit codes: 0 done, 1 refused (the message says why), 2 wrong usage or configuration.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import click

from core.auth import passwords
from core.auth.accounts import actions as accounts
from core.auth.accounts.queries import get_account, list_accounts
from core.auth.actor import system
from core.auth.roles import get_role, require_scope
from core.auth.tokens import actions as tokens
from core.auth.tokens.queries import get_token_named, list_tokens
from core.auth.tokens.rules import is_alive
from core.commandline import pass_runtime
from core.errors import AppError
from core.runtime import Runtime
from core.settings import Settings

COMMAND_LINE = system("command line")

school_option = click.option(
    "--school",
    "schools",
    multiple=True,
    metavar="SOURCED_ID",
    help="Limit to this school or service center; may be repeated. Default: the whole district.",
)


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal is a sentence and exit code 1, not a traceback."""
    try:
        yield
    except AppError as error:
        raise click.ClickException(error.message) from error


def _check_scopes(settings: Settings, role: str, scopes: Sequence[str]) -> None:
    allowed = get_role(settings, role).permissions
    wrong = sorted(set(scopes) - allowed)
    if wrong:
        raise click.UsageError(
            f"The role {role} does not allow {', '.join(wrong)}; it allows "
            f"{', '.join(sorted(allowed)) or 'nothing'}."
        )


@click.group("token")
def token_group() -> None:
    """Bearer tokens for the API.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """


@token_group.command("create")
@click.option("--name", required=True, help="What the token is for; lists show it.")
@click.option("--role", required=True, help="A role of config.yaml.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="PERMISSION",
    help="A permission of the role, such as tickets.create; may be repeated.",
)
@school_option
@click.option(
    "--expires-days", type=click.IntRange(1, 3650), help="Days until it ends. Default: never."
)
@pass_runtime
def create_token(
    runtime: Runtime,
    name: str,
    role: str,
    scopes: tuple[str, ...],
    schools: tuple[str, ...],
    expires_days: int | None,
) -> None:
    """Create a token and print it, and nothing else. It is shown only now.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    lifetime = timedelta(days=expires_days) if expires_days else None
    with _refusals():
        _check_scopes(runtime.settings, role, scopes)
        require_scope(runtime.settings, role, schools)
        with runtime.database.write() as session:
            secret = tokens.create_token(
                session,
                name,
                role=role,
                scopes=scopes,
                organizations=schools or None,
                lifetime=lifetime,
                by=COMMAND_LINE,
                now=runtime.clock.real_now(),
            )
    click.echo(secret)


@token_group.command("list")
@pass_runtime
def show_tokens(runtime: Runtime) -> None:
    """List the tokens: prefix, state, role, name, scopes. Secrets are not kept.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    now = runtime.clock.real_now()
    with runtime.database.read() as session:
        for token in list_tokens(session):
            alive = is_alive(revoked_at=token.revoked_at, expires_at=token.expires_at, now=now)
            state = "alive" if alive else "revoked" if token.revoked_at else "expired"
            where = ",".join(token.organizations or ["district"])
            click.echo(
                f"{token.prefix}\t{state}\t{token.role}\t{token.name}\t"
                f"{' '.join(token.scopes)}\t{where}"
            )


@token_group.command("revoke")
@click.argument("name_or_prefix")
@pass_runtime
def revoke_token(runtime: Runtime, name_or_prefix: str) -> None:
    """End a token at once, by its prefix or name (of several, the newest).

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    with _refusals(), runtime.database.write() as session:
        token = get_token_named(session, name_or_prefix)
        tokens.revoke(session, token, by=COMMAND_LINE, now=runtime.clock.real_now())
    click.echo(f"{token.prefix} ({token.name}) is revoked.")


@click.group("user")
def user_group() -> None:
    """Accounts of people who sign in with a password.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """


def _password(from_stdin: bool) -> tuple[str, bool]:
    """The password, and whether we made it up."""
    if not from_stdin:
        return passwords.new_password(), True
    return sys.stdin.readline().rstrip("\r\n"), False


password_option = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from the first line of standard input. Default: make one and print it.",
)


@user_group.command("create")
@click.argument("username")
@click.option("--role", required=True, help="A role of config.yaml.")
@click.option("--name", default="", help="The name that pages show. Default: the username.")
@click.option(
    "--person",
    metavar="SOURCED_ID",
    help="The id by which the records know the holder; a teacher's sections hang on it.",
)
@school_option
@password_option
@pass_runtime
def create_user(
    runtime: Runtime,
    username: str,
    role: str,
    name: str,
    person: str | None,
    schools: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Create an account. A password that was made up is printed, and nothing else.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    password, made_up = _password(password_stdin)
    with _refusals():
        require_scope(runtime.settings, role, schools)
        with runtime.database.write() as session:
            accounts.create_account(
                session,
                username,
                display_name=name,
                password=password,
                role=role,
                organizations=schools,
                person_key=person or None,
                by=COMMAND_LINE,
                now=runtime.clock.now(),
            )
    if made_up:
        click.echo(password)


@user_group.command("list")
@pass_runtime
def show_users(runtime: Runtime) -> None:
    """List the accounts: username, state, role, name, schools.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    with runtime.database.read() as session:
        for account in list_accounts(session):
            state = "active" if account.active else "closed"
            where = ",".join(account.organizations) or "district"
            click.echo(
                f"{account.username}\t{state}\t{account.role}\t{account.display_name}\t{where}"
            )


@user_group.command("deactivate")
@click.argument("username")
@pass_runtime
def deactivate_user(runtime: Runtime, username: str) -> None:
    """Close an account and sign it out everywhere.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    with _refusals(), runtime.database.write() as session:
        account = get_account(session, username)
        accounts.deactivate(session, account, by=COMMAND_LINE, now=runtime.clock.now())
    click.echo(f"{account.username} is closed.")


@user_group.command("password")
@click.argument("username")
@password_option
@pass_runtime
def change_password(runtime: Runtime, username: str, password_stdin: bool) -> None:
    """Set a new password, lift a lock and sign the account out everywhere.

    Exit codes: 0 done, 1 refused, 2 wrong usage or configuration.
    """
    password, made_up = _password(password_stdin)
    with _refusals(), runtime.database.write() as session:
        account = get_account(session, username)
        now = runtime.clock.now()
        accounts.set_password(session, account, password, by=COMMAND_LINE, now=now)
    if made_up:
        click.echo(password)
