"""Reading the signs of life."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.health.models import Heartbeat


def list_heartbeats(session: Session) -> dict[str, datetime]:
    """The last sign of life by component."""
    rows = session.execute(select(Heartbeat.component, Heartbeat.at))
    return {row.component: row.at for row in rows}
