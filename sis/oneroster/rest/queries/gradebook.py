"""Categories, score scales and line items."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section
from sis.gradebook.models import Category, LineItem, ScoreScale
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Condition, Field, Kind, reference
from sis.oneroster.rest.queries.resource import (
    Narrowing,
    Record,
    Resource,
    common_fields,
    properties,
)
from sis.oneroster.rest.queries.sessions import period_sourced_id
from sis.oneroster.rest.queries.written import head_of
from sis.oneroster.rest.rules import without_nothing, write_moment
from sis.organizations.models import Organization

_period = aliased(AcademicSession)
_period_id = period_sourced_id(_period)


def section_within(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    schools: Collection[int],
) -> Condition:
    """The section is of one of the schools."""
    return column.in_(select(Section.id).where(Section.school_id.in_(schools)))


def _load_categories(session: Session, keys: Sequence[int], _links: Links) -> dict[int, Record]:
    rows = session.scalars(select(Category).where(Category.id.in_(keys)))
    return {
        row.id: without_nothing({**head_of(row), "title": row.title, "weight": row.weight})
        for row in rows
    }


CATEGORIES = Resource(
    single="category",
    plural="categories",
    key=Category.id,
    sourced_id=Category.sourced_id,
    status=Category.status,
    fields={
        **common_fields(Category.sourced_id, Category.status, Category.modified_at),
        "title": Field(Category.title),
        "weight": Field(Category.weight, Kind.NUMBER),
    },
    properties=properties("title weight"),
    load=_load_categories,
    tables=frozenset({"category"}),
)


def _load_scales(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(ScoreScale, Section.sourced_id, Course.sourced_id)
        .join(Section, Section.id == ScoreScale.section_id)
        .outerjoin(Course, Course.id == ScoreScale.course_id)
        .where(ScoreScale.id.in_(keys))
    )
    return {
        row.id: without_nothing(
            {
                **head_of(row),
                "title": row.title,
                "type": row.type,
                "course": links.maybe("course", course),
                "class": links.to("class", section),
                "scoreScaleValue": [
                    {"itemValueLHS": pair["left"], "itemValueRHS": pair["right"]}
                    for pair in row.pairs
                ],
            }
        )
        for row, section, course in rows
    }


SCORE_SCALES = Resource(
    single="scoreScale",
    plural="scoreScales",
    key=ScoreScale.id,
    sourced_id=ScoreScale.sourced_id,
    status=ScoreScale.status,
    fields={
        **common_fields(ScoreScale.sourced_id, ScoreScale.status, ScoreScale.modified_at),
        "title": Field(ScoreScale.title),
        "type": Field(ScoreScale.type),
        "course.sourcedId": reference(ScoreScale.course_id, Course.id, Course.sourced_id),
        "class.sourcedId": reference(ScoreScale.section_id, Section.id, Section.sourced_id),
    },
    properties=properties(
        "title type",
        "course",
        "class",
        scoreScaleValue=frozenset({"itemValueLHS", "itemValueRHS"}),
    ),
    load=_load_scales,
    tables=frozenset({"score_scale", "section", "course"}),
    within=lambda schools: section_within(ScoreScale.section_id, schools),
)


def _load_line_items(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(
            LineItem,
            Section.sourced_id.label("section"),
            Organization.sourced_id.label("school"),
            Category.sourced_id.label("category"),
            _period_id.label("period"),
            AcademicSession.sourced_id.label("session"),
            ScoreScale.sourced_id.label("scale"),
        )
        .join(Section, Section.id == LineItem.section_id)
        .join(Organization, Organization.id == Section.school_id)
        .join(Category, Category.id == LineItem.category_id)
        .outerjoin(_period, _period.id == LineItem.grading_period_id)
        .outerjoin(AcademicSession, AcademicSession.id == LineItem.session_id)
        .outerjoin(ScoreScale, ScoreScale.id == LineItem.score_scale_id)
        .where(LineItem.id.in_(keys))
    )
    found = {}
    for row in rows:
        item: LineItem = row.LineItem
        found[item.id] = without_nothing(
            {
                **head_of(item),
                "title": item.title,
                "description": item.description,
                "assignDate": write_moment(item.assigned_at),
                "dueDate": write_moment(item.due_at),
                "class": links.to("class", row.section),
                "school": links.to("org", row.school),
                "category": links.to("category", row.category),
                "gradingPeriod": row.period and links.to("academicSession", row.period),
                "academicSession": links.maybe("academicSession", row.session),
                "scoreScale": links.maybe("scoreScale", row.scale),
                "resultValueMin": item.minimum,
                "resultValueMax": item.maximum,
                "learningObjectiveSet": item.objectives,
            }
        )
    return found


LINE_ITEMS = Resource(
    single="lineItem",
    plural="lineItems",
    key=LineItem.id,
    sourced_id=LineItem.sourced_id,
    status=LineItem.status,
    fields={
        **common_fields(LineItem.sourced_id, LineItem.status, LineItem.modified_at),
        "title": Field(LineItem.title),
        "description": Field(LineItem.description),
        "assignDate": Field(LineItem.assigned_at, Kind.MOMENT),
        "dueDate": Field(LineItem.due_at, Kind.MOMENT),
        "class.sourcedId": reference(LineItem.section_id, Section.id, Section.sourced_id),
        "school.sourcedId": Field(
            Organization.sourced_id,
            through=lambda met: LineItem.section_id.in_(
                select(Section.id)
                .join(Organization, Organization.id == Section.school_id)
                .where(met)
            ),
            order=select(Organization.sourced_id)
            .join(Section, Section.school_id == Organization.id)
            .where(Section.id == LineItem.section_id)
            .scalar_subquery(),
        ),
        "category.sourcedId": reference(LineItem.category_id, Category.id, Category.sourced_id),
        "gradingPeriod.sourcedId": reference(LineItem.grading_period_id, _period.id, _period_id),
        "academicSession.sourcedId": reference(
            LineItem.session_id, AcademicSession.id, AcademicSession.sourced_id
        ),
        "scoreScale.sourcedId": reference(
            LineItem.score_scale_id, ScoreScale.id, ScoreScale.sourced_id
        ),
        "resultValueMin": Field(LineItem.minimum, Kind.NUMBER),
        "resultValueMax": Field(LineItem.maximum, Kind.NUMBER),
    },
    properties=properties(
        "title description assignDate dueDate resultValueMin resultValueMax",
        "class",
        "school",
        "category",
        "gradingPeriod",
        "academicSession",
        "scoreScale",
        learningObjectiveSet=frozenset({"source", "learningObjectiveIds"}),
    ),
    load=_load_line_items,
    tables=frozenset(
        {"line_item", "section", "organization", "category", "academic_session", "score_scale"}
    ),
    within=lambda schools: section_within(LineItem.section_id, schools),
    tallied="line_item",
)


def line_items_of_class(section_id: int) -> Narrowing:
    return Narrowing("", (LineItem.section_id == section_id,))


def scales_of_class(section_id: int) -> Narrowing:
    return Narrowing("", (ScoreScale.section_id == section_id,))


def scales_of_school(school_id: int) -> Narrowing:
    return Narrowing("", (section_within(ScoreScale.section_id, [school_id]),))
