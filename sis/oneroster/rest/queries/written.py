"""What all objects of the gradebook have in common when they are shown."""

from typing import Any

from sis.gradebook.models import AssessmentResult, Result, ScoreScale, Sourced
from sis.oneroster.rest.queries.fields import Field, Kind, reference
from sis.oneroster.rest.queries.resource import Record
from sis.oneroster.rest.rules import write_flag, write_moment

FLAGS = {
    "inProgress": "in_progress",
    "incomplete": "incomplete",
    "late": "late",
    "missing": "missing",
}
SCORED_PROPERTIES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("scoreStatus", "score", "textScore", "scoreDate", "comment"), frozenset()),
    "learningObjectiveSet": frozenset({"source", "learningObjectiveResults"}),
    **dict.fromkeys(FLAGS, frozenset()),
}


def head_of(found: Sourced) -> Record:
    """The fields that every object begins with."""
    return {
        "sourcedId": found.sourced_id,
        "status": found.status,
        "dateLastModified": write_moment(found.modified_at),
        "metadata": found.extra,
    }


def score_of(found: Result | AssessmentResult) -> Record:
    """The score and what is said about it."""
    flags: dict[str, Any] = {name: getattr(found, column) for name, column in FLAGS.items()}
    return {
        "scoreStatus": found.score_status,
        "score": found.score,
        "textScore": found.text_score,
        "scoreDate": found.scored_on.isoformat(),
        "comment": found.comment,
        "learningObjectiveSet": found.objectives,
        **{name: None if flag is None else write_flag(flag) for name, flag in flags.items()},
    }


def fields_of_score(model: type[Result] | type[AssessmentResult]) -> dict[str, Field]:
    """What results can be filtered and sorted by."""
    return {
        "scoreScale.sourcedId": reference(
            model.score_scale_id, ScoreScale.id, ScoreScale.sourced_id
        ),
        "scoreStatus": Field(model.score_status),
        "score": Field(model.score, Kind.NUMBER),
        "textScore": Field(model.text_score),
        "scoreDate": Field(model.scored_on, Kind.DATE),
        "comment": Field(model.comment),
        **{name: Field(getattr(model, column), Kind.FLAG) for name, column in FLAGS.items()},
    }
