"""Tier runs and their results, all kept; and ticket counts from before this desk existed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id, JsonDict


class TierRun(Base):
    """One computation for all schools. ``scheduled_on`` is the day whose morning run this is;
    a run that a person asked for has none.
    """

    __tablename__ = "tier_run"

    id: Mapped[Id]
    at: Mapped[datetime]
    scheduled_on: Mapped[date | None] = mapped_column(unique=True)
    by: Mapped[str]
    settings_version: Mapped[str]
    inputs: Mapped[JsonDict]


class SchoolTier(Base):
    """What a run found for one school. ``explanation`` holds every input, and the sentences."""

    __tablename__ = "school_tier"
    __table_args__ = (
        CheckConstraint("tier between 1 and 4", "tier"),
        CheckConstraint("need_hours >= 0", "need_hours"),
        Index(None, "school_id", "run_id"),
    )

    run_id: Mapped[int] = mapped_column(
        ForeignKey("tier_run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    school_id: Mapped[int] = mapped_column(
        ForeignKey("school.organization_id"), primary_key=True, autoincrement=False
    )
    tier: Mapped[int]
    need_hours: Mapped[float]
    rank: Mapped[int]
    tickets_this_year: Mapped[int]
    raw_rank: Mapped[int]
    flagged: Mapped[bool]
    explanation: Mapped[JsonDict]


class SupportHistory(Base):
    """Tickets of one school, week and category, as another desk counted them."""

    __tablename__ = "support_history"
    __table_args__ = (
        UniqueConstraint("school_id", "week_starts_on", "category"),
        CheckConstraint("tickets >= 0", "tickets"),
        CheckConstraint("category in ('login','scheduling','enrollment','grades')", "category"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    week_starts_on: Mapped[date]
    category: Mapped[str]
    tickets: Mapped[int]
    modified_at: Mapped[datetime]
