"""Finding a kept answer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.idempotency.models import IdempotencyKey


def get_kept(session: Session, actor: str, key: str) -> IdempotencyKey:
    """The row of that actor's key, which must be there."""
    return session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.actor == actor, IdempotencyKey.key == key)
    ).one()
