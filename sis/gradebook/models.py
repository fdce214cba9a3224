"""The gradebook as OneRoster 1.2 knows it; its nouns and vocabularies are the standard's.

Deleted records stay, marked. ``modified_at`` is drawn by ``sis.gradebook.stamps`` and never twice
the same in a table, so that whoever asks for what changed misses nothing.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id, JsonDict

JsonList = list[dict[str, Any]]


def _status() -> CheckConstraint:
    return CheckConstraint("status in ('active','tobedeleted')", "status")


class Sourced(Base):
    """What every record of the gradebook has; ``extra`` is what the standard calls metadata."""

    __abstract__ = True

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    extra: Mapped[JsonDict | None]
    modified_at: Mapped[datetime] = mapped_column(index=True)
    import_run_id: Mapped[int | None]


class Scored:
    """What every result has. A score may be above the maximum: extra credit.

    ``objectives`` are learning objectives, as the standard writes them.
    """

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    score_scale_id: Mapped[int | None] = mapped_column(ForeignKey("score_scale.id"))
    score_status: Mapped[str]
    score: Mapped[float | None]
    text_score: Mapped[str | None]
    scored_on: Mapped[date]
    comment: Mapped[str | None]
    objectives: Mapped[JsonList | None] = mapped_column(JSON(none_as_null=True))
    in_progress: Mapped[bool | None]
    incomplete: Mapped[bool | None]
    late: Mapped[bool | None]
    missing: Mapped[bool | None]


class Category(Sourced):
    """A kind of work, such as homework, and the share of the grade that it carries."""

    __tablename__ = "category"
    __table_args__ = (_status(),)

    title: Mapped[str]
    weight: Mapped[float | None]


class ScoreScale(Sourced):
    """``pairs`` translate one way of scoring into another: ``[{"left": "A", "right": "90"}]``."""

    __tablename__ = "score_scale"
    __table_args__ = (_status(),)

    title: Mapped[str]
    type: Mapped[str]
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    pairs: Mapped[JsonList] = mapped_column(JSON)


class LineItem(Sourced):
    """A piece of work that a class is graded on. Its school is the class's.

    ``grading_period_id`` may name a session that is no grading period: the whole of it then is.
    """

    __tablename__ = "line_item"
    __table_args__ = (
        _status(),
        CheckConstraint("minimum is null or maximum is null or minimum <= maximum", "values"),
    )

    title: Mapped[str]
    description: Mapped[str | None]
    assigned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    grading_period_id: Mapped[int | None] = mapped_column(ForeignKey("academic_session.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("academic_session.id"))
    score_scale_id: Mapped[int | None] = mapped_column(ForeignKey("score_scale.id"))
    minimum: Mapped[float | None]
    maximum: Mapped[float | None]
    objectives: Mapped[JsonList | None] = mapped_column(JSON(none_as_null=True))


class Result(Scored, Sourced):
    """What a student achieved in a line item; its class is the line item's."""

    __tablename__ = "result"
    __table_args__ = (_status(),)

    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_item.id"), index=True)


class AssessmentLineItem(Sourced):
    """A test, or a part of one; it needs no class."""

    __tablename__ = "assessment_line_item"
    __table_args__ = (
        _status(),
        CheckConstraint("minimum is null or maximum is null or minimum <= maximum", "values"),
        CheckConstraint("parent_id is null or parent_id <> id", "parent"),
    )

    title: Mapped[str]
    description: Mapped[str | None]
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("assessment_line_item.id"), index=True)
    score_scale_id: Mapped[int | None] = mapped_column(ForeignKey("score_scale.id"))
    minimum: Mapped[float | None]
    maximum: Mapped[float | None]
    objectives: Mapped[JsonList | None] = mapped_column(JSON(none_as_null=True))


class AssessmentResult(Scored, Sourced):
    """What a student achieved in a test; ``percentile`` is the rank among those who took it."""

    __tablename__ = "assessment_result"
    __table_args__ = (_status(),)

    assessment_line_item_id: Mapped[int] = mapped_column(
        ForeignKey("assessment_line_item.id"), index=True
    )
    percentile: Mapped[float | None]
