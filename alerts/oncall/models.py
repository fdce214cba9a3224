"""On-call schedules, their layers, who covers for whom, and what one shift tells the next."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id

_ASKED = text("state = 'asked'")
_IN_USE = text("retired_at IS NULL")


class OnCallSchedule(Base):
    """A schedule; ``expected`` holds the windows that should have somebody, empty for always.

    ``version`` grows with every change to it or its layers, so that two editors see each other.
    """

    __tablename__ = "oncall_schedule"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        Index(
            "uq_oncall_schedule_in_use",
            "name",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    description: Mapped[str]
    zone: Mapped[str]
    expected: Mapped[str]
    version: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    retired_at: Mapped[datetime | None]


class OnCallLayer(Base):
    """A rotation as it was or is from ``from_at`` until ``until_at``; times of handoff are local.

    Layers with a higher ``position`` win. An edit ends the row and adds another, so that the past
    stays as it was.
    """

    __tablename__ = "oncall_layer"
    __table_args__ = (
        CheckConstraint("unit IN ('hours', 'days', 'weeks')", name="unit"),
        CheckConstraint("length BETWEEN 1 AND 366", name="length"),
        CheckConstraint("until_at >= from_at", name="in_effect"),
        Index(None, "schedule_id", "position"),
    )

    id: Mapped[Id]
    schedule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("oncall_schedule.id"))
    position: Mapped[int]
    name: Mapped[str]
    zone: Mapped[str]
    unit: Mapped[str]
    length: Mapped[int]
    first_on: Mapped[date]
    handoff_at: Mapped[time]
    windows: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]


class OnCallTurn(Base):
    """A person's place in a layer's order."""

    __tablename__ = "oncall_turn"

    layer_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("oncall_layer.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class OnCallSwap(Base):
    """Somebody asks another, or anybody, to take a stretch of theirs."""

    __tablename__ = "oncall_swap"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'accepted', 'declined', 'withdrawn')", name="state"),
        CheckConstraint("ends_at > begins_at", name="stretch"),
        CheckConstraint("return_ends_at > return_begins_at", name="return"),
        CheckConstraint("(return_begins_at IS NULL) = (return_ends_at IS NULL)", name="both_ends"),
        CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)", "answer"
        ),
        Index("ix_oncall_swap_asked", "schedule_id", sqlite_where=_ASKED, postgresql_where=_ASKED),
    )

    id: Mapped[Id]
    schedule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("oncall_schedule.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_of: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    return_begins_at: Mapped[datetime | None]
    return_ends_at: Mapped[datetime | None]
    note: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]


class OnCallCalendar(Base):
    """An iCalendar of overrides: read from ``url`` now and then, or from a file when that is empty.

    ``problem`` is what went wrong at the last reading, or empty. Times are the machine's.
    """

    __tablename__ = "oncall_calendar"
    __table_args__ = (UniqueConstraint("schedule_id", "name"),)

    id: Mapped[Id]
    schedule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("oncall_schedule.id"))
    name: Mapped[str]
    url: Mapped[str]
    read_at: Mapped[datetime | None]
    problem: Mapped[str]


class OnCallCover(Base):
    """Somebody is on call in [begins_at, ends_at), whoever's turn it is."""

    __tablename__ = "oncall_cover"
    __table_args__ = (
        CheckConstraint("origin IN ('override', 'swap', 'calendar')", name="origin"),
        CheckConstraint("ends_at > begins_at", name="stretch"),
        CheckConstraint("(origin = 'calendar') = (calendar_id IS NOT NULL)", name="calendar"),
        Index(None, "schedule_id", "ends_at"),
    )

    id: Mapped[Id]
    schedule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("oncall_schedule.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    origin: Mapped[str]
    calendar_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("oncall_calendar.id"))
    note: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class OnCallNote(Base):
    """What somebody leaves to whoever is on call next."""

    __tablename__ = "oncall_note"
    __table_args__ = (
        CheckConstraint("body <> ''", name="body"),
        Index(None, "schedule_id", "id"),
    )

    id: Mapped[Id]
    schedule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("oncall_schedule.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    body: Mapped[str]
    written_at: Mapped[datetime]


class OnCallFeed(Base):
    """A secret address of an iCalendar: of a schedule, or of the owner's own shifts."""

    __tablename__ = "oncall_feed"
    __table_args__ = (
        Index(
            "uq_oncall_feed_of_schedule",
            "user_id",
            "schedule_id",
            unique=True,
            sqlite_where=text("schedule_id IS NOT NULL"),
            postgresql_where=text("schedule_id IS NOT NULL"),
        ),
        Index(
            "uq_oncall_feed_of_person",
            "user_id",
            unique=True,
            sqlite_where=text("schedule_id IS NULL"),
            postgresql_where=text("schedule_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    schedule_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("oncall_schedule.id"))
    made_at: Mapped[datetime]


class OnCallWatch(Base):
    """Who was on call in a schedule when its handoffs were last looked at; null for nobody."""

    __tablename__ = "oncall_watch"

    schedule_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("oncall_schedule.id"), primary_key=True
    )
    user_id: Mapped[int | None]
    since: Mapped[datetime]
