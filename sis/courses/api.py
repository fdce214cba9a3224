"""The JSON API of sections: list, read, make, change from a date on."""

from datetime import UTC, date, datetime
from http import HTTPStatus

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.openapi.operation import QueryParameter, operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.courses.actions import NewSection, change_section, create_section
from sis.courses.consequences import Change
from sis.courses.queries import ScheduledSection, get_section_for, list_school_sections
from sis.courses.rules.changes import SectionPlan
from sis.courses.views import frame_of, shared_rooms
from sis.courses.wire import (
    ChangeBody,
    NewSectionBody,
    PlanBody,
    SectionBody,
    SectionListBody,
    section_body,
)

blueprint = Blueprint("sections_api", __name__, url_prefix="/api/v1")
TAG = "master schedule"
ON = QueryParameter(
    "on", "the date, by default today at the school", {"type": "string", "format": "date"}
)


def _json(body: BaseModel, status: int = HTTPStatus.OK) -> Response:
    return make_response(body.model_dump_json(), int(status), {"Content-Type": "application/json"})


def _answer(section: ScheduledSection, status: int = HTTPStatus.OK) -> Response:
    response = _json(section_body(section), status)
    response.set_etag(section.modified_at.isoformat())
    return response


def _seen() -> datetime | None:
    """The version of ``If-Match``; a tag that is none of ours fits nothing."""
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    try:
        return datetime.fromisoformat(header.strip('"'))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _plan(body: PlanBody) -> SectionPlan:
    try:
        return body.plan()
    except ValueError as error:
        raise Invalid(f"meetings: {error}.", fields={"meetings": f"{error}."}) from error


def _on(session: Session, school_id: int) -> date:
    return frame_of(session, school_id).on


@blueprint.get("/schools/<int:school_id>/sections")
@operation("Sections of a school on a date", tag=TAG, answers={200: SectionListBody}, query=(ON,))
@requires("master_schedule.read")
def index(school_id: int) -> ResponseReturnValue:
    with reading() as session:
        sections = list_school_sections(session, school_id, _on(session, school_id))
    return _json(SectionListBody(sections=[section_body(one) for one in sections]))


@blueprint.post("/schools/<int:school_id>/sections")
@operation(
    "Make a section",
    tag=TAG,
    body=NewSectionBody,
    answers={201: SectionBody},
    refusals=(404,),
    idempotent=True,
)
@requires("master_schedule.write")
@idempotent
def create(school_id: int) -> ResponseReturnValue:
    body = parse(NewSectionBody)
    new = NewSection(school_id, body.course_id, body.session_id, _plan(body))
    with writing() as session:
        made = create_section(session, new, by=actor(), now=now())
        return _answer(
            get_section_for(session, actor(), made.id, made.starts_on or date.min),
            HTTPStatus.CREATED,
        )


@blueprint.get("/sections/<int:section_id>")
@operation(
    "One section on a date",
    tag=TAG,
    answers={200: SectionBody},
    query=(ON,),
    refusals=(404,),
    etag=True,
)
@requires("master_schedule.read")
def show(section_id: int) -> ResponseReturnValue:
    with reading() as session:
        school_id = get_section_for(session, actor(), section_id, date.min).school_id
        section = get_section_for(session, actor(), section_id, _on(session, school_id))
    return _answer(section)


@blueprint.put("/sections/<int:section_id>")
@operation(
    "Change a section from a date on",
    tag=TAG,
    body=ChangeBody,
    answers={200: SectionBody},
    refusals=(404, 409),
    if_match=True,
    etag=True,
)
@requires("master_schedule.write")
def change(section_id: int) -> ResponseReturnValue:
    body = parse(ChangeBody)
    wanted = Change(_plan(body), body.on, _seen(), body.accept)
    with writing() as session:
        change_section(
            session,
            section_id=section_id,
            change=wanted,
            by=actor(),
            now=now(),
            shared_rooms=shared_rooms(),
        )
        return _answer(get_section_for(session, actor(), section_id, body.on))
