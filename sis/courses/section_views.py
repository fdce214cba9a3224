"""The pages of one section: made, looked at, changed from a date on, cancelled."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict, Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.calendars.rules import local_date
from sis.courses.actions import NewSection, cancel_section, change_section, create_section
from sis.courses.catalog import list_courses_for
from sis.courses.consequences import Change, preview_change
from sis.courses.forms import (
    SectionForm,
    day_from,
    form_of,
    number_from,
    plan_from,
    read_form,
    version_from,
)
from sis.courses.queries import get_section_for
from sis.courses.rows import list_teachers
from sis.courses.rules.changes import Preview
from sis.courses.views import frame_of, shared_rooms
from sis.organizations.queries import get_school_for

blueprint = Blueprint(
    "sections", __name__, template_folder="templates", url_prefix="/master-schedule"
)
MOST_COURSES = 1000


def _today(session: Session, school_id: int) -> date:
    return local_date(now(), get_school_for(session, actor(), school_id).time_zone)


@blueprint.get("/<int:school_id>/sections/new")
@requires("master_schedule.write")
def new(school_id: int) -> ResponseReturnValue:
    form = SectionForm(course=request.args.get("course", ""), term=request.args.get("term", ""))
    return _new_page(school_id, form)


def _new_page(school_id: int, form: SectionForm, status: int = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        frame = frame_of(session, school_id)
        courses = list_courses_for(session, actor(), school_id=school_id, limit=MOST_COURSES)
        teachers = list_teachers(session, school_id, frame.today)
    if not form.term and frame.terms:
        form.term = str(frame.terms[0].id)
    page = render_template(
        "courses/new_section.html",
        frame=frame,
        form=form,
        courses=courses,
        course_options=[(str(one.id), f"{one.title} ({one.code})") for one in courses],
        term_options=[(str(term.id), term.label) for term in frame.terms],
        teachers=teachers,
        error_of=form.error_of,
    )
    return page, status


@blueprint.post("/<int:school_id>/sections/new")
@requires("master_schedule.write")
@idempotent
def create(school_id: int) -> ResponseReturnValue:
    """Save the section; a refused one is shown again with everything that was typed."""
    form = read_form(request.form)
    try:
        with writing() as session:
            made = create_section(session, _wanted(school_id, form), by=actor(), now=now())
    except AppError as refusal:
        form.errors |= refusal.fields or {"course": refusal.message}
        return _new_page(school_id, form, refusal.status)
    flash(f"{made.title} is in the master schedule.", "ok")
    return redirect(url_for("sections.show", section_id=made.id), HTTPStatus.SEE_OTHER)


def _wanted(school_id: int, form: SectionForm) -> NewSection:
    course = number_from(form, "course", form.course, "Choose the course.")
    term = number_from(form, "term", form.term, "Choose the term.")
    plan = plan_from(form)
    if form.errors:
        raise Invalid("The section was not saved; see the fields.", fields=form.errors)
    return NewSection(school_id, course, term, plan)


@blueprint.get("/sections/<int:section_id>")
@requires("master_schedule.read")
def show(section_id: int) -> ResponseReturnValue:
    return _page(section_id)


def _page(
    section_id: int,
    form: SectionForm | None = None,
    status: int = HTTPStatus.OK,
    preview: Preview | None = None,
    problem: str = "",
) -> ResponseReturnValue:
    with reading() as session:
        school_id = get_section_for(session, actor(), section_id, date.min).school_id
        frame = frame_of(session, school_id)
        section = get_section_for(session, actor(), section_id, frame.on)
        teachers = list_teachers(session, school_id, frame.today)
    shown = form or form_of(section, max(section.on, frame.today))
    page = render_template(
        "courses/section.html",
        frame=frame,
        section=section,
        form=shown,
        error_of=shown.error_of,
        teachers=teachers,
        preview=preview,
        problem=problem,
    )
    return page, status


@blueprint.post("/sections/<int:section_id>")
@requires("master_schedule.write")
@idempotent
def change(section_id: int) -> ResponseReturnValue:
    """Change the section, or show what the change would do to others and ask."""
    form = read_form(request.form)
    plan, on = plan_from(form), day_from(form)
    if on is None or form.errors:
        return _page(section_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    wanted = Change(plan, on, version_from(form), form.accept)
    try:
        with writing() as session:
            change_section(
                session,
                section_id=section_id,
                change=wanted,
                by=actor(),
                now=now(),
                shared_rooms=shared_rooms(),
            )
    except Invalid as refusal:
        form.errors |= refusal.fields
        return _page(section_id, form, refusal.status)
    except Conflict as refusal:
        return _refused(section_id, form, wanted, refusal)
    flash(f"{plan.title} is changed from {on}.", "ok")
    return redirect(url_for("sections.show", section_id=section_id, on=on), HTTPStatus.SEE_OTHER)


def _refused(
    section_id: int, form: SectionForm, wanted: Change, refusal: Conflict
) -> ResponseReturnValue:
    """Somebody was faster, or others would be in two places at once: say so, keep the form."""
    if refusal.code != "would_clash":
        return _page(section_id, form, refusal.status, problem=refusal.message)
    with reading() as session:
        preview = preview_change(session, actor(), section_id, wanted, shared_rooms())
    form.accept = preview.token
    return _page(section_id, form, refusal.status, preview=preview)


@blueprint.post("/sections/<int:section_id>/cancel")
@requires("master_schedule.write")
def cancel(section_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            school_id = get_section_for(session, actor(), section_id, date.min).school_id
            on = _today(session, school_id)
            cancel_section(session, section_id=section_id, on=on, by=actor(), now=now())
    except (Conflict, Invalid) as refusal:
        flash(refusal.message, "warning")
        return redirect(url_for("sections.show", section_id=section_id), HTTPStatus.SEE_OTHER)
    flash("The section is cancelled.", "ok")
    return redirect(url_for("master_schedule.show", school_id=school_id), HTTPStatus.SEE_OTHER)
