"""Making and revoking clients, and issuing access tokens.

``real_now`` is the machine's time, ``now`` the district's, in which the audit counts.
"""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.auth.secrets import digest, new_secret
from core.errors import Conflict, Invalid
from sis.gradebook.actions import ensure_categories
from sis.oneroster.clients.models import OAuthClient, OAuthToken
from sis.oneroster.clients.queries import find_client
from sis.oneroster.clients.rules import SCOPES, TOKEN_LIFETIME, short, unknown_scopes
from sis.organizations.queries import list_organizations

LONGEST_NAME = 100


@dataclass(frozen=True)
class NewClient:
    """What its owner is told, once."""

    client_id: str
    secret: str
    client: OAuthClient


def create_client(
    session: Session,
    name: str,
    *,
    scopes: Collection[str],
    organizations: Collection[str] = (),
    by: Actor,
    now: datetime,
    real_now: datetime,
) -> NewClient:
    """A client with a fresh secret, which is not kept; scopes are short names or URIs.

    The first one finds the usual grading categories, without which no program can grade. Raises
    Invalid with every problem: no name, no or unknown scopes, unknown organizations.
    """
    _check(session, name, scopes, organizations)
    secret, client_id = new_secret(), f"or-{secrets.token_hex(12)}"
    client = OAuthClient(
        client_id=client_id,
        secret_hash=digest(secret),
        name=name.strip(),
        scopes=sorted({short(scope) for scope in scopes}),
        organizations=sorted(set(organizations)) or None,
        created_at=real_now,
    )
    session.add(client)
    session.flush()
    record(
        session,
        by=by,
        action="oneroster.client.create",
        subject=("oauth_client", client.id),
        after={"scopes": client.scopes, "organizations": client.organizations},
        now=now,
    )
    ensure_categories(session, by=by, now=now)
    return NewClient(client_id, secret, client)


def _check(
    session: Session, name: str, scopes: Collection[str], organizations: Collection[str]
) -> None:
    fields = {}
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        fields["name"] = f"Give the client a name of at most {LONGEST_NAME} characters."
    unknown = unknown_scopes(scopes)
    if unknown:
        fields["scope"] = f"Unknown: {', '.join(unknown)}. There are: {', '.join(SCOPES)}."
    elif not scopes:
        fields["scope"] = "Choose at least one scope."
    known = {one.sourced_id for one in list_organizations(session)} if organizations else set()
    lost = sorted(set(organizations) - known)
    if lost:
        fields["organization"] = f"No organization has the identifier {', '.join(lost)}."
    if fields:
        raise Invalid(" ".join(fields.values()), fields=fields)


def revoke_client(
    session: Session, client: OAuthClient, *, by: Actor, now: datetime, real_now: datetime
) -> None:
    """End the client and its tokens at once; Conflict when it was revoked before."""
    if client.revoked_at is not None:
        raise Conflict(f"The client {client.client_id} is revoked already.", code="client_revoked")
    client.revoked_at = real_now
    session.execute(delete(OAuthToken).where(OAuthToken.client_id == client.id))
    subject = ("oauth_client", client.id)
    record(session, by=by, action="oneroster.client.revoke", subject=subject, now=now)


def authenticate(session: Session, client_id: str, secret: str) -> OAuthClient | None:
    """The living client whose secret this is; takes as long when there is none."""
    client = find_client(session, client_id)
    kept = client.secret_hash if client is not None else digest("")
    fits = hmac.compare_digest(kept, digest(secret))
    return client if fits and client is not None and client.revoked_at is None else None


def issue_token(
    session: Session, client: OAuthClient, scopes: Collection[str], *, real_now: datetime
) -> str:
    """A new access token for an hour, which is not kept."""
    token = new_secret()
    session.add(
        OAuthToken(
            token_hash=digest(token),
            client_id=client.id,
            scopes=sorted(scopes),
            issued_at=real_now,
            expires_at=real_now + TOKEN_LIFETIME,
        )
    )
    client.last_used_at = real_now
    return token


def prune_tokens(session: Session, *, real_now: datetime) -> None:
    """Delete the tokens that have expired."""
    session.execute(delete(OAuthToken).where(OAuthToken.expires_at <= real_now))
