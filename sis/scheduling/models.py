"""Section enrolments, and the kept-up-to-date answer to "who has no complete schedule today"."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id


class SectionEnrollment(Base):
    """A student, teacher or aide in a section, ``[begins_on, ends_on)``; null: all its term.

    ``locked``: placed by hand to stay; the scheduling engine never moves it.
    ``rollover_id``: the rollover of a school that carried it over from the term before.
    """

    __tablename__ = "section_enrollment"
    __table_args__ = (
        CheckConstraint("status in ('active','tobedeleted')", "status"),
        CheckConstraint("role in ('student','teacher','administrator','proctor','aide')", "role"),
        CheckConstraint("begins_on is null or ends_on is null or begins_on <= ends_on", "dates"),
        Index(None, "section_id", "role"),
    )

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    is_primary: Mapped[bool | None]
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    locked: Mapped[bool] = mapped_column(default=False, server_default=false())
    modified_at: Mapped[datetime] = mapped_column(index=True)
    import_run_id: Mapped[int | None]
    rollover_id: Mapped[int | None] = mapped_column(BigKey)


class ScheduleTally(Base):
    """Per school and track, how many students were enrolled and active on ``as_of``."""

    __tablename__ = "schedule_tally"

    school_id: Mapped[int] = mapped_column(
        ForeignKey("school.organization_id"), primary_key=True, autoincrement=False
    )
    track: Mapped[str] = mapped_column(primary_key=True)
    active_students: Mapped[int]


class ScheduleGap(Base):
    """A student enrolled and active on ``as_of`` whose schedule is not complete."""

    __tablename__ = "schedule_gap"
    __table_args__ = (Index(None, "school_id", "track"),)

    school_enrollment_id: Mapped[int] = mapped_column(
        ForeignKey("school_enrollment.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    track: Mapped[str]
    required_periods: Mapped[int]
    filled_periods: Mapped[int]


class ScheduleStanding(Base):
    """An enrolment that the tally counts, as it was when it was counted.

    Rewritten whole each morning, so it has no foreign keys: checking 650,000 of them twice is
    what a rebuild would mostly do. It is what makes the tally exact after a change without
    counting a school again.
    """

    __tablename__ = "schedule_standing"

    school_enrollment_id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigKey)
    school_id: Mapped[int] = mapped_column(BigKey)
    track: Mapped[str]


class ScheduleChange(Base):
    """A student whose schedule or enrolment changed since the answer was last computed."""

    __tablename__ = "schedule_change"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class ScheduleSnapshot(Base):
    """For which local date and rules the tally and gaps of one zone's schools hold.

    ``token`` is another one whenever the tally or the gaps are: whoever remembers them knows by it
    that they still stand in the tables.
    """

    __tablename__ = "schedule_snapshot"

    time_zone: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[date]
    rule_version: Mapped[str]
    computed_at: Mapped[datetime]
    token: Mapped[str]
