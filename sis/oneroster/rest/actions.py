"""Housekeeping of what the service keeps for itself."""

from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from sis.oneroster.rest.models import RecordChange

KEPT = timedelta(hours=3)
"""Longer than any transaction: a note must not go before everybody has seen what it is about."""
_FOLD = text("""
    WITH spent AS (
        DELETE FROM list_tally WHERE part > 0 RETURNING table_name, status, kind, block, amount
    )
    INSERT INTO list_tally (table_name, status, kind, block, part, amount)
    SELECT table_name, status, kind, block, 0, sum(amount) FROM spent GROUP BY 1, 2, 3, 4
    ON CONFLICT (table_name, status, kind, block, part)
    DO UPDATE SET amount = list_tally.amount + excluded.amount
""")


def prune_changes(session: Session, *, now: datetime) -> None:
    """Forget which tables were written to long ago; ``now`` is the machine's time."""
    session.execute(delete(RecordChange).where(RecordChange.at < now - KEPT))


def fold_tallies(session: Session) -> None:
    """Add up what PostgreSQL's writers counted each on their own; SQLite's share one count."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_FOLD)
