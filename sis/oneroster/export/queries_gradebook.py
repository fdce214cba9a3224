"""The gradebook's files."""

from datetime import datetime

from sqlalchemy import func, literal, null
from sqlalchemy.orm import aliased

from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section
from sis.gradebook.models import Category, LineItem, Result, ScoreScale
from sis.oneroster.export.columns import Expression, rows_of
from sis.oneroster.export.queries import FileQuery, of_living, record_of
from sis.organizations.models import Organization
from sis.people.models import Person

_period = aliased(AcademicSession)


def categories(since: datetime | None) -> FileQuery:
    """categories.csv."""
    columns: dict[str, Expression] = {
        "title": Category.title,
        "weight": Category.weight,
        "metadata.source": Category.source,
    }
    statement = rows_of(record_of(Category), columns, since).order_by(Category.id)
    return FileQuery(tuple(columns), statement)


def score_scales(since: datetime | None) -> FileQuery:
    """scoreScales.csv; scoreScaleValue is still the column's JSON."""
    columns: dict[str, Expression] = {
        "title": ScoreScale.title,
        "type": ScoreScale.type,
        "orgSourcedId": Organization.sourced_id,
        "courseSourcedId": Course.sourced_id,
        "classSourcedId": Section.sourced_id,
        "scoreScaleValue": ScoreScale.pairs,
        "metadata.source": ScoreScale.source,
    }
    statement = (
        rows_of(record_of(ScoreScale), columns, since)
        .join(Section, Section.id == ScoreScale.section_id)
        .join(Organization, Organization.id == Section.school_id)
        .outerjoin(Course, Course.id == ScoreScale.course_id)
        .order_by(ScoreScale.id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, Section))


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
        "metadata.gradingPeriodSourcedId": _period.sourced_id,
        "metadata.source": LineItem.source,
    }
    used = func.coalesce(LineItem.session_id, LineItem.grading_period_id)
    statement = (
        rows_of(record_of(LineItem), columns, since)
        .join(Section, Section.id == LineItem.section_id)
        .join(Organization, Organization.id == Section.school_id)
        .join(Category, Category.id == LineItem.category_id)
        .outerjoin(AcademicSession, AcademicSession.id == used)
        .outerjoin(_period, _period.id == LineItem.grading_period_id)
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
        "metadata.source": Result.source,
    }
    statement = (
        rows_of(record_of(Result), columns, since)
        .join(LineItem, LineItem.id == Result.line_item_id)
        .join(Section, Section.id == LineItem.section_id)
        .join(Category, Category.id == LineItem.category_id)
        .join(Person, Person.id == Result.person_id)
        .order_by(Result.id)
    )
    living = of_living(statement, since, Section, Category, LineItem, Person)
    return FileQuery(tuple(columns), living)


def line_item_scales(since: datetime | None) -> FileQuery:
    """lineItemScoreScales.csv: a link has the id of its line item."""
    columns: dict[str, Expression] = {
        "title": ScoreScale.title,
        "lineItemSourcedId": LineItem.sourced_id,
        "scoreScaleSourcedId": ScoreScale.sourced_id,
    }
    statement = (
        rows_of(record_of(LineItem), columns, since)
        .join(ScoreScale, ScoreScale.id == LineItem.score_scale_id)
        .join(Section, Section.id == LineItem.section_id)
        .join(Category, Category.id == LineItem.category_id)
        .order_by(LineItem.id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, ScoreScale, Section, Category))


def result_scales(since: datetime | None) -> FileQuery:
    """resultScoreScales.csv: a link has the id of its result."""
    columns: dict[str, Expression] = {
        "title": ScoreScale.title,
        "resultSourcedId": Result.sourced_id,
        "scoreScaleSourcedId": ScoreScale.sourced_id,
    }
    statement = (
        rows_of(record_of(Result), columns, since)
        .join(ScoreScale, ScoreScale.id == Result.score_scale_id)
        .join(LineItem, LineItem.id == Result.line_item_id)
        .join(Section, Section.id == LineItem.section_id)
        .join(Category, Category.id == LineItem.category_id)
        .join(Person, Person.id == Result.person_id)
        .order_by(Result.id)
    )
    living = of_living(statement, since, ScoreScale, Section, Category, LineItem, Person)
    return FileQuery(tuple(columns), living)


def line_item_objectives(since: datetime | None) -> FileQuery:
    """lineItemLearningObjectiveIds.csv, one row a line item; its objectives are still JSON."""
    columns: dict[str, Expression] = {
        "lineItemSourcedId": LineItem.sourced_id,
        "source": LineItem.objectives,
        "learningObjectiveId": literal(""),
    }
    statement = (
        rows_of(record_of(LineItem), columns, since)
        .join(Section, Section.id == LineItem.section_id)
        .join(Category, Category.id == LineItem.category_id)
        .where(LineItem.objectives.is_not(null()), LineItem.status == "active")
        .order_by(LineItem.id)
    )
    return FileQuery(tuple(columns), of_living(statement, since, Section, Category))


def result_objectives(since: datetime | None) -> FileQuery:
    """resultLearningObjectiveIds.csv, likewise."""
    columns: dict[str, Expression] = {
        "resultSourcedId": Result.sourced_id,
        "source": Result.objectives,
        "learningObjectiveId": literal(""),
        "score": literal(""),
        "textScore": literal(""),
    }
    statement = (
        rows_of(record_of(Result), columns, since)
        .join(LineItem, LineItem.id == Result.line_item_id)
        .join(Section, Section.id == LineItem.section_id)
        .join(Category, Category.id == LineItem.category_id)
        .join(Person, Person.id == Result.person_id)
        .where(Result.objectives.is_not(null()), Result.status == "active")
        .order_by(Result.id)
    )
    living = of_living(statement, since, Section, Category, LineItem, Person)
    return FileQuery(tuple(columns), living)
