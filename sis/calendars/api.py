"""The JSON API of calendars: a school's years, the days of one, bells, and changing days."""

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from core.errors import NotFound
from core.openapi.operation import QueryParameter, operation
from core.web import query
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.calendars.actions import set_days
from sis.calendars.models import DayType
from sis.calendars.queries import list_bells
from sis.calendars.queries_changes import Part
from sis.calendars.queries_marking import list_grading_windows
from sis.calendars.queries_years import list_calendar_years
from sis.calendars.school_page import choose, year_view
from sis.calendars.wire import (
    BellListBody,
    DaysBody,
    DaysSavedBody,
    YearDetailBody,
    YearListBody,
    bell_list_body,
    detail_body,
    year_body,
)
from sis.organizations.queries import get_school_for

blueprint = Blueprint("calendars_api", __name__, url_prefix="/api/v1/schools")
TAG = "calendars"
NUMBER = {"type": "integer"}
TRACK = QueryParameter("track", "the track; the first one if left out")
YEAR = QueryParameter("year", "the year in which the school year ends; today's if left out", NUMBER)
DAY_TYPE = QueryParameter("day_type", "regular (if left out) or minimum")


def _as_json(body: BaseModel) -> Response:
    return make_response(body.model_dump_json(), 200, {"Content-Type": "application/json"})


@blueprint.get("/<int:school_id>/calendars")
@operation(
    "The school years of a school's tracks", tag=TAG, answers={200: YearListBody}, refusals=(404,)
)
@requires("schools.read")
def years(school_id: int) -> ResponseReturnValue:
    with reading() as session:
        get_school_for(session, actor(), school_id)
        found = list_calendar_years(session, school_id)
    return _as_json(YearListBody(years=[year_body(year) for year in found]))


@blueprint.get("/<int:school_id>/calendar")
@operation(
    "One school year of a track: days, terms, school months, marking periods, grading windows",
    tag=TAG,
    answers={200: YearDetailBody},
    query=(TRACK, YEAR),
    refusals=(404,),
)
@requires("schools.read")
def year(school_id: int) -> ResponseReturnValue:
    with reading() as session:
        chosen = choose(session, actor(), school_id)
        found = chosen.year
        if found is None:
            raise NotFound("This school has no calendar for that track and school year.")
        windows = list_grading_windows(session, school_id, found.track, found.school_year)
        return _as_json(detail_body(found, year_view(session, chosen), windows))


@blueprint.get("/<int:school_id>/bells")
@operation(
    "The bells of a type of day",
    tag=TAG,
    answers={200: BellListBody},
    query=(DAY_TYPE,),
    refusals=(404,),
)
@requires("schools.read")
def bells(school_id: int) -> ResponseReturnValue:
    kind = DayType(query.choice("day_type", ("regular", "minimum"), "regular"))
    with reading() as session:
        get_school_for(session, actor(), school_id)
        return _as_json(bell_list_body(kind, list_bells(session, school_id, kind)))


@blueprint.put("/<int:school_id>/calendar/days")
@operation(
    "Say what kind of day a range of days is",
    tag=TAG,
    body=DaysBody,
    answers={200: DaysSavedBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires("calendars.write")
@idempotent
def change_days(school_id: int) -> ResponseReturnValue:
    wanted = parse(DaysBody)
    with writing() as session:
        done = set_days(
            session,
            Part("days", school_id, wanted.track, wanted.school_year),
            first=wanted.first,
            last=wanted.last,
            day_type=wanted.day_type,
            seen=wanted.version,
            by=actor(),
            now=now(),
        )
        version = done.change.id if done else wanted.version
        submissions = done.submissions if done else 0
    return _as_json(
        DaysSavedBody(changed=done is not None, version=version, submissions=submissions)
    )
