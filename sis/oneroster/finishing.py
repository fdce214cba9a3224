"""What follows from an import once all of its files are in."""

from typing import cast

import polars as pl
from sqlalchemy import Table, func, select, text, update
from sqlalchemy.orm import Session

from sis.calendars.models import AcademicSession
from sis.courses.models import Section, SectionTerm
from sis.enrollment.models import SchoolEnrollment
from sis.oneroster.state import ImportState

ENROLLMENT = cast(Table, SchoolEnrollment.__table__)
_LOADED = (
    "organization",
    "school",
    "academic_session",
    "calendar",
    "calendar_date",
    "class_period",
    "course",
    "section",
    "section_term",
    "section_meeting",
    "person",
    "person_role",
    "demographics",
    "school_enrollment",
    "section_enrollment",
    "category",
    "score_scale",
    "line_item",
    "result",
)


def pass_on_grades(state: ImportState) -> None:
    """A person's new grade is the grade of the enrolments that have not ended."""
    if not state.regraded:
        return
    people = pl.concat(state.regraded).unique("person_id", keep="last")
    columns = ["id", "person_id", "grade", "status", "ends_on"]
    old = state.store.bulk.fetch(ENROLLMENT, columns, "person_id", people["person_id"])
    running = pl.col("ends_on").is_null() | (pl.col("ends_on") > state.today.isoformat())
    old = old.filter((pl.col("status") == "active") & running)
    new = old.select("id", "person_id").join(people, on="person_id")
    new = new.join(old.select("id", was="grade"), on="id").filter(
        pl.col("grade").ne_missing(pl.col("was"))
    )
    if new.height:
        state.store.set_columns(ENROLLMENT, new.select("id", "grade"), "id", old)


def pass_on_term_dates(state: ImportState) -> None:
    """Sections span their terms, also when only the terms were sent again."""
    if not state.moved_sessions:
        return
    terms = select(SectionTerm.section_id).where(SectionTerm.session_id.in_(state.moved_sessions))
    spans = (
        select(AcademicSession)
        .join(SectionTerm, SectionTerm.session_id == AcademicSession.id)
        .where(SectionTerm.section_id == Section.id)
        .correlate(Section)
    )
    starts_on = spans.with_only_columns(func.min(AcademicSession.starts_on)).scalar_subquery()
    ends_on = spans.with_only_columns(func.max(AcademicSession.ends_on)).scalar_subquery()
    statement = update(Section).where(
        Section.id.in_(terms),
        (Section.starts_on.is_distinct_from(starts_on))
        | (Section.ends_on.is_distinct_from(ends_on)),
    )
    state.store.session.execute(
        statement.values(starts_on=starts_on, ends_on=ends_on, modified_at=state.store.now),
        execution_options={"synchronize_session": False},
    )


def refresh_statistics(session: Session) -> None:
    """Let the database plan for the tables as they are now."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA analysis_limit = 1000"))
    for table in _LOADED:
        session.execute(text(f"ANALYZE {table}"))
