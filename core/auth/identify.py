"""From a cookie or a bearer token to an actor."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from sqlite3 import Connection as SqliteConnection

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.auth.accounts.queries import find_active_account
from core.auth.actor import Actor
from core.auth.roles import permissions_of, scope_of
from core.auth.sessions import actions as sessions
from core.auth.sessions.queries import SignedIn, find_signed_in
from core.auth.sessions.rules import is_session_valid, is_touch_due
from core.auth.tokens import actions as tokens
from core.auth.tokens import rules as token_rules
from core.auth.tokens.queries import FoundToken, find_token
from core.db import Database
from core.logs import logger
from core.runtime import Runtime
from core.settings import Settings

log = logger(__name__)


def _person(settings: Settings, found: SignedIn) -> Actor:
    return Actor(
        kind="user",
        id=f"user:{found.user_id}",
        name=found.display_name,
        role=found.role,
        permissions=permissions_of(settings, found.role),
        scope=scope_of(settings, found.role, found.organizations),
        user_id=found.user_id,
        person_key=found.person_key,
    )


def by_account(session: Session, settings: Settings, user_id: int) -> Actor | None:
    """The person of an account who proved in another way who they are; None when it is closed."""
    found = find_active_account(session, user_id)
    if found is None:
        return None
    account, organizations = found
    return Actor(
        kind="user",
        id=f"user:{account.id}",
        name=account.display_name,
        role=account.role,
        permissions=permissions_of(settings, account.role),
        scope=scope_of(settings, account.role, organizations),
        user_id=account.id,
        person_key=account.person_key,
    )


def _program(settings: Settings, token: FoundToken) -> Actor:
    role = permissions_of(settings, token.role)
    return Actor(
        kind="token",
        id=f"token:{token.id}",
        name=token.name,
        role=token.role,
        permissions=token_rules.effective_permissions(role, token.scopes),
        scope=scope_of(settings, token.role, token.organizations or ()),
    )


@contextmanager
def _brief_write(database: Database) -> Iterator[Session]:
    """A unit of work that gives up at once when SQLite is being written to.

    Reading a page must not wait for a long import only to remember that it was read.
    """
    with database.writer.connect() as connection, Session(connection) as session:
        if database.dialect == "sqlite":
            driver = connection.connection.driver_connection
            assert isinstance(driver, SqliteConnection)
            (usual,) = driver.execute("PRAGMA busy_timeout").fetchone()
            driver.execute("PRAGMA busy_timeout=0")
        else:
            driver, usual = None, 0
        try:
            with session.begin():
                yield session
        except OperationalError:
            log.info("sign_of_life_not_kept")
        finally:
            if driver is not None:
                driver.execute(f"PRAGMA busy_timeout={usual}")


def by_cookie(runtime: Runtime, secret: str, now: datetime) -> Actor | None:
    """Who the session cookie belongs to, or None; ``now`` is the machine's time."""
    idle = timedelta(minutes=runtime.settings.core.auth.idle_minutes)
    with runtime.database.read() as session:
        found = find_signed_in(session, secret)
    if found is None or not is_session_valid(
        last_seen_at=found.last_seen_at, expires_at=found.expires_at, idle=idle, now=now
    ):
        return None
    if is_touch_due(last_seen_at=found.last_seen_at, idle=idle, now=now):
        with _brief_write(runtime.database) as session:
            sessions.touch(session, found.session_id, now=now)
    return _person(runtime.settings, found)


def by_token(runtime: Runtime, secret: str, now: datetime) -> Actor | None:
    """Whose bearer token it is, or None; ``now`` is the machine's time."""
    with runtime.database.read() as session:
        found = find_token(session, secret)
    if found is None or not token_rules.is_alive(
        revoked_at=found.revoked_at, expires_at=found.expires_at, now=now
    ):
        return None
    if token_rules.is_touch_due(last_used_at=found.last_used_at, now=now):
        with _brief_write(runtime.database) as session:
            tokens.touch(session, found.id, now=now)
    return _program(runtime.settings, found)
