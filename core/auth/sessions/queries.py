"""Finding the session of a cookie."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.auth.accounts.models import UserAccount, UserScope
from core.auth.secrets import digest
from core.auth.sessions.models import UserSession


@dataclass(frozen=True)
class SignedIn:
    """A session with its account; ``organizations`` is empty for the whole district."""

    session_id: int
    last_seen_at: datetime
    expires_at: datetime
    user_id: int
    display_name: str
    role: str
    organizations: tuple[str, ...]
    person_key: str | None = None


# Asked at every request, so it is put together once.
_SIGNED_IN = (
    select(
        UserSession.id,
        UserSession.last_seen_at,
        UserSession.expires_at,
        UserAccount.id.label("user_id"),
        UserAccount.display_name,
        UserAccount.role,
        UserAccount.person_key,
        UserScope.scope,
    )
    .join(UserAccount, UserAccount.id == UserSession.user_id)
    .outerjoin(UserScope, UserScope.user_id == UserAccount.id)
    .where(UserSession.token_hash == bindparam("token_hash"), UserAccount.active)
)


def find_signed_in(session: Session, secret: str) -> SignedIn | None:
    """The session of that cookie and its active account, expired or not; one query."""
    rows = session.execute(_SIGNED_IN, {"token_hash": digest(secret)}).all()
    if not rows:
        return None
    first = rows[0]
    return SignedIn(
        session_id=first.id,
        last_seen_at=first.last_seen_at,
        expires_at=first.expires_at,
        user_id=first.user_id,
        display_name=first.display_name,
        role=first.role,
        organizations=tuple(row.scope for row in rows if row.scope is not None),
        person_key=first.person_key,
    )
