"""Holding a thread while a message is on its way, and keeping what its channel remembers.

The delivery log records what was sent, so these actions write no audit rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from alerts.threads.models import DeliveryThread
from alerts.threads.queries import list_untouched_since, lock_thread
from core.db import JsonDict
from core.errors import ProviderError
from core.outbox.handler import Delivery
from core.runtime import Runtime
from core.upsert import insert_new

HOLD = timedelta(seconds=60)
"""Longer than any channel's timeouts together; a process that was killed holds it so long."""

BUSY = timedelta(seconds=1)


@dataclass
class HeldThread:
    """A thread that one message holds: assign ``kept`` to have it remembered.

    ``is_newest``: no message that was written after this one has been told in it.
    """

    id: int
    is_newest: bool
    newest_id: int
    kept: JsonDict = field(default_factory=dict)


@contextmanager
def holding(
    runtime: Runtime, delivery: Delivery, group_key: str, *, is_news: bool = True
) -> Iterator[HeldThread]:
    """Hold the thread of the message's lane and group; what is kept is saved when it ends well.

    Raises ProviderError, worth another try in a moment, while another message holds it: so a
    group has one message in a channel, also with several workers and processes. What is no news
    of the alerts (``is_news``) leaves what was told last as it is.
    """
    with runtime.database.write() as session:
        held = _hold(session, delivery, group_key, runtime.clock.real_now())
    if held is None:
        raise ProviderError("an earlier message of this group is on its way", retry_after=BUSY)
    told = False
    try:
        yield held
        told = True
    finally:
        with runtime.database.write() as session:
            now = runtime.clock.real_now()
            _let_go(session, delivery, group_key, held.kept if told and is_news else None, now)


def _hold(session: Session, delivery: Delivery, group_key: str, now: datetime) -> HeldThread | None:
    insert_new(
        session,
        DeliveryThread,
        lane=delivery.lane,
        group_key=group_key,
        kept={},
        newest_id=0,
        updated_at=now,
    )
    thread = lock_thread(session, delivery.lane, group_key)
    others = thread.holder_id not in (None, delivery.id)
    if others and thread.held_until is not None and thread.held_until > now:
        return None
    thread.holder_id, thread.held_until = delivery.id, now + HOLD
    return HeldThread(
        thread.id, delivery.id >= thread.newest_id, thread.newest_id, dict(thread.kept)
    )


def _let_go(
    session: Session, delivery: Delivery, group_key: str, kept: JsonDict | None, now: datetime
) -> None:
    thread = lock_thread(session, delivery.lane, group_key)
    if thread.holder_id != delivery.id:
        return  # it took so long that another message holds it now
    thread.holder_id = thread.held_until = None
    if kept is not None:
        thread.kept, thread.updated_at = kept, now
        thread.newest_id = max(thread.newest_id, delivery.id)


def forget_threads(session: Session, *, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` threads in which nothing was said since then; returns how many."""
    ids = list_untouched_since(session, before, limit)
    session.execute(delete(DeliveryThread).where(DeliveryThread.id.in_(ids)))
    return len(ids)
