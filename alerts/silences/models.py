"""Silences."""

from datetime import datetime, time

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id

_ONCE = "weekdays IS NULL"


class Silence(Base):
    """Alerts that fit all ``matchers`` are not told to anybody in ``[starts_at, ends_at)``.

    ``matchers``, each a name, op and value, never change. With ``weekdays`` (numbers, 0 is
    Monday) it holds only from ``begins`` to ``ends`` by the clocks of ``zone``. ``school`` is the
    sourced id that a matcher asks for, empty without one. ``created_by`` is a name for people,
    ``author`` the id of the actor, who is reminded at ``remind_at``; null: no reminder is due.
    Times are the district's.
    """

    __tablename__ = "silence"
    __table_args__ = (
        CheckConstraint("starts_at <= ends_at", name="order"),
        CheckConstraint("comment <> ''", name="comment"),
        CheckConstraint("length(uuid) = 36", name="uuid"),
        CheckConstraint(
            f"({_ONCE}) = (begins IS NULL) AND ({_ONCE}) = (ends IS NULL)"
            f" AND ({_ONCE}) = (zone IS NULL)",
            name="recurrence",
        ),
        Index(None, "ends_at", "id"),
        Index(None, "remind_at"),
        Index(None, "school"),
    )

    id: Mapped[Id]
    uuid: Mapped[str] = mapped_column(unique=True)
    matchers: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    weekdays: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    begins: Mapped[time | None]
    ends: Mapped[time | None]
    zone: Mapped[str | None]
    created_by: Mapped[str]
    author: Mapped[str]
    comment: Mapped[str]
    school: Mapped[str]
    remind_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
