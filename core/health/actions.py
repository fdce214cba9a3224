"""Giving a sign of life."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.health.models import Heartbeat


def beat(session: Session, component: str, now: datetime, detail: str = "") -> None:
    """``component`` (``scheduler``, ``delivery``) is alive at ``now``, the machine's time."""
    session.merge(Heartbeat(component=component, at=now, detail=detail))
