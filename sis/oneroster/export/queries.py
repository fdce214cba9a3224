"""The rows of the files of places and courses by id, and how all files are read as a stream."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section, SectionMeeting, SectionTerm
from sis.oneroster.export.columns import Expression, Record, rows_of
from sis.organizations.models import Organization, School

AT_ONCE = 5_000
Row = Sequence[Any]


@dataclass(frozen=True)
class FileQuery:
    """``columns`` are the file's after the first three; ``key`` is the id that orders the rows."""

    columns: tuple[str, ...]
    statement: Select[Any]


def stream(session: Session, query: FileQuery) -> Iterator[Sequence[Row]]:
    """The rows by portions; no more than one is in memory."""
    result = session.execute(query.statement, execution_options={"yield_per": AT_ONCE})
    for part in result.partitions():
        yield list(part)


def count(session: Session, query: FileQuery) -> int:
    """How many rows ``stream`` gives."""
    statement = select(func.count()).select_from(query.statement.order_by(None).subquery())
    return session.scalars(statement).one()


def courses(since: datetime | None) -> FileQuery:
    """courses.csv."""
    columns: dict[str, Expression] = {
        "schoolYearSourcedId": AcademicSession.sourced_id,
        "title": Course.title,
        "courseCode": Course.code,
        "grades": Course.grades,
        "orgSourcedId": Organization.sourced_id,
        "subjects": Course.subjects,
        "subjectCodes": Course.subject_codes,
        "metadata.source": Course.source,
    }
    statement = (
        rows_of(record_of(Course), columns, since)
        .outerjoin(AcademicSession, AcademicSession.id == Course.session_id)
        .outerjoin(Organization, Organization.id == Course.organization_id)
        .order_by(Course.id)
    )
    return FileQuery(tuple(columns), statement)


def classes(since: datetime | None) -> FileQuery:
    """classes.csv; the last column is the section's id, for its terms and periods."""
    columns: dict[str, Expression] = {
        "title": Section.title,
        "grades": Section.grades,
        "courseSourcedId": func.coalesce(Course.sourced_id, Section.course_sourced_id),
        "classCode": Section.code,
        "classType": Section.class_type,
        "location": Section.location,
        "schoolSourcedId": Organization.sourced_id,
        "termSourcedIds": literal(""),
        "subjects": Section.subjects,
        "subjectCodes": Section.subject_codes,
        "periods": literal(""),
        "metadata.track": Section.track,
        "metadata.seats": Section.seats,
        "metadata.source": Section.source,
    }
    statement = (
        rows_of(record_of(Section), columns, since)
        .add_columns(Section.id)
        .outerjoin(Course, Course.id == Section.course_id)
        .join(Organization, Organization.id == Section.school_id)
        .order_by(Section.id)
    )
    return FileQuery(tuple(columns), statement)


def orgs(since: datetime | None) -> FileQuery:
    """orgs.csv; the last column is the id. All of them also in a delta: what hangs on a school,
    such as its bells, has no time of change of its own.
    """
    parent = aliased(Organization)
    school = Organization.type == "school"
    metadata = {
        "level": School.level,
        "timeZone": School.time_zone,
        "latitude": School.latitude,
        "longitude": School.longitude,
        "phone": School.phone,
        "address": School.address,
        "cdsCode": School.cds_code,
        "costCenter": School.cost_center,
        "mealEligible": School.meal_eligible,
    }
    columns: dict[str, Expression] = {
        "name": Organization.name,
        "type": case((Organization.type == "esc", "local"), else_=Organization.type),
        "identifier": Organization.identifier,
        "parentSourcedId": parent.sourced_id,
        **{f"metadata.{name}": case((school, column)) for name, column in metadata.items()},
        "metadata.source": Organization.source,
    }
    statement = (
        _everything(record_of(Organization), columns, since)
        .add_columns(Organization.id)
        .outerjoin(School, School.organization_id == Organization.id)
        .outerjoin(parent, parent.id == Organization.parent_id)
        .order_by(Organization.id)
    )
    return FileQuery(tuple(columns), statement)


def sessions(since: datetime | None) -> FileQuery:
    """academicSessions.csv; the last column is the id. All of them also in a delta."""
    parent = aliased(AcademicSession)
    columns: dict[str, Expression] = {
        "title": AcademicSession.title,
        "type": AcademicSession.type,
        "startDate": AcademicSession.starts_on,
        "endDate": AcademicSession.ends_on,
        "parentSourcedId": parent.sourced_id,
        "schoolYear": AcademicSession.school_year,
        "metadata.source": AcademicSession.source,
    }
    statement = (
        _everything(record_of(AcademicSession), columns, since)
        .add_columns(AcademicSession.id)
        .outerjoin(parent, parent.id == AcademicSession.parent_id)
        .order_by(AcademicSession.id)
    )
    return FileQuery(tuple(columns), statement)


def list_terms(session: Session, first: int, last: int) -> dict[int, list[str]]:
    """Section id to the sourcedIds of its terms, for sections from ``first`` to ``last``."""
    statement = (
        select(SectionTerm.section_id, AcademicSession.sourced_id)
        .join(AcademicSession, AcademicSession.id == SectionTerm.session_id)
        .where(SectionTerm.section_id.between(first, last))
        .order_by(SectionTerm.section_id, AcademicSession.starts_on, AcademicSession.sourced_id)
    )
    return _lists(session.execute(statement))


def list_periods(session: Session, first: int, last: int, on: date) -> dict[int, list[str]]:
    """Section id to the periods that it meets in on ``on`` or later, likewise."""
    statement = (
        select(SectionMeeting.section_id, SectionMeeting.period)
        .where(
            SectionMeeting.section_id.between(first, last),
            or_(SectionMeeting.ends_on.is_(None), SectionMeeting.ends_on > on),
        )
        .distinct()
        .order_by(SectionMeeting.section_id, SectionMeeting.period)
    )
    return _lists(session.execute(statement))


def _lists(rows: Iterable[Row]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for section_id, text in rows:
        found.setdefault(section_id, []).append(text)
    return found


def record_of(table: Any) -> Record:
    """The first three columns of a table whose records have them."""
    return Record(table.sourced_id, table.status, table.modified_at)


def _everything(
    record: Record, columns: Mapping[str, Expression], since: datetime | None
) -> Select[Any]:
    """Of a small file: what is active, and in a delta also what is deleted, whenever."""
    begin = None if since is None else datetime(1900, 1, 1, tzinfo=UTC)
    return rows_of(record, columns, begin)


def of_living(statement: Select[Any], since: datetime | None, *referred: Any) -> Select[Any]:
    """A bulk file refers to nothing that is not in the set; a delta speaks of the deleted too."""
    if since is not None:
        return statement
    return statement.where(*(table.status == "active" for table in referred))
