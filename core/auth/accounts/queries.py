"""Finding accounts."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.accounts.models import UserAccount, UserScope
from core.errors import NotFound


@dataclass(frozen=True)
class Account:
    """An account with its organizations, as lists show it."""

    id: int
    username: str
    display_name: str
    role: str
    active: bool
    organizations: tuple[str, ...]
    person_key: str | None


def find_account(session: Session, username: str) -> UserAccount | None:
    """The account of that name, whatever its capitals."""
    wanted = UserAccount.username == username.strip().lower()
    return session.scalars(select(UserAccount).where(wanted)).one_or_none()


def find_account_of(session: Session, person_key: str) -> UserAccount | None:
    """The account of the person whom the records know by that id."""
    wanted = UserAccount.person_key == person_key
    return session.scalars(select(UserAccount).where(wanted)).one_or_none()


def get_account(session: Session, username: str) -> UserAccount:
    """The account of that name; raises NotFound."""
    found = find_account(session, username)
    if found is None:
        raise NotFound(f"There is no account {username!r}.")
    return found


def get_account_by_id(session: Session, user_id: int) -> UserAccount:
    """The account; raises NotFound."""
    found = session.get(UserAccount, user_id)
    if found is None:
        raise NotFound("There is no such account.")
    return found


def find_active_account(session: Session, user_id: int) -> tuple[UserAccount, list[str]] | None:
    """An account that may sign in, with its organizations; or None."""
    found = session.get(UserAccount, user_id)
    if found is None or not found.active:
        return None
    scopes = session.scalars(select(UserScope.scope).where(UserScope.user_id == user_id))
    return found, sorted(scopes)


def names_by_actor(session: Session, actors: Collection[str]) -> dict[str, str]:
    """What people among the actors (``user:12``) are called; programs are left out."""
    ids = [int(actor[5:]) for actor in actors if actor.startswith("user:")]
    rows = session.execute(
        select(UserAccount.id, UserAccount.display_name).where(UserAccount.id.in_(ids))
    )
    return {f"user:{row.id}": row.display_name for row in rows}


def list_accounts(session: Session) -> list[Account]:
    """All accounts by username."""
    scopes: dict[int, list[str]] = {}
    for row in session.execute(
        select(UserScope.user_id, UserScope.scope).order_by(UserScope.scope)
    ):
        scopes.setdefault(row.user_id, []).append(row.scope)
    accounts = session.scalars(select(UserAccount).order_by(UserAccount.username))
    return [
        Account(
            id=a.id,
            username=a.username,
            display_name=a.display_name,
            role=a.role,
            active=a.active,
            organizations=tuple(scopes.get(a.id, ())),
            person_key=a.person_key,
        )
        for a in accounts
    ]


def list_people(session: Session, user_ids: Collection[int]) -> dict[int, UserAccount]:
    """Account by id, open or closed; ids without an account are left out."""
    rows = session.scalars(select(UserAccount).where(UserAccount.id.in_(user_ids)))
    return {row.id: row for row in rows}


def list_active(session: Session, usernames: Collection[str]) -> dict[str, UserAccount]:
    """Open accounts by the username as it was asked for; those that are not there are left out."""
    wanted = {username.strip().lower(): username for username in usernames}
    rows = session.scalars(
        select(UserAccount).where(UserAccount.username.in_(wanted), UserAccount.active)
    )
    return {wanted[row.username]: row for row in rows}


def list_active_people(session: Session) -> list[UserAccount]:
    """Everybody with an open account, by name."""
    active = select(UserAccount).where(UserAccount.active)
    return list(session.scalars(active.order_by(UserAccount.display_name, UserAccount.id)))
