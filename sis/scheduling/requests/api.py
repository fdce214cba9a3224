"""The JSON API of a student's course requests: the whole list, read and replaced."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from core.openapi.operation import QueryParameter, operation
from core.settings import Strict
from core.web import query
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now
from core.web.work import reading, writing
from sis.calendars.rules import local_date
from sis.organizations.queries import get_school_for
from sis.scheduling.requests.actions import save_requests
from sis.scheduling.requests.catalog import get_term
from sis.scheduling.requests.queries import RequestCard, list_requests_of, requests_version
from sis.scheduling.requests.rules import LOWEST_PRIORITY, Wish
from sis.scheduling.students import get_student_at

blueprint = Blueprint(
    "requests_api",
    __name__,
    url_prefix="/api/v1/schools/<int:school_id>/students/<int:person_id>/requests",
)
TERM = QueryParameter("term", "id of the semester or term", {"type": "integer"})


class WishBody(Strict):
    """A course; ``alternate_of`` is the course that it stands in for."""

    course: int
    priority: int = Field(1, ge=1, le=LOWEST_PRIORITY)
    alternate_of: int | None = None


class WishListBody(Strict):
    """The whole list: what it does not name is taken back."""

    requests: list[WishBody] = Field(max_length=100)


class RequestBody(WishBody):
    id: int
    code: str | None
    title: str


class RequestListBody(BaseModel):
    """Own requests by priority, then alternates."""

    requests: list[RequestBody]


@blueprint.get("")
@operation(
    "What a student asks for in a term",
    tag="scheduling",
    answers={200: RequestListBody, 304: None},
    query=(TERM,),
    refusals=(404,),
    etag=True,
)
@requires("students.read")
def show(school_id: int, person_id: int) -> ResponseReturnValue:
    with reading() as session:
        school = get_school_for(session, actor(), school_id)
        on = local_date(now(), school.time_zone)
        get_student_at(session, actor(), school_id, person_id, on)
        term = get_term(session, query.number("term", 0))
        cards = list_requests_of(session, person_id, school_id, term.id)
    return _answer(cards).make_conditional(request)


@blueprint.put("")
@operation(
    "Replace what a student asks for in a term",
    tag="scheduling",
    body=WishListBody,
    answers={200: RequestListBody},
    query=(TERM,),
    refusals=(404, 409),
    if_match=True,
    etag=True,
)
@requires("students.schedule")
def replace(school_id: int, person_id: int) -> ResponseReturnValue:
    wanted = parse(WishListBody)
    tags = request.if_match
    with writing() as session:
        school = get_school_for(session, actor(), school_id)
        cards = save_requests(
            session,
            person_id=person_id,
            school_id=school_id,
            session_id=query.number("term", 0),
            wishes=[Wish(one.course, one.priority, one.alternate_of) for one in wanted.requests],
            on=local_date(now(), school.time_zone),
            version=",".join(sorted(tags.as_set())) if tags and not tags.star_tag else None,
            by=actor(),
            now=now(),
        )
    return _answer(cards)


def _answer(cards: list[RequestCard]) -> Response:
    course_of = {card.id: card.course_id for card in cards}
    body = RequestListBody(
        requests=[
            RequestBody(
                id=card.id,
                course=card.course_id,
                code=card.course_code,
                title=card.course_title,
                priority=card.priority,
                alternate_of=course_of.get(card.alternate_of_id or 0),
            )
            for card in cards
        ]
    )
    response = make_response(
        body.model_dump_json(), HTTPStatus.OK, {"Content-Type": "application/json"}
    )
    response.set_etag(requests_version(cards))
    return response
