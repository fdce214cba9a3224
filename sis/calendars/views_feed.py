"""The address that calendar programs subscribe to."""

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.web.access import requires
from core.web.context import actor
from core.web.work import reading
from sis.calendars.feed import Feed, ics
from sis.calendars.grid import stretches
from sis.calendars.queries import list_calendar_days
from sis.calendars.queries_changes import get_version
from sis.calendars.queries_marking import list_grading_windows, list_marking_periods
from sis.calendars.queries_years import list_terms
from sis.calendars.school_page import choose

blueprint = Blueprint("calendar_feed", __name__, url_prefix="/calendars")


def _feed(session: Session, school_id: int) -> Feed:
    chosen = choose(session, actor(), school_id)
    school, year = chosen.school, chosen.year
    if year is None:
        raise NotFound("This school has no calendar for that track and year.")
    listed = list_calendar_days(session, school.id, year.track, year.starts_on, year.ends_on)
    days = {day.on: day.day_type for day in listed}
    key = (school.id, year.track, year.school_year)
    version, modified_at = get_version(session, *key)
    return Feed(
        school_key=school.sourced_id,
        school_name=school.name,
        zone=school.time_zone,
        track=year.track,
        school_year=year.school_year,
        stretches=stretches(days, year.starts_on, year.ends_on),
        terms=[(term.title, term.starts_on, term.ends_on) for term in list_terms(session, year)],
        periods=list_marking_periods(session, *key),
        windows=list_grading_windows(session, *key),
        version=version,
        modified_at=modified_at,
    )


@blueprint.get("/<int:school_id>/calendar.ics")
@requires("schools.read")
def school(school_id: int) -> ResponseReturnValue:
    """``track`` and ``year`` as on the page; without them the year of today."""
    with reading() as session:
        feed = _feed(session, school_id)
    response: Response = make_response(ics(feed))
    response.content_type = "text/calendar; charset=utf-8"
    name = f"calendar{'-' + feed.track if feed.track.isalnum() else ''}-{feed.school_year}.ics"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.add_etag()
    return response.make_conditional(request)
