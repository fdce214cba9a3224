"""The sign-in itself: count the attempt, look at the password, start a session.

Three short units of work, so that hashing a password holds no database lock.
"""

from datetime import datetime
from http import HTTPStatus

from core.audit.actions import record
from core.auth import passwords
from core.auth.accounts.actions import set_password
from core.auth.accounts.models import UserAccount
from core.auth.accounts.queries import find_account, get_account_by_id
from core.auth.actor import Actor
from core.auth.sessions import actions as sessions
from core.auth.sessions.actions import TooManyAttempts
from core.errors import AppError, Invalid
from core.runtime import Runtime


class WrongPassword(AppError):
    """Wrong name, wrong password or closed account: the answer does not say which."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_password"


def _count_attempt(runtime: Runtime, username: str, address: str, now: datetime) -> None:
    policy = runtime.settings.core.auth
    with runtime.database.write() as session:
        locked_until_at = sessions.begin_attempt(session, username, address, policy=policy, now=now)
    if locked_until_at is not None:
        raise TooManyAttempts(
            f"Too many attempts. Wait {policy.lockout_minutes} minutes, or ask for a new password.",
            locked_until_at - now,
        )


def _check_password(runtime: Runtime, username: str, password: str) -> int | None:
    """The id of the active account whose password this is; takes as long when there is none."""
    with runtime.database.read() as session:
        account = find_account(session, username) if username else None
        found = (account.id, account.password_hash) if account and account.active else None
    fits = passwords.verify(found[1] if found else None, password)
    return found[0] if found and fits else None


def _person(account: UserAccount) -> Actor:
    """The account as its own actor, before anybody knows what it may do."""
    name, role = account.display_name, account.role
    return Actor("user", f"user:{account.id}", name, role, frozenset(), user_id=account.id)


def sign_in(
    runtime: Runtime,
    username: str,
    password: str,
    *,
    address: str,
    user_agent: str,
    former: str | None,
    now: datetime,
    audit_at: datetime,
) -> str:
    """Start a session and return the secret for its cookie; ``former`` is the cookie it replaces.

    ``now`` is the machine's time, ``audit_at`` the district's. Raises WrongPassword or
    TooManyAttempts.
    """
    _count_attempt(runtime, username, address, now)
    user_id = _check_password(runtime, username, password)
    if user_id is None:
        raise WrongPassword("The username or the password is not right.")
    with runtime.database.write() as session:
        sessions.forgive(session, username, address)
        if former is not None:
            sessions.end_session(session, former)
        secret = sessions.start_session(
            session,
            user_id,
            user_agent=user_agent,
            policy=runtime.settings.core.auth,
            now=now,
        )
        account = get_account_by_id(session, user_id)
        record(
            session,
            by=_person(account),
            action="user.sign_in",
            subject=("user", user_id),
            now=audit_at,
        )
    return secret


def sign_out(runtime: Runtime, secret: str) -> None:
    """End the session of that cookie."""
    with runtime.database.write() as session:
        sessions.end_session(session, secret)


def change_own_password(
    runtime: Runtime,
    user_id: int,
    *,
    old: str,
    new: str,
    address: str,
    user_agent: str,
    by: Actor,
    now: datetime,
    audit_at: datetime,
) -> str:
    """Set a new password after checking the old one; ends all sessions and starts a new one.

    Returns the secret for its cookie. Raises Invalid for a wrong old or a weak new password, and
    TooManyAttempts: guessing at an open screen is guessing too.
    """
    with runtime.database.read() as session:
        username = get_account_by_id(session, user_id).username
    _count_attempt(runtime, username, address, now)
    if _check_password(runtime, username, old) is None:
        message = "This is not your password now."
        raise Invalid(message, fields={"old": message})
    with runtime.database.write() as session:
        account = get_account_by_id(session, user_id)
        set_password(session, account, new, by=by, now=audit_at)
        sessions.forgive(session, username, address)
        return sessions.start_session(
            session, user_id, user_agent=user_agent, policy=runtime.settings.core.auth, now=now
        )
