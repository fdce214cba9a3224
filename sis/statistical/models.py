"""Certified reports, which nothing can change, and the newest count of every month."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class MonthFigures:
    """A school month in numbers. Attendance is in parts of days: ``day_parts`` are one day."""

    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days_taught: Mapped[int]
    day_parts: Mapped[int]
    opening: Mapped[int]
    gains: Mapped[int]
    losses: Mapped[int]
    closing: Mapped[int]
    attended: Mapped[int]
    excused: Mapped[int]
    unexcused: Mapped[int]
    unsubmitted: Mapped[int]
    missing_classes: Mapped[int]
    balances: Mapped[bool]
    faults: Mapped[int]
    rule_version: Mapped[str]


class StatisticalReport(MonthFigures, Base):
    """A school month as the principal certified it; triggers refuse every change of a row.

    ``document`` is the zlib-compressed text of ``rules.document``: facts, figures and rule;
    ``content_hash`` is the SHA-256 of the text. An amendment is a new row with the next
    ``version`` that names the one it supersedes, and ``amendment`` says what differs.
    ``override_reason`` is why it was certified although it does not balance.
    """

    __tablename__ = "statistical_report"
    __table_args__ = (
        UniqueConstraint("school_id", "track", "school_year", "month", "version"),
        CheckConstraint("month >= 1", "month"),
        CheckConstraint("version >= 1", "version"),
        CheckConstraint("(version = 1) = (supersedes_id is null)", "supersedes"),
        CheckConstraint("(version = 1) = (amendment is null)", "amendment"),
        CheckConstraint("balances or override_reason is not null", "override_reason"),
        CheckConstraint("length(content_hash) = 64", "content_hash"),
        Index(None, "school_year", "month"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    track: Mapped[str]
    school_year: Mapped[int]
    month: Mapped[int]
    version: Mapped[int]
    supersedes_id: Mapped[int | None] = mapped_column(
        ForeignKey("statistical_report.id"), unique=True
    )
    amendment: Mapped[str | None]
    override_reason: Mapped[str | None]
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    content_hash: Mapped[str]
    certified_by: Mapped[str]
    certified_by_name: Mapped[str]
    certified_at: Mapped[datetime]


class StatisticalTally(MonthFigures, Base):
    """A school month as it was last counted; a month in progress has days still to come.

    It can be made again at any time, and makes the pages of ESCs and the district quick.
    """

    __tablename__ = "statistical_tally"

    school_id: Mapped[int] = mapped_column(
        ForeignKey("school.organization_id"), primary_key=True, autoincrement=False
    )
    track: Mapped[str] = mapped_column(primary_key=True)
    school_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    complete: Mapped[bool]
    computed_at: Mapped[datetime]
