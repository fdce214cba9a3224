"""What was done at the counselor's desk, so that it can be shown to others and undone."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class ScheduleEdit(Base):
    """One change of a student's schedule by hand, and what stood before.

    ``to_place_id`` is the place that was given, locked or unlocked; ``from_place_id`` the one
    that was ended on ``effective_on``, with the dates it had before. ``undoes_id`` is the edit
    that this one takes back. ``reason`` is what was given for going over a refusal.
    """

    __tablename__ = "schedule_edit"
    __table_args__ = (
        CheckConstraint("kind in ('add','drop','swap','lock','unlock','undo')", "kind"),
        CheckConstraint("to_place_id is not null or from_place_id is not null", "places"),
        CheckConstraint("(kind = 'undo') = (undoes_id is not null)", "undoes"),
        Index(None, "person_id", "school_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    kind: Mapped[str]
    to_place_id: Mapped[int | None] = mapped_column(ForeignKey("section_enrollment.id"))
    from_place_id: Mapped[int | None] = mapped_column(ForeignKey("section_enrollment.id"))
    from_began_on: Mapped[date | None]
    from_ended_on: Mapped[date | None]
    effective_on: Mapped[date]
    reason: Mapped[str | None]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("schedule_edit.id"), unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    made_by_name: Mapped[str]
