"""What the monitors remember: states, their changes, runs and samples."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id

_STATES = "('ok','pending','firing','resolved','unknown')"


class RunRecord(Base):
    """The newest run of a probe; ``error`` says why nothing could be measured.

    ``at`` is the district's time of the measurement; a result older than it is discarded.
    ``token`` is another one for each evaluation: whoever remembers the states of that evaluation
    knows by it that they still stand in the table.
    """

    __tablename__ = "probe_run"
    __table_args__ = (CheckConstraint("duration_ms >= 0", "duration"),)

    probe: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    fresh_at: Mapped[datetime | None]
    duration_ms: Mapped[int]
    subjects: Mapped[int]
    error: Mapped[str | None]
    token: Mapped[str] = mapped_column(default="")


class StateRecord(Base):
    """Where one subject of one probe stands; a row is written only when something changed."""

    __tablename__ = "probe_state"
    __table_args__ = (
        UniqueConstraint("probe", "subject"),
        CheckConstraint(f"state in {_STATES}", "state"),
        CheckConstraint("failures >= 0 and good >= 0", "counts"),
        CheckConstraint("state <> 'unknown' or unknown_since is not null", "unknown"),
        Index(None, "school_id"),
    )

    id: Mapped[Id]
    probe: Mapped[str]
    subject: Mapped[str]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    title: Mapped[str]
    state: Mapped[str]
    since: Mapped[datetime]
    active_at: Mapped[datetime | None]
    keep_firing_since: Mapped[datetime | None]
    failures: Mapped[int]
    good: Mapped[int]
    unknown_since: Mapped[datetime | None]
    value: Mapped[int | None]
    threshold: Mapped[int | None]
    denominator: Mapped[int | None]
    sample_ids: Mapped[list[str]]
    fresh_at: Mapped[datetime | None]
    note: Mapped[str]
    changed_at: Mapped[datetime]


class TransitionRecord(Base):
    """One change of state; append-only, so that ``id`` serves readers as a cursor."""

    __tablename__ = "probe_transition"
    __table_args__ = (
        CheckConstraint(f"from_state in {_STATES}", "from_state"),
        CheckConstraint(f"to_state in {_STATES}", "to_state"),
        Index(None, "probe", "subject", "id"),
    )

    id: Mapped[Id]
    probe: Mapped[str]
    subject: Mapped[str]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    title: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    at: Mapped[datetime]
    value: Mapped[int | None]
    threshold: Mapped[int | None]
    denominator: Mapped[int | None]
    sample_ids: Mapped[list[str]]
    note: Mapped[str]


class SampleRecord(Base):
    """The district's totals after one run: the points of the day's curve."""

    __tablename__ = "probe_sample"
    __table_args__ = (UniqueConstraint("probe", "at"),)

    id: Mapped[Id]
    probe: Mapped[str]
    at: Mapped[datetime]
    value: Mapped[int]
    denominator: Mapped[int]
    firing: Mapped[int]
    pending: Mapped[int]
    unknown: Mapped[int]


class ReadingRecord(Base):
    """One subject's value from ``at`` on; written only when the value changed."""

    __tablename__ = "probe_reading"
    __table_args__ = (
        UniqueConstraint("probe", "subject", "at"),
        Index(None, "probe", "school_id", "at"),
        Index(None, "at"),
    )

    id: Mapped[Id]
    probe: Mapped[str]
    subject: Mapped[str]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    at: Mapped[datetime]
    value: Mapped[int | None]
    denominator: Mapped[int | None]


class SelfCheckRecord(Base):
    """The newest check of an answer that is kept instead of computed each time."""

    __tablename__ = "self_check"
    __table_args__ = (CheckConstraint("differences >= 0", "differences"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    differences: Mapped[int]
    examples: Mapped[list[str]]
