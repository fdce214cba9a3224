"""When school is: every date and bell question is answered from these tables."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id, JsonDict


def _once_per_school(table: str) -> tuple[Index, Index]:
    """One row per week of a term: for each school, and for the district (null is never equal)."""
    key = ("track", "school_year", "term", "week")
    district = text("school_id is null")
    return (
        Index(f"uq_{table}_school", "school_id", *key, unique=True),
        Index(
            f"uq_{table}_district",
            *key,
            unique=True,
            sqlite_where=district,
            postgresql_where=district,
        ),
    )


class DayType(StrEnum):
    """Only regular and minimum days are days of instruction."""

    REGULAR = "regular"
    MINIMUM = "minimum"
    HOLIDAY = "holiday"
    VACATION = "vacation"


class AcademicSession(Base):
    """A school year, semester, term or grading period, ``[starts_on, ends_on)``."""

    __tablename__ = "academic_session"
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", "dates"),
        CheckConstraint("status in ('active','tobedeleted')", "status"),
    )

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    title: Mapped[str]
    type: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    school_year: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("academic_session.id"))
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]


class Calendar(Base):
    """The year of one track of one school; a single-track school has the one track ``""``.

    ``derived`` calendars were made from the terms because the source sent none.
    """

    __tablename__ = "calendar"
    __table_args__ = (UniqueConstraint("school_id", "track", "starts_on"),)

    id: Mapped[Id]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    track: Mapped[str] = mapped_column(default="")
    session_id: Mapped[int | None] = mapped_column(ForeignKey("academic_session.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    derived: Mapped[bool] = mapped_column(default=False)


class CalendarDate(Base):
    """One weekday of a calendar; a date without a row is not a day of instruction."""

    __tablename__ = "calendar_date"
    __table_args__ = (
        CheckConstraint("day_type in ('regular','minimum','holiday','vacation')", "day_type"),
        Index(None, "on_date", "day_type"),
    )

    calendar_id: Mapped[int] = mapped_column(
        ForeignKey("calendar.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    on_date: Mapped[date] = mapped_column(primary_key=True)
    day_type: Mapped[str]


class ClassPeriod(Base):
    """One period of a school's bell schedule for a type of day, in the school's own time."""

    __tablename__ = "class_period"
    __table_args__ = (
        UniqueConstraint("school_id", "day_type", "label"),
        CheckConstraint("day_type in ('regular','minimum')", "day_type"),
        CheckConstraint("starts_at < ends_at", "times"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = mapped_column(ForeignKey("school.organization_id"))
    day_type: Mapped[str]
    label: Mapped[str]
    starts_at: Mapped[time]
    ends_at: Mapped[time]
    derived: Mapped[bool] = mapped_column(default=False)


class MarkingPeriod(Base):
    """Weeks of a term at whose end marks are due (5, 10, 15, 20), ``[starts_on, ends_on)``.

    Without a school it is the district's, for every track of that name whose school has no
    marking periods of its own in that school year.
    """

    __tablename__ = "marking_period"
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", "dates"),
        CheckConstraint("term >= 1", "term"),
        CheckConstraint("week >= 1", "week"),
        *_once_per_school("marking_period"),
    )

    id: Mapped[Id]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    track: Mapped[str] = mapped_column(default="")
    school_year: Mapped[int]
    term: Mapped[int]
    week: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class GradingWindow(Base):
    """When teachers may enter the marks of a marking period, in the school's own time.

    Without a school it is the district's, as with marking periods.
    """

    __tablename__ = "grading_window"
    __table_args__ = (
        CheckConstraint(
            "opens_on < closes_on or (opens_on = closes_on and opens_at < closes_at)", "order"
        ),
        CheckConstraint("term >= 1", "term"),
        CheckConstraint("week >= 1", "week"),
        *_once_per_school("grading_window"),
    )

    id: Mapped[Id]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    track: Mapped[str] = mapped_column(default="")
    school_year: Mapped[int]
    term: Mapped[int]
    week: Mapped[int]
    opens_on: Mapped[date]
    opens_at: Mapped[time]
    closes_on: Mapped[date]
    closes_at: Mapped[time]


class CalendarChange(Base):
    """A change that somebody made by hand, with what it takes to undo it.

    The newest one of a ``part`` is its version: whoever changes the part says which one they
    saw. It also tells an import that the school has taken the part over. ``school_id`` is null
    for the district's own marking periods and grading windows.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (
        CheckConstraint("part in ('days','bells','marking_periods','grading_windows')", "part"),
        Index(None, "school_id", "part", "track"),
    )

    id: Mapped[Id]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.organization_id"))
    part: Mapped[str]
    track: Mapped[str] = mapped_column(default="")
    school_year: Mapped[int | None]
    summary: Mapped[str]
    before: Mapped[JsonDict]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    changed_by_name: Mapped[str]
