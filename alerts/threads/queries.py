"""Finding threads."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.threads.models import DeliveryThread


def lock_thread(session: Session, lane: str, group_key: str) -> DeliveryThread:
    """The thread, which exists, locked for this transaction."""
    return session.scalars(
        select(DeliveryThread)
        .where(DeliveryThread.lane == lane, DeliveryThread.group_key == group_key)
        .with_for_update()
    ).one()


def find_thread(session: Session, thread_id: int) -> DeliveryThread | None:
    """The thread of that number, or None."""
    return session.get(DeliveryThread, thread_id)


def list_untouched_since(session: Session, before: datetime, limit: int) -> Sequence[int]:
    """Ids of threads in which nothing was said since ``before``."""
    return session.scalars(
        select(DeliveryThread.id)
        .where(DeliveryThread.updated_at < before)
        .order_by(DeliveryThread.updated_at)
        .limit(limit)
    ).all()
