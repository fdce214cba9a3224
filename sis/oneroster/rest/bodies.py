"""What clients send: the standard's objects, taken leniently.

Status, dateLastModified, href and type may be missing, booleans may be booleans, dates may come as
dateTimes, and what the standard does not know is not read. What an object cannot do without is
asked for.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

from core.db import JsonDict
from sis.oneroster.rest.rules import parse_date, parse_flag, parse_moment

_OBJECTIVE_SOURCE = r"^(case|unknown|/[a-z0-9]+)$"
_STATUS = r"^(exempt|fully graded|not submitted|partially graded|submitted|ext:[a-zA-Z0-9.\-_]+)$"


def _without_nul(value: Any) -> Any:
    """No database column takes a NUL."""
    if isinstance(value, str) and "\0" in value:
        raise ValueError("holds a NUL character")
    if isinstance(value, dict):
        for part in (*value, *value.values()):
            _without_nul(part)
    if isinstance(value, list):
        for part in value:
            _without_nul(part)
    return value


def _moment(value: Any) -> Any:
    return parse_moment(value) if isinstance(value, str) else value


def _date(value: Any) -> Any:
    return parse_date(value) if isinstance(value, str) else value


def _flag(value: Any) -> Any:
    return parse_flag(value) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_without_nul)]
Title = Annotated[
    str, StringConstraints(min_length=1, max_length=10_000), AfterValidator(_without_nul)
]
SourcedId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.\-_/@|]{1,255}$")]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Day = Annotated[date, BeforeValidator(_date)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Metadata = Annotated[JsonDict, AfterValidator(_without_nul)]


class Sent(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")


class Reference(Sent):
    """An object by its id; where it is and what it is, we know."""

    model_config = ConfigDict(frozen=True)

    sourced_id: SourcedId


class Body(Sent):
    """What every object may say of itself."""

    sourced_id: SourcedId | None = None
    status: Literal["active", "tobedeleted"] = "active"
    metadata: Metadata | None = None


class CategoryBody(Body):
    title: Title
    weight: Number | None = None


class ScoreScaleValue(Sent):
    item_value_lhs: Annotated[Text, Field(alias="itemValueLHS")]
    item_value_rhs: Annotated[Text, Field(alias="itemValueRHS")]


class ScoreScaleBody(Body):
    title: Title
    type: Text
    section: Annotated[Reference, Field(alias="class")]
    course: Reference | None = None
    score_scale_value: Annotated[list[ScoreScaleValue], Field(min_length=1, max_length=1_000)]


class Objectives(Sent):
    source: Annotated[str, StringConstraints(pattern=_OBJECTIVE_SOURCE)]
    learning_objective_ids: Annotated[list[Text], Field(min_length=1)]


class ObjectiveResult(Sent):
    learning_objective_id: Text
    score: Number | None = None
    text_score: Text | None = None


class ObjectiveScores(Sent):
    source: Annotated[str, StringConstraints(pattern=_OBJECTIVE_SOURCE)]
    learning_objective_results: Annotated[list[ObjectiveResult], Field(min_length=1)]


class Marked(Body):
    """What a line item and an assessment's have in common."""

    title: Title
    description: Text | None = None
    score_scale: Reference | None = None
    result_value_min: Number | None = None
    result_value_max: Number | None = None
    learning_objective_set: list[Objectives] | None = None


class LineItemBody(Marked):
    """The class tells the school. In a list for one class, it may go without saying."""

    assign_date: Moment
    due_date: Moment
    section: Annotated[Reference | None, Field(alias="class")] = None
    category: Reference
    grading_period: Reference | None = None
    academic_session: Reference | None = None


class Scored(Body):
    student: Reference
    score_scale: Reference | None = None
    score_status: Annotated[str, StringConstraints(pattern=_STATUS)]
    score: Number | None = None
    text_score: Text | None = None
    score_date: Day
    comment: Text | None = None
    learning_objective_set: list[ObjectiveScores] | None = None
    in_progress: Flag | None = None
    incomplete: Flag | None = None
    late: Flag | None = None
    missing: Flag | None = None


class ResultBody(Scored):
    """The line item tells the class. In a list for one line item, it may go without saying."""

    line_item: Reference | None = None
    section: Annotated[Reference | None, Field(alias="class")] = None


class AssessmentLineItemBody(Marked):
    section: Annotated[Reference | None, Field(alias="class")] = None
    parent_assessment_line_item: Reference | None = None


class AssessmentResultBody(Scored):
    assessment_line_item: Reference
    score_percentile: Number | None = None
