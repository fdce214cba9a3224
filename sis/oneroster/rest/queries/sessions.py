"""Academic sessions. One that has no parts is graded as a whole: it has one grading period.

That grading period is no record of its own: it has the session's dates and the session's id with
a suffix, and is there until the session gets parts.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from sis.calendars.models import AcademicSession, Calendar
from sis.courses.models import Section, SectionTerm
from sis.oneroster.rest.links import Links
from sis.oneroster.rest.queries.fields import Field, Kind, reference
from sis.oneroster.rest.queries.resource import (
    Narrowing,
    Record,
    Resource,
    common_fields,
    properties,
)
from sis.oneroster.rest.rules import GRADING_PERIOD, without_nothing, write_moment

_LAST_MONTH = 7
"""A session that ends by July belongs to the school year that ends in that year."""

_WHOLE = 2**40
"""Added to a session's key: that of its grading period as a whole, after all that are recorded."""

_part = aliased(AcademicSession)
_ended: Any = AcademicSession.ends_on
_year = cast(extract("year", _ended), Integer)
_school_year = func.coalesce(
    AcademicSession.school_year,
    case((extract("month", _ended) <= _LAST_MONTH, _year), else_=_year + 1),
)


def _columns(
    key: Any, sourced_id: Any, kind: Any, parent_id: Any
) -> tuple[ColumnElement[Any], ...]:
    return (
        key.label("id"),
        sourced_id.label("sourced_id"),
        AcademicSession.status.label("status"),
        AcademicSession.title.label("title"),
        kind.label("type"),
        AcademicSession.starts_on.label("starts_on"),
        AcademicSession.ends_on.label("ends_on"),
        cast(_school_year, String).label("school_year"),
        parent_id.label("parent_id"),
        AcademicSession.modified_at.label("modified_at"),
    )


_recorded = select(
    *_columns(
        AcademicSession.id,
        AcademicSession.sourced_id,
        AcademicSession.type,
        AcademicSession.parent_id,
    )
)
_as_a_whole = select(
    *_columns(
        AcademicSession.id + _WHOLE,
        AcademicSession.sourced_id + GRADING_PERIOD,
        literal("gradingPeriod"),
        AcademicSession.id,
    )
).where(
    AcademicSession.type != "gradingPeriod",
    ~exists().where(_part.parent_id == AcademicSession.id, _part.status == "active"),
)
SESSIONS = union_all(_recorded, _as_a_whole).subquery("academic_sessions")
_parent = SESSIONS.alias("parents")
_child = SESSIONS.alias("children")


def recorded_key(key: int) -> int:
    """The key of the session itself, also for its grading period as a whole."""
    return key % _WHOLE


def period_sourced_id(session: type[AcademicSession]) -> ColumnElement[str]:
    """How a session is called where it serves as a grading period."""
    whole = session.sourced_id + GRADING_PERIOD
    return case((session.type == "gradingPeriod", session.sourced_id), else_=whole)


def _load(session: Session, keys: Sequence[int], links: Links) -> dict[int, Record]:
    rows = session.execute(
        select(SESSIONS, _parent.c.sourced_id.label("parent"))
        .outerjoin(_parent, _parent.c.id == SESSIONS.c.parent_id)
        .where(SESSIONS.c.id.in_(keys))
    )
    children = _children(session, keys, links)
    return {
        row.id: without_nothing(
            {
                "sourcedId": row.sourced_id,
                "status": row.status,
                "dateLastModified": write_moment(row.modified_at),
                "title": row.title,
                "startDate": row.starts_on.isoformat(),
                "endDate": row.ends_on.isoformat(),
                "type": row.type,
                "parent": links.maybe("academicSession", row.parent),
                "children": children.get(row.id),
                "schoolYear": row.school_year,
            }
        )
        for row in rows
    }


def _children(session: Session, keys: Sequence[int], links: Links) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    rows = session.execute(
        select(_child.c.parent_id, _child.c.sourced_id)
        .where(_child.c.parent_id.in_(keys), _child.c.status == "active")
        .order_by(_child.c.starts_on, _child.c.sourced_id)
    )
    for parent, sourced_id in rows:
        found.setdefault(parent, []).append(links.to("academicSession", sourced_id))
    return found


def _children_of(condition: Any) -> Any:
    return SESSIONS.c.id.in_(select(_child.c.parent_id).where(condition))


ACADEMIC_SESSIONS = Resource(
    single="academicSession",
    plural="academicSessions",
    key=SESSIONS.c.id,
    sourced_id=SESSIONS.c.sourced_id,
    status=SESSIONS.c.status,
    fields={
        **common_fields(SESSIONS.c.sourced_id, SESSIONS.c.status, SESSIONS.c.modified_at),
        "title": Field(SESSIONS.c.title),
        "startDate": Field(SESSIONS.c.starts_on, Kind.DATE),
        "endDate": Field(SESSIONS.c.ends_on, Kind.DATE),
        "type": Field(SESSIONS.c.type),
        "schoolYear": Field(SESSIONS.c.school_year),
        "parent.sourcedId": reference(SESSIONS.c.parent_id, _parent.c.id, _parent.c.sourced_id),
        "children.sourcedId": Field(_child.c.sourced_id, through=_children_of, many=True),
    },
    properties=properties("title startDate endDate type schoolYear", "parent", "children"),
    load=_load,
    tables=frozenset({"academic_session"}),
)

TERMS = Narrowing("terms", (SESSIONS.c.type.in_(("term", "semester")),))
GRADING_PERIODS = Narrowing("gradingPeriods", (SESSIONS.c.type == "gradingPeriod",))


def grading_periods_of(session_id: int) -> Narrowing:
    """The grading periods of a session or of its parts."""
    below = select(SESSIONS.c.id).where(SESSIONS.c.id == session_id).cte("below", recursive=True)
    part = SESSIONS.alias("parts")
    below = below.union(select(part.c.id).join(below, part.c.parent_id == below.c.id))
    is_period = SESSIONS.c.type == "gradingPeriod"
    return Narrowing("", (is_period, SESSIONS.c.id.in_(select(below.c.id))))


def terms_of_school(school_id: int) -> Narrowing:
    """The terms that the school's calendars or classes run in."""
    taught = (
        select(SectionTerm.session_id)
        .join(Section, Section.id == SectionTerm.section_id)
        .where(Section.school_id == school_id, Section.status == "active")
    )
    years = select(Calendar.session_id).where(
        Calendar.school_id == school_id, Calendar.session_id.is_not(None)
    )
    its_own = or_(SESSIONS.c.id.in_(taught), SESSIONS.c.parent_id.in_(years))
    tables = frozenset({"section_term", "section", "calendar"})
    return Narrowing("", (*TERMS.conditions, its_own), tables)
