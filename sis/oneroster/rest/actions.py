"""Housekeeping of what the service keeps for itself."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from sis.oneroster.rest.models import RecordChange

KEPT = timedelta(hours=3)
"""Longer than any transaction: a note must not go before everybody has seen what it is about."""


def prune_changes(session: Session, *, now: datetime) -> None:
    """Forget which tables were written to long ago; ``now`` is the machine's time."""
    session.execute(delete(RecordChange).where(RecordChange.at < now - KEPT))
