"""The gradebook's files."""

from datetime import datetime

from sqlalchemy import func

from sis.calendars.models import AcademicSession
from sis.courses.models import Section
from sis.gradebook.models import Category, LineItem, Result
from sis.oneroster.export.columns import Expression, Record, rows_of
from sis.oneroster.export.queries import FileQuery, of_living
from sis.organizations.models import Organization
from sis.people.models import Person


def categories(since: datetime | None) -> FileQuery:
    """categories.csv."""
    columns: dict[str, Expression] = {"title": Category.title, "weight": Category.weight}
    record = Record(Category.sourced_id, Category.status, Category.modified_at)
    return FileQuery(tuple(columns), rows_of(record, columns, since).order_by(Category.id))


def line_items(since: datetime | None) -> FileQuery:
    """lineItems.csv; assignDate and dueDate are still moments."""
    columns: dict[str, Expression] = {
        "title": LineItem.title,
        "description": LineItem.description,
        "assignDate": LineItem.assigned_at,
        "dueDate": LineItem.due_at,
        "classSourcedId": Section.sourced_id,
        "categorySourcedId": Category.sourced_id,
        "academicSessionSourcedId": AcademicSession.sourced_id,
        "resultValueMin": LineItem.minimum,
        "resultValueMax": LineItem.maximum,
        "schoolSourcedId": Organization.sourced_id,
    }
    record = Record(LineItem.sourced_id, LineItem.status, LineItem.modified_at)
    used = func.coalesce(LineItem.session_id, LineItem.grading_period_id)
    statement = (
        rows_of(record, columns, since)
        .join(Section, Section.id == LineItem.section_id)
        .join(Organization, Organization.id == Section.school_id)
        .join(Category, Category.id == LineItem.category_id)
        .outerjoin(AcademicSession, AcademicSession.id == used)
        .order_by(LineItem.id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, Section, Category))


def results(since: datetime | None) -> FileQuery:
    """results.csv."""
    columns: dict[str, Expression] = {
        "lineItemSourcedId": LineItem.sourced_id,
        "studentSourcedId": Person.sourced_id,
        "scoreStatus": Result.score_status,
        "score": Result.score,
        "scoreDate": Result.scored_on,
        "comment": Result.comment,
        "textScore": Result.text_score,
        "classSourcedId": Section.sourced_id,
        "inProgress": Result.in_progress,
        "incomplete": Result.incomplete,
        "late": Result.late,
        "missing": Result.missing,
    }
    record = Record(Result.sourced_id, Result.status, Result.modified_at)
    statement = (
        rows_of(record, columns, since)
        .join(LineItem, LineItem.id == Result.line_item_id)
        .join(Section, Section.id == LineItem.section_id)
        .join(Person, Person.id == Result.person_id)
        .order_by(Result.id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, Section, LineItem, Person))
