"""The course catalog of a school, and what it plans to offer in a term."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import AppError, Invalid
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.paging import after, limit, page_of
from core.web.work import reading, writing
from sis.courses.catalog import get_course_for, list_courses_for, list_offerings
from sis.courses.catalog_actions import Offering, plan_offering, save_course
from sis.courses.models import Course
from sis.courses.rules.catalog import A_G_AREAS, CoursePlan
from sis.courses.views import frame_of

blueprint = Blueprint(
    "catalog", __name__, template_folder="templates", url_prefix="/master-schedule"
)
FIELDS = ("title", "code", "grades", "subjects", "credits", "a_g_area")


@blueprint.get("/<int:school_id>/catalog")
@requires("master_schedule.read")
def index(school_id: int) -> ResponseReturnValue:
    """Courses by title, with the plan of the term that is shown."""
    search, size = query.words("q"), limit()
    with reading() as session:
        frame = frame_of(session, school_id)
        rows = list_courses_for(
            session,
            actor(),
            search=search,
            school_id=school_id,
            after=after(str, int),
            limit=size + 1,
        )
        term_id = query.number("term", frame.terms[0].id if frame.terms else 0)
        offerings = {one.course_id: one for one in list_offerings(session, school_id, term_id)}
    return render_template(
        "courses/catalog.html",
        frame=frame,
        page=page_of(rows, size, lambda course: (course.title, course.id)),
        search=search,
        term_id=term_id,
        offerings=offerings,
    )


@blueprint.post("/<int:school_id>/catalog/plan")
@requires("master_schedule.write")
def plan(school_id: int) -> ResponseReturnValue:
    """Set the planned sections and seats of one course in one term."""
    names = ("course", "term", "planned_sections", "planned_seats")
    try:
        numbers = [_whole(name) for name in names]
        offering = Offering(numbers[0], school_id, *numbers[1:])
        with writing() as session:
            plan_offering(session, offering, by=actor(), now=now())
    except Invalid as refusal:
        flash(" ".join(refusal.fields.values()) or refusal.message, "warning")
    else:
        flash("The plan is saved.", "ok")
    target = url_for("catalog.index", school_id=school_id, term=request.form.get("term"))
    return redirect(target, HTTPStatus.SEE_OTHER)


def _whole(name: str) -> int:
    text = request.form.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        sentence = "Give whole numbers of sections and seats."
        raise Invalid(sentence, fields={name: sentence})
    return int(text)


@blueprint.get("/<int:school_id>/courses/new")
@requires("master_schedule.write")
def new(school_id: int) -> ResponseReturnValue:
    return _page(school_id, dict.fromkeys(FIELDS, ""), {})


@blueprint.post("/<int:school_id>/courses/new")
@requires("master_schedule.write")
@idempotent
def create(school_id: int) -> ResponseReturnValue:
    return _save(school_id, None)


@blueprint.get("/<int:school_id>/courses/<int:course_id>")
@requires("master_schedule.write")
def edit(school_id: int, course_id: int) -> ResponseReturnValue:
    with reading() as session:
        course = get_course_for(session, actor(), course_id)
    return _page(school_id, _values(course), {}, course=course)


@blueprint.post("/<int:school_id>/courses/<int:course_id>")
@requires("master_schedule.write")
@idempotent
def change(school_id: int, course_id: int) -> ResponseReturnValue:
    return _save(school_id, course_id)


def _save(school_id: int, course_id: int | None) -> ResponseReturnValue:
    values = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        with writing() as session:
            saved = save_course(
                session,
                _plan(values),
                by=actor(),
                now=now(),
                course_id=course_id,
                school_id=school_id if course_id is None else None,
            )
    except AppError as refusal:
        errors = refusal.fields or {"title": refusal.message}
        return _page(school_id, values, errors, status=refusal.status)
    flash(f"{saved.title} is saved.", "ok")
    return redirect(
        url_for("catalog.index", school_id=school_id, q=saved.code), HTTPStatus.SEE_OTHER
    )


def _plan(values: dict[str, str]) -> CoursePlan:
    try:
        worth = float(values["credits"]) if values["credits"] else None
    except ValueError:
        worth = -1.0  # the rules refuse it together with whatever else is wrong
    return CoursePlan(
        values["title"],
        values["code"],
        values["grades"] or None,
        values["subjects"] or None,
        worth,
        values["a_g_area"] or None,
    )


def _values(course: Course) -> dict[str, str]:
    return {
        "title": course.title,
        "code": course.code or "",
        "grades": course.grades or "",
        "subjects": course.subjects or "",
        "credits": "" if course.credits is None else f"{course.credits:g}",
        "a_g_area": course.a_g_area or "",
    }


def _page(
    school_id: int,
    values: dict[str, str],
    errors: dict[str, str],
    *,
    course: Course | None = None,
    status: int = HTTPStatus.OK,
) -> ResponseReturnValue:
    with reading() as session:
        frame = frame_of(session, school_id)
    page = render_template(
        "courses/course.html",
        frame=frame,
        values=values,
        errors=errors,
        course=course,
        areas=[("", "None"), *((area, area) for area in A_G_AREAS)],
    )
    return page, status
