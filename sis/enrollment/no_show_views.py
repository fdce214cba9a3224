"""Students who have not appeared in the first days: a list in which several are marked at once."""

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import AppError, Conflict
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.enrollment.expected import list_expected
from sis.enrollment.forms import own_schools, policy, tell, today
from sis.enrollment.no_shows import mark_no_shows
from sis.organizations.queries import SchoolCard, get_school_for

blueprint = Blueprint(
    "no_shows", __name__, template_folder="templates", url_prefix="/students/no-shows"
)


def _school(schools: list[SchoolCard]) -> SchoolCard | None:
    """The school of ``?school=``, or the only one of the actor."""
    wanted = query.number("school", 0)
    if wanted:
        with reading() as session:
            return get_school_for(session, actor(), wanted)
    return schools[0] if len(schools) == 1 else None


def _page(error: str = "", status: int = HTTPStatus.OK) -> ResponseReturnValue:
    schools = own_schools()
    school = _school(schools)
    students = []
    if school is not None:
        with reading() as session:
            students = list_expected(session, school, policy(), now())
    page = render_template(
        "enrollment/no_shows.html",
        schools=schools,
        school=school,
        students=students,
        marked=set(request.form.getlist("enrollment")),
        error=error,
        today=today(),
        days=policy().no_show_within.days,
    )
    return page, status


@blueprint.get("")
@requires("students.enroll")
def index() -> ResponseReturnValue:
    return _page()


@blueprint.post("")
@requires("students.enroll")
@idempotent
def mark() -> ResponseReturnValue:
    """Mark everybody who is ticked, or nobody."""
    try:
        with writing() as session:
            gone = mark_no_shows(session, _marked(), policy=policy(), by=actor(), now=now())
    except AppError as refusal:
        return _page(refusal.message, refusal.status)
    number = f"{len(gone)} student{'s' if len(gone) != 1 else ''}"
    tell(f"{number} marked as no-show. It can be undone in the list of changes.")
    return redirect(url_for("no_shows.index", school=gone[0].school_id), HTTPStatus.SEE_OTHER)


def _marked() -> dict[int, datetime | None]:
    """``12@2015-01-12T08:00:00+00:00``: the enrolment and the state in which it was shown."""
    found: dict[int, datetime | None] = {}
    for text in request.form.getlist("enrollment"):
        number, _, seen = text.partition("@")
        try:
            found[int(number)] = datetime.fromisoformat(seen)
        except ValueError as error:
            raise Conflict("This page is out of date; load it again.") from error
    return found
