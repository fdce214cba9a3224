"""From what clients send to the columns of the gradebook, references apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sis.gradebook.models import (
    AssessmentLineItem,
    AssessmentResult,
    Category,
    LineItem,
    Result,
    ScoreScale,
    Sourced,
)
from sis.oneroster.rest import bodies
from sis.oneroster.rest.queries.assessments import ASSESSMENT_LINE_ITEMS, ASSESSMENT_RESULTS
from sis.oneroster.rest.queries.classes import CLASSES
from sis.oneroster.rest.queries.courses import COURSES
from sis.oneroster.rest.queries.gradebook import CATEGORIES, LINE_ITEMS, SCORE_SCALES
from sis.oneroster.rest.queries.resource import Resource
from sis.oneroster.rest.queries.results import RESULTS
from sis.oneroster.rest.queries.sessions import ACADEMIC_SESSIONS
from sis.oneroster.rest.queries.users import USERS

Columns = dict[str, Any]


@dataclass(frozen=True)
class Referred:
    """A field that refers: its name in the body and in the standard, and our column for it.

    A field without a column is only compared with what is known otherwise.
    """

    attribute: str
    name: str
    resource: Resource
    column: str | None
    required: bool = False


@dataclass(frozen=True)
class Written:
    """A kind of object that clients write."""

    resource: Resource
    model: type[Sourced]
    body: type[bodies.Body]
    columns: Callable[[Any], Columns]
    references: tuple[Referred, ...] = ()


def _objectives(found: list[Any] | None) -> list[Any] | None:
    if not found:
        return None
    return [one.model_dump(by_alias=True, exclude_none=True) for one in found]


def _category(body: bodies.CategoryBody) -> Columns:
    return {"title": body.title, "weight": body.weight}


def _score_scale(body: bodies.ScoreScaleBody) -> Columns:
    pairs = [
        {"left": pair.item_value_lhs, "right": pair.item_value_rhs}
        for pair in body.score_scale_value
    ]
    return {"title": body.title, "type": body.type, "pairs": pairs}


def _marked(body: bodies.Marked) -> Columns:
    return {
        "title": body.title,
        "description": body.description,
        "minimum": body.result_value_min,
        "maximum": body.result_value_max,
        "objectives": _objectives(body.learning_objective_set),
    }


def _line_item(body: bodies.LineItemBody) -> Columns:
    return {**_marked(body), "assigned_at": body.assign_date, "due_at": body.due_date}


def _scored(body: bodies.Scored) -> Columns:
    return {
        "score_status": body.score_status,
        "score": body.score,
        "text_score": body.text_score,
        "scored_on": body.score_date,
        "comment": body.comment,
        "objectives": _objectives(body.learning_objective_set),
        "in_progress": body.in_progress,
        "incomplete": body.incomplete,
        "late": body.late,
        "missing": body.missing,
    }


def _assessment_result(body: bodies.AssessmentResultBody) -> Columns:
    return {**_scored(body), "percentile": body.score_percentile}


_CLASS = Referred("section", "class", CLASSES, "section_id")
_NEEDED_CLASS = Referred("section", "class", CLASSES, "section_id", required=True)
_SCALE = Referred("score_scale", "scoreScale", SCORE_SCALES, "score_scale_id")
_STUDENT = Referred("student", "student", USERS, "person_id", required=True)

WRITTEN_CATEGORIES = Written(CATEGORIES, Category, bodies.CategoryBody, _category)
WRITTEN_SCORE_SCALES = Written(
    SCORE_SCALES,
    ScoreScale,
    bodies.ScoreScaleBody,
    _score_scale,
    (_NEEDED_CLASS, Referred("course", "course", COURSES, "course_id")),
)
WRITTEN_LINE_ITEMS = Written(
    LINE_ITEMS,
    LineItem,
    bodies.LineItemBody,
    _line_item,
    (
        _NEEDED_CLASS,
        Referred("category", "category", CATEGORIES, "category_id", required=True),
        Referred("grading_period", "gradingPeriod", ACADEMIC_SESSIONS, "grading_period_id"),
        Referred("academic_session", "academicSession", ACADEMIC_SESSIONS, "session_id"),
        _SCALE,
    ),
)
WRITTEN_RESULTS = Written(
    RESULTS,
    Result,
    bodies.ResultBody,
    _scored,
    (
        Referred("line_item", "lineItem", LINE_ITEMS, "line_item_id", required=True),
        _STUDENT,
        Referred("section", "class", CLASSES, None),
        _SCALE,
    ),
)
WRITTEN_ASSESSMENT_LINE_ITEMS = Written(
    ASSESSMENT_LINE_ITEMS,
    AssessmentLineItem,
    bodies.AssessmentLineItemBody,
    _marked,
    (
        _CLASS,
        Referred(
            "parent_assessment_line_item",
            "parentAssessmentLineItem",
            ASSESSMENT_LINE_ITEMS,
            "parent_id",
        ),
        _SCALE,
    ),
)
WRITTEN_ASSESSMENT_RESULTS = Written(
    ASSESSMENT_RESULTS,
    AssessmentResult,
    bodies.AssessmentResultBody,
    _assessment_result,
    (
        Referred(
            "assessment_line_item",
            "assessmentLineItem",
            ASSESSMENT_LINE_ITEMS,
            "assessment_line_item_id",
            required=True,
        ),
        _STUDENT,
        _SCALE,
    ),
)
