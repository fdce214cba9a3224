"""Finding tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.auth.secrets import digest
from core.auth.tokens.models import ApiToken
from core.errors import NotFound


@dataclass(frozen=True)
class FoundToken:
    """A token as each request needs it; ``organizations`` is None for the whole district."""

    id: int
    name: str
    role: str
    scopes: Sequence[str]
    organizations: Sequence[str] | None
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


# Asked at every request, so it is put together once.
_TOKEN = select(
    ApiToken.id,
    ApiToken.name,
    ApiToken.role,
    ApiToken.scopes,
    ApiToken.organizations,
    ApiToken.last_used_at,
    ApiToken.expires_at,
    ApiToken.revoked_at,
).where(ApiToken.token_hash == bindparam("token_hash"))


def find_token(session: Session, secret: str) -> FoundToken | None:
    """The token of that secret, revoked and expired ones included."""
    row = session.execute(_TOKEN, {"token_hash": digest(secret)}).one_or_none()
    return FoundToken(*row) if row is not None else None


def get_token_named(session: Session, name_or_prefix: str) -> ApiToken:
    """The newest living token of that name or prefix; raises NotFound."""
    wanted = (ApiToken.name == name_or_prefix) | (ApiToken.prefix == name_or_prefix)
    found = session.scalars(
        select(ApiToken)
        .where(wanted, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no living token {name_or_prefix!r}.")
    return found


def list_tokens(session: Session) -> list[ApiToken]:
    """All tokens, oldest first."""
    return list(session.scalars(select(ApiToken).order_by(ApiToken.id)))
