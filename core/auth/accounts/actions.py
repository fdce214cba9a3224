"""Making and changing accounts."""

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.accounts.models import UserAccount, UserScope
from core.auth.accounts.queries import find_account, find_account_of
from core.auth.actor import Actor
from core.auth.passwords import STANDARD, Cost, hash_password
from core.auth.sessions.actions import end_all_sessions, forgive
from core.errors import Conflict, Invalid

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}")


def create_account(
    session: Session,
    username: str,
    *,
    display_name: str,
    password: str,
    role: str,
    organizations: Collection[str] = (),
    person_key: str | None = None,
    cost: Cost = STANDARD,
    by: Actor,
    now: datetime,
) -> UserAccount:
    """A new account; Invalid for a bad name or password, Conflict when the name is taken or the
    person has an account already.
    """
    if not _USERNAME.fullmatch(username):
        message = "A username has letters, digits and . _ @ + - and starts with a letter or digit."
        raise Invalid(message, fields={"username": message})
    if find_account(session, username) is not None:
        raise Conflict(f"The username {username} is taken.", code="username_taken")
    if person_key is not None and find_account_of(session, person_key) is not None:
        message = "This person has an account already."
        raise Conflict(message, code="person_taken", fields={"person": message})
    account = UserAccount(
        username=username.lower(),
        display_name=display_name.strip() or username,
        password_hash=hash_password(password, cost),
        role=role,
        person_key=person_key,
        active=True,
        created_at=now,
    )
    session.add(account)
    session.flush()
    session.add_all(
        UserScope(user_id=account.id, scope=name) for name in sorted(set(organizations))
    )
    after = {
        "role": role,
        "organizations": sorted(set(organizations)),
        "person_key": person_key,
    }
    record(session, by=by, action="user.create", subject=("user", account.id), after=after, now=now)
    return account


def deactivate(session: Session, account: UserAccount, *, by: Actor, now: datetime) -> None:
    """Close the account and sign it out everywhere; Conflict when it is closed already."""
    if by.user_id == account.id:
        raise Conflict("Nobody closes their own account: ask another administrator.")
    if not account.active:
        raise Conflict(f"The account {account.username} is not active.", code="account_inactive")
    account.active = False
    end_all_sessions(session, account.id)
    record(
        session,
        by=by,
        action="user.deactivate",
        subject=("user", account.id),
        before={"active": True},
        after={"active": False},
        now=now,
    )


def set_password(
    session: Session, account: UserAccount, password: str, *, by: Actor, now: datetime
) -> None:
    """A new password; signs the account out everywhere and lifts its lock."""
    account.password_hash = hash_password(password)
    end_all_sessions(session, account.id)
    forgive(session, account.username)
    record(session, by=by, action="user.password", subject=("user", account.id), now=now)
