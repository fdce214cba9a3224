"""Keeping the queue's copy of each school's tier true."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from triage.tickets.models import Ticket
from triage.tickets.rules.status import Stage

_MOST_IDS = 500


def copy_tiers(session: Session, tiers: Mapping[int, int], now: datetime) -> int:
    """Give the open tickets of each school (id -> tier) its tier, and return how many moved."""
    schools: dict[int, list[int]] = defaultdict(list)
    for school_id, tier in tiers.items():
        schools[tier].append(school_id)
    moved = 0
    for tier, ids in schools.items():
        for start in range(0, len(ids), _MOST_IDS):
            moved += _move(session, tier, ids[start : start + _MOST_IDS], now)
    return moved


def _move(session: Session, tier: int, school_ids: list[int], now: datetime) -> int:
    statement = (
        update(Ticket)
        .where(
            Ticket.school_id.in_(school_ids),
            Ticket.stage.in_((Stage.WAITING, Stage.PAUSED)),
            Ticket.rank_tier != tier,
        )
        .values(rank_tier=tier, version=Ticket.version + 1, updated_at=now)
        .execution_options(synchronize_session=False)
        .returning(Ticket.id)
    )
    return len(session.scalars(statement).all())
