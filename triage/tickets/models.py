"""Tickets, their messages and their events. The database itself keeps the invariants."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id

_STAGE_OF_STATUS = (
    "(stage = 'waiting' and status in ('new','open'))"
    " or (stage = 'paused' and status in ('pending','on_hold'))"
    " or (stage = 'done' and status in ('solved','closed'))"
)
OPEN = "stage <> 'done'"
UNANSWERED = f"first_responded_at is null and {OPEN}"
"""Conditions of partial indexes: a query has to say them word for word to use the index."""


def _part(name: str, where: str, *columns: str, unique: bool = False) -> Index:
    """An index of those rows only for which ``where`` holds."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class Ticket(Base):
    """A question or trouble of somebody at a school, or one that a probe found.

    ``stage`` groups statuses into waiting (on us), paused and done, and leads the queue's index.
    ``rank_tier`` is the school's tier, copied here so that the queue is one index scan; 5 means
    that no tier is known. ``waiting_since_at`` restarts when the requester replies.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint(_STAGE_OF_STATUS, "stage"),
        CheckConstraint(
            "function in ('login','scheduling','enrollment','attendance','grades','reports',"
            "'english_learners','other')",
            "function",
        ),
        CheckConstraint("channel in ('web','api','probe')", "channel"),
        CheckConstraint("impact between 1 and 3 and urgency between 1 and 3", "impact_urgency"),
        CheckConstraint("priority between 1 and 5", "priority"),
        CheckConstraint("rank_tier between 1 and 5", "rank_tier"),
        CheckConstraint("students_affected is null or students_affected >= 0", "students_affected"),
        CheckConstraint(
            "status <> 'solved' or (assignee_id is not null and solved_at is not null)", "solved"
        ),
        Index(None, "stage", "priority", "rank_tier", "waiting_since_at", "id"),
        Index(None, "stage", "function", "priority", "rank_tier", "waiting_since_at", "id"),
        Index(None, "school_id", "stage", "id"),
        Index("ix_ticket_done", "stage", "id"),
        _part("ix_ticket_assigned", "assignee_id is not null", "assignee_id", "stage", "id"),
        _part(
            "ix_ticket_unassigned",
            "assignee_id is null",
            *("stage", "priority", "rank_tier", "waiting_since_at", "id"),
        ),
        _part("ix_ticket_unanswered", UNANSWERED, "opened_at"),
        _part(
            "ix_ticket_open",
            OPEN,
            *("function", "school_id", "priority", "assignee_id"),
            *("first_responded_at", "opened_at"),
        ),
        _part(
            "uq_ticket_one_open_per_probe_and_school",
            f"origin_probe is not null and {OPEN}",
            *("origin_probe", "school_id"),
            unique=True,
        ),
    )

    id: Mapped[Id]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    function: Mapped[str]
    subject: Mapped[str]
    status: Mapped[str] = mapped_column(default="new")
    stage: Mapped[str] = mapped_column(default="waiting")
    impact: Mapped[int]
    urgency: Mapped[int]
    priority: Mapped[int]
    rank_tier: Mapped[int]
    students_affected: Mapped[int | None]
    channel: Mapped[str]
    requester_id: Mapped[str | None]
    requester_name: Mapped[str]
    requester_email: Mapped[str | None]
    requester_phone: Mapped[str | None]
    external_id: Mapped[str | None] = mapped_column(unique=True)
    origin_probe: Mapped[str | None]
    assignee_id: Mapped[str | None]
    assignee_name: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    waiting_since_at: Mapped[datetime]
    first_responded_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class TicketMessage(Base):
    """What was said. A ``note`` is for those who work tickets; ``system`` is what we did."""

    __tablename__ = "ticket_message"
    __table_args__ = (
        CheckConstraint("kind in ('public','note','system')", "kind"),
        Index(None, "ticket_id", "id"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str]
    author_id: Mapped[str]
    author_name: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime]


class TicketEvent(Base):
    """One change of one field; written once and never changed."""

    __tablename__ = "ticket_event"
    __table_args__ = (Index(None, "ticket_id", "id"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    actor: Mapped[str]
    field: Mapped[str]
    old: Mapped[str | None]
    new: Mapped[str | None]
    at: Mapped[datetime]
