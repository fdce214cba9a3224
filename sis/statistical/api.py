"""The JSON API of statistics: who certified a month, and a school's month."""

from datetime import timedelta

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from core.errors import NotFound
from core.openapi.operation import QueryParameter, operation
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.settings import site
from core.web.work import reading
from sis.calendars.rules import local_date
from sis.organizations.queries import get_school_by_sourced_id_for, list_schools
from sis.statistical import asked
from sis.statistical.queries.calendars import list_track_calendars
from sis.statistical.queries.certified import list_latest, months_over
from sis.statistical.reporting import rules_of, school_year_on
from sis.statistical.school_month import Chosen, get_month_view
from sis.statistical.wire import CertificationsBody, MissingBody, MonthBody, month_body

blueprint = Blueprint("statistics_api", __name__, url_prefix="/api/v1/statistics")
TAG = "statistics"
YEAR = QueryParameter("year", "in which the school year ends; the present one", {"type": "integer"})


def _as_json(body: BaseModel) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "private, no-store"}
    return make_response(body.model_dump_json(), headers)


@blueprint.get("/certifications/<int:month>")
@operation(
    "Who certified a school month, and who has not",
    tag=TAG,
    answers={200: CertificationsBody},
    query=(YEAR,),
)
@requires("statistics.read")
def certifications(month: int) -> ResponseReturnValue:
    rules, zone = rules_of(runtime().settings), site(runtime().settings).time_zone
    year = asked.year() or school_year_on(local_date(now(), zone))
    with reading() as session:
        schools = {school.id: school for school in list_schools(session, actor())}
        calendars = list_track_calendars(session, year, rules.months)
        certified = list_latest(session, year, month=month)
    over = months_over(calendars, schools, month, now())
    missing = [one for one in over if (one.school_id, one.track, month) not in certified]
    return _as_json(
        CertificationsBody(
            school_year=year,
            month=month,
            due=len(over),
            certified=len(over) - len(missing),
            missing=[
                MissingBody(
                    school=schools[one.school_id].sourced_id,
                    track=one.track,
                    last_day=one.ends_on - timedelta(days=1),
                )
                for one in missing
            ],
        )
    )


@blueprint.get("/schools/<school>/months/<int:month>")
@operation(
    "A school's month as it is now, and what differs from its certified report",
    tag=TAG,
    answers={200: MonthBody},
    query=(YEAR, QueryParameter("track", "by default the first")),
)
@requires("statistics.read")
def show(school: str, month: int) -> ResponseReturnValue:
    rules = rules_of(runtime().settings)
    with reading() as session:
        card = get_school_by_sourced_id_for(session, actor(), school)
        chosen = asked.chosen(card.id)
        wanted = Chosen(card.id, chosen.school_year, chosen.track, month)
        view = get_month_view(session, actor(), wanted, rules, now())
    if view.report is None:
        raise NotFound(view.empty.why if view.empty else "There is no such month.")
    return _as_json(month_body(view, rules.version))
