"""Finding clients and the holders of access tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.auth.secrets import digest
from core.errors import NotFound
from sis.oneroster.clients.models import OAuthClient, OAuthToken


@dataclass(frozen=True)
class Holder:
    """Whose access token it is, as each request needs it."""

    client: int
    name: str
    scopes: Sequence[str]
    organizations: Sequence[str] | None
    expires_at: datetime
    revoked_at: datetime | None


# Asked at every request, so it is put together once.
_HOLDER = (
    select(
        OAuthClient.id,
        OAuthClient.name,
        OAuthToken.scopes,
        OAuthClient.organizations,
        OAuthToken.expires_at,
        OAuthClient.revoked_at,
    )
    .join(OAuthClient, OAuthClient.id == OAuthToken.client_id)
    .where(OAuthToken.token_hash == bindparam("token_hash"))
)


def find_holder(session: Session, token: str) -> Holder | None:
    """The client of that access token, expired and revoked ones included."""
    row = session.execute(_HOLDER, {"token_hash": digest(token)}).one_or_none()
    return Holder(*row) if row is not None else None


def find_client(session: Session, client_id: str) -> OAuthClient | None:
    """The client of that public id, revoked or not."""
    return session.scalars(
        select(OAuthClient).where(OAuthClient.client_id == client_id)
    ).one_or_none()


def get_client(session: Session, key: int) -> OAuthClient:
    """The client by its key; NotFound when there is none."""
    client = session.get(OAuthClient, key)
    if client is None:
        raise NotFound(f"There is no OneRoster client {key}.")
    return client


def get_client_named(session: Session, name_or_id: str) -> OAuthClient:
    """The newest living client of that name or public id; NotFound when there is none."""
    wanted = (OAuthClient.name == name_or_id) | (OAuthClient.client_id == name_or_id)
    found = session.scalars(
        select(OAuthClient)
        .where(wanted, OAuthClient.revoked_at.is_(None))
        .order_by(OAuthClient.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no living OneRoster client {name_or_id!r}.")
    return found


def list_clients(session: Session) -> list[OAuthClient]:
    """All clients, oldest first."""
    return list(session.scalars(select(OAuthClient).order_by(OAuthClient.id)))
