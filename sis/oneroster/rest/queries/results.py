"""Results of line items."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.courses.models import Section
from sis.gradebook.models import LineItem, Result, ScoreScale
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition, Field, reference
from sis.oneroster.rest.queries.gradebook import section_within
from sis.oneroster.rest.queries.resource import (
    Narrowing,
    Record,
    Resource,
    common_fields,
    properties,
)
from sis.oneroster.rest.queries.written import (
    SCORED_PROPERTIES,
    fields_of_score,
    head_of,
    score_of,
)
from sis.oneroster.rest.rules import without_nothing
from sis.people.models import Person


def _load_results(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(
            Result,
            LineItem.sourced_id.label("line_item"),
            Person.sourced_id.label("student"),
            Section.sourced_id.label("section"),
            ScoreScale.sourced_id.label("scale"),
        )
        .join(LineItem, LineItem.id == Result.line_item_id)
        .join(Section, Section.id == LineItem.section_id)
        .join(Person, Person.id == Result.person_id)
        .outerjoin(ScoreScale, ScoreScale.id == Result.score_scale_id)
        .where(Result.id.in_(keys))
    )
    return {
        row.Result.id: without_nothing(
            {
                **head_of(row.Result),
                "lineItem": links.to("lineItem", row.line_item),
                "student": links.to("user", row.student),
                "class": links.to("class", row.section),
                "scoreScale": links.maybe("scoreScale", row.scale),
                **score_of(row.Result),
            }
        )
        for row in rows
    }


def _of_line_items(met: Condition) -> Condition:
    return Result.line_item_id.in_(select(LineItem.id).where(met))


RESULTS = Resource(
    single="result",
    plural="results",
    key=Result.id,
    sourced_id=Result.sourced_id,
    status=Result.status,
    fields={
        **common_fields(Result.sourced_id, Result.status, Result.modified_at),
        "lineItem.sourcedId": reference(Result.line_item_id, LineItem.id, LineItem.sourced_id),
        "student.sourcedId": reference(Result.person_id, Person.id, Person.sourced_id),
        "class.sourcedId": Field(
            Section.sourced_id,
            through=lambda met: _of_line_items(
                LineItem.section_id.in_(select(Section.id).where(met))
            ),
            order=select(Section.sourced_id)
            .join(LineItem, LineItem.section_id == Section.id)
            .where(LineItem.id == Result.line_item_id)
            .scalar_subquery(),
        ),
        **fields_of_score(Result),
    },
    properties=properties("", "lineItem", "student", "class", "scoreScale", **SCORED_PROPERTIES),
    load=_load_results,
    tables=frozenset({"result", "line_item", "section", "person", "score_scale"}),
    within=lambda schools: _of_line_items(section_within(LineItem.section_id, schools)),
    tallied="result",
)


def results_of_class(section_id: int) -> Narrowing:
    return Narrowing("", (_of_line_items(LineItem.section_id == section_id),))


def results_of_line_item(line_item_id: int) -> Narrowing:
    return Narrowing("", (Result.line_item_id == line_item_id,))


def results_of_student(section_id: int, person_id: int) -> Narrowing:
    its_own = results_of_class(section_id).conditions
    return Narrowing("", (*its_own, Result.person_id == person_id))
