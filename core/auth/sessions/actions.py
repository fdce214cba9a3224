"""Signing in and out. Every ``now`` in this file is the machine's time."""

import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.auth.secrets import digest, new_secret
from core.auth.sessions.models import SignInThrottle, UserSession
from core.auth.sessions.rules import Attempts, count_attempt
from core.errors import AppError
from core.settings.models import AuthSettings
from core.upsert import insert_new

ADDRESS_FACTOR = 12
"""A school's whole staff may stand behind one address."""

LONGEST_USER_AGENT = 200


class TooManyAttempts(AppError):
    """Somebody is guessing, or has forgotten the password."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_attempts"

    def __init__(self, message: str, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def _account_key(username: str) -> str:
    return _key("account", username.strip().lower())


def _address_key(address: str) -> str:
    """IPv6 customers own a /64, so a /64 counts as one address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return _key("address", address)
    if isinstance(parsed, IPv6Address):
        return _key("address", str(ip_network((parsed, 64), strict=False)))
    return _key("address", str(parsed))


def _count(session: Session, subject: str, most: int, wait: timedelta, now: datetime) -> Attempts:
    insert_new(session, SignInThrottle, subject=subject, failures=0, window_started_at=now)
    row = session.get_one(SignInThrottle, subject, with_for_update=True)
    seen = Attempts(row.failures, row.window_started_at, row.locked_until_at)
    counted = count_attempt(seen, most=most, wait=wait, now=now)
    row.failures = counted.failures
    row.window_started_at = counted.window_started_at
    row.locked_until_at = counted.locked_until_at
    return counted


def begin_attempt(
    session: Session, username: str, address: str, *, policy: AuthSettings, now: datetime
) -> datetime | None:
    """Count a sign-in attempt before its password is looked at, so that parallel guesses count.

    Returns the end of the lock, or None when the attempt may go on. Commit in either case.
    """
    wait, most = timedelta(minutes=policy.lockout_minutes), policy.failed_sign_ins
    subjects = [(_account_key(username), most), (_address_key(address), most * ADDRESS_FACTOR)]
    counted = [_count(session, key, limit, wait, now) for key, limit in sorted(subjects)]
    return max((c.locked_until_at for c in counted if c.locked_until_at), default=None)


def forgive(session: Session, username: str, address: str | None = None) -> None:
    """The account's attempts were its owner's; take this one off the address's count."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.subject == _account_key(username)))
    if address is not None:
        mine = SignInThrottle.subject == _address_key(address)
        positive = SignInThrottle.failures > 0
        session.execute(
            update(SignInThrottle)
            .where(mine, positive)
            .values(failures=SignInThrottle.failures - 1)
        )


def start_session(
    session: Session, user_id: int, *, user_agent: str, policy: AuthSettings, now: datetime
) -> str:
    """Sign the account in and return the secret for its cookie, which is not kept here."""
    secret = new_secret()
    session.add(
        UserSession(
            token_hash=digest(secret),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=policy.session_hours),
            user_agent=user_agent[:LONGEST_USER_AGENT].replace("\0", ""),
        )
    )
    return secret


def end_session(session: Session, secret: str) -> None:
    """Sign one browser out; an unknown secret is no error."""
    session.execute(delete(UserSession).where(UserSession.token_hash == digest(secret)))


def end_all_sessions(session: Session, user_id: int) -> None:
    """Sign the account out everywhere."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id))


def touch(session: Session, session_id: int, *, now: datetime) -> None:
    """Remember that the browser is still there."""
    session.execute(
        update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now)
    )


def prune(session: Session, *, policy: AuthSettings, now: datetime) -> None:
    """Delete what has expired: sessions, and attempts older than any lock."""
    session.execute(delete(UserSession).where(UserSession.expires_at <= now))
    horizon = now - 2 * timedelta(minutes=policy.lockout_minutes)
    session.execute(delete(SignInThrottle).where(SignInThrottle.window_started_at < horizon))
