"""Taking a key and keeping its answer. Every ``now`` in this file is the machine's time."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.db import JsonDict
from core.errors import Invalid
from core.idempotency.models import IdempotencyKey
from core.idempotency.queries import get_kept
from core.upsert import insert_new

KEEP = timedelta(hours=48)


def take(
    session: Session, *, actor: str, key: str, fingerprint: str, now: datetime
) -> IdempotencyKey | None:
    """None when the key is new and now belongs to this unit of work; else the kept answer.

    A concurrent request with the same key is waited for. Invalid when the key was used for
    something else.
    """
    if insert_new(
        session,
        IdempotencyKey,
        actor=actor,
        key=key,
        fingerprint=fingerprint,
        created_at=now,
    ):
        return None
    kept = get_kept(session, actor, key)
    if kept.fingerprint != fingerprint:
        raise Invalid(
            "This Idempotency-Key was used for another request; use a new key for a new request.",
            code="idempotency_key_reused",
        )
    return kept


def keep(
    session: Session, *, actor: str, key: str, status: int, headers: JsonDict, body: bytes
) -> None:
    """Keep the answer with the key, in the transaction of the change."""
    row = get_kept(session, actor, key)
    row.status, row.headers, row.body = status, headers, body


def prune(session: Session, *, now: datetime) -> None:
    """Forget answers that nobody will ask for again."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at <= now - KEEP))
