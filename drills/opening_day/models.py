"""The drill's own table: the script of the day, and how far it has come."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id, JsonDict


class DrillEvent(Base):
    """One thing that somebody in the district does at ``due_at``.

    ``lane`` says how: ``records`` in a unit of work of the drill, which marks it done in the same
    transaction; ``desk`` through the ticket API, where ``key`` is the idempotency key. ``outcome``
    keeps what later events need to know, such as the ticket's id.
    """

    __tablename__ = "drill_event"
    __table_args__ = (
        CheckConstraint("lane in ('records','desk')", "lane"),
        Index(None, "lane", "done_at", "due_at", "id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    lane: Mapped[str]
    kind: Mapped[str]
    due_at: Mapped[datetime]
    payload: Mapped[JsonDict]
    done_at: Mapped[datetime | None]
    outcome: Mapped[JsonDict | None]
