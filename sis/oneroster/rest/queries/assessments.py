"""Assessments and their results."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from sis.courses.models import Section
from sis.gradebook.models import AssessmentLineItem, AssessmentResult, ScoreScale
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition, Field, Kind, reference
from sis.oneroster.rest.queries.gradebook import section_within
from sis.oneroster.rest.queries.resource import Record, Resource, common_fields, properties
from sis.oneroster.rest.queries.users import people_within
from sis.oneroster.rest.queries.written import (
    SCORED_PROPERTIES,
    fields_of_score,
    head_of,
    score_of,
)
from sis.oneroster.rest.rules import without_nothing
from sis.people.models import Person

_parent = aliased(AssessmentLineItem)


def _load_items(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(
            AssessmentLineItem,
            Section.sourced_id.label("section"),
            _parent.sourced_id.label("parent"),
            ScoreScale.sourced_id.label("scale"),
        )
        .outerjoin(Section, Section.id == AssessmentLineItem.section_id)
        .outerjoin(_parent, _parent.id == AssessmentLineItem.parent_id)
        .outerjoin(ScoreScale, ScoreScale.id == AssessmentLineItem.score_scale_id)
        .where(AssessmentLineItem.id.in_(keys))
    )
    found = {}
    for row in rows:
        item: AssessmentLineItem = row.AssessmentLineItem
        found[item.id] = without_nothing(
            {
                **head_of(item),
                "title": item.title,
                "description": item.description,
                "class": links.maybe("class", row.section),
                "parentAssessmentLineItem": links.maybe("assessmentLineItem", row.parent),
                "scoreScale": links.maybe("scoreScale", row.scale),
                "resultValueMin": item.minimum,
                "resultValueMax": item.maximum,
                "learningObjectiveSet": item.objectives,
            }
        )
    return found


def _items_within(schools: Collection[int]) -> Condition:
    """Those of the schools' classes, and those of no class."""
    its_own = section_within(AssessmentLineItem.section_id, schools)
    return or_(AssessmentLineItem.section_id.is_(None), its_own)


ASSESSMENT_LINE_ITEMS = Resource(
    single="assessmentLineItem",
    plural="assessmentLineItems",
    key=AssessmentLineItem.id,
    sourced_id=AssessmentLineItem.sourced_id,
    status=AssessmentLineItem.status,
    fields={
        **common_fields(
            AssessmentLineItem.sourced_id,
            AssessmentLineItem.status,
            AssessmentLineItem.modified_at,
        ),
        "title": Field(AssessmentLineItem.title),
        "description": Field(AssessmentLineItem.description),
        "class.sourcedId": reference(AssessmentLineItem.section_id, Section.id, Section.sourced_id),
        "parentAssessmentLineItem.sourcedId": reference(
            AssessmentLineItem.parent_id, _parent.id, _parent.sourced_id
        ),
        "scoreScale.sourcedId": reference(
            AssessmentLineItem.score_scale_id, ScoreScale.id, ScoreScale.sourced_id
        ),
        "resultValueMin": Field(AssessmentLineItem.minimum, Kind.NUMBER),
        "resultValueMax": Field(AssessmentLineItem.maximum, Kind.NUMBER),
    },
    properties=properties(
        "title description resultValueMin resultValueMax",
        "class",
        "parentAssessmentLineItem",
        "scoreScale",
        learningObjectiveSet=frozenset({"source", "learningObjectiveIds"}),
    ),
    load=_load_items,
    tables=frozenset({"assessment_line_item", "section", "score_scale"}),
    within=_items_within,
)


def _load_results(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(
            AssessmentResult,
            AssessmentLineItem.sourced_id.label("item"),
            Person.sourced_id.label("student"),
            ScoreScale.sourced_id.label("scale"),
        )
        .join(AssessmentLineItem, AssessmentLineItem.id == AssessmentResult.assessment_line_item_id)
        .join(Person, Person.id == AssessmentResult.person_id)
        .outerjoin(ScoreScale, ScoreScale.id == AssessmentResult.score_scale_id)
        .where(AssessmentResult.id.in_(keys))
    )
    return {
        row.AssessmentResult.id: without_nothing(
            {
                **head_of(row.AssessmentResult),
                "assessmentLineItem": links.to("assessmentLineItem", row.item),
                "student": links.to("user", row.student),
                "scoreScale": links.maybe("scoreScale", row.scale),
                "scorePercentile": row.AssessmentResult.percentile,
                **score_of(row.AssessmentResult),
            }
        )
        for row in rows
    }


def _results_within(schools: Collection[int]) -> Condition:
    people = select(Person.id).where(people_within(schools))
    return AssessmentResult.person_id.in_(people)


ASSESSMENT_RESULTS = Resource(
    single="assessmentResult",
    plural="assessmentResults",
    key=AssessmentResult.id,
    sourced_id=AssessmentResult.sourced_id,
    status=AssessmentResult.status,
    fields={
        **common_fields(
            AssessmentResult.sourced_id, AssessmentResult.status, AssessmentResult.modified_at
        ),
        "assessmentLineItem.sourcedId": reference(
            AssessmentResult.assessment_line_item_id,
            AssessmentLineItem.id,
            AssessmentLineItem.sourced_id,
        ),
        "student.sourcedId": reference(AssessmentResult.person_id, Person.id, Person.sourced_id),
        "scorePercentile": Field(AssessmentResult.percentile, Kind.NUMBER),
        **fields_of_score(AssessmentResult),
    },
    properties=properties(
        "scorePercentile", "assessmentLineItem", "student", "scoreScale", **SCORED_PROPERTIES
    ),
    load=_load_results,
    tables=frozenset(
        {
            "assessment_result",
            "assessment_line_item",
            "person",
            "score_scale",
            "school_enrollment",
            "person_role",
            "section_enrollment",
            "section",
        }
    ),
    within=_results_within,
    tallied="assessment_result",
)
