"""Making and revoking tokens. Every ``now`` in this file is the machine's time."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.auth.secrets import digest, new_token
from core.auth.tokens.models import ApiToken
from core.errors import Conflict, Invalid


def create_token(
    session: Session,
    name: str,
    *,
    role: str,
    scopes: Collection[str],
    organizations: Collection[str] | None = None,
    lifetime: timedelta | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """A new token; returns its secret, which is shown once and not kept.

    ``organizations`` None gives it the whole district.
    """
    if not name.strip():
        raise Invalid("Give the token a name.", fields={"name": "Give the token a name."})
    secret, prefix = new_token()
    token = ApiToken(
        name=name.strip(),
        prefix=prefix,
        token_hash=digest(secret),
        role=role,
        scopes=sorted(set(scopes)),
        organizations=sorted(set(organizations)) if organizations else None,
        created_at=now,
        expires_at=now + lifetime if lifetime is not None else None,
    )
    session.add(token)
    session.flush()
    after = {"role": role, "scopes": token.scopes, "organizations": token.organizations}
    record(session, by=by, action="token.create", subject=("token", token.id), after=after, now=now)
    return secret


def revoke(session: Session, token: ApiToken, *, by: Actor, now: datetime) -> None:
    """End the token at once; Conflict when it was revoked before."""
    if token.revoked_at is not None:
        raise Conflict(f"The token {token.prefix} is revoked already.", code="token_revoked")
    token.revoked_at = now
    record(session, by=by, action="token.revoke", subject=("token", token.id), now=now)


def touch(session: Session, token_id: int, *, now: datetime) -> None:
    """Remember when the token was last used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
