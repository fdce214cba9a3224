"""The office's corrections: a student's days, and the students of one class."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.auth.accounts.queries import names_by_actor
from core.errors import AppError, Invalid, NotFound
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.query import words
from core.web.work import reading, writing
from sis.attendance.actions.correcting import correct
from sis.attendance.form import read_correction
from sis.attendance.page_day import LOOK_BACK, day_of_page
from sis.attendance.queries.corrections import (
    list_students_named,
    was_at_school,
)
from sis.attendance.queries.events import list_changes, list_class_events
from sis.attendance.queries.missing import list_class_states
from sis.attendance.queries.reasons import list_reasons
from sis.attendance.queries.student import list_attendance_days
from sis.attendance.queries.teaching import list_rosters
from sis.organizations.queries import SchoolCard, get_school_for
from sis.people.queries import get_person
from sis.settings import SisSettings

blueprint = Blueprint(
    "attendance_corrections", __name__, template_folder="templates", url_prefix="/attendance"
)


@blueprint.get("/schools/<int:school_id>/students")
@requires("attendance.read")
def students(school_id: int) -> ResponseReturnValue:
    asked = words("q", most=100)
    with reading() as session:
        school = get_school_for(session, actor(), school_id)
        found = list_students_named(session, school.id, asked) if asked else []
    return render_template("attendance/students.html", school=school, asked=asked, found=found)


def _minutes(school: SchoolCard) -> int | None:
    """Minutes of a day where minutes count; the rule is that of the statistical reports."""
    settings = runtime().settings.of(SisSettings)
    rules = settings.statistics.rules(settings.school_months.rule())
    return rules.minutes_of(rules.form_of(school.level))


def _student_page(school_id: int, person_id: int, error: str = "") -> str:
    with reading() as session:
        school, on = day_of_page(session, school_id)
        if not was_at_school(session, person_id, school.id):
            raise NotFound("There is no such student at this school.")
        span = (on - LOOK_BACK, on + timedelta(1))
        days, seen = list_attendance_days(session, person_id, school, *span, _minutes(school))
        changes = list_changes(session, person_id, school.id, *span)
        names = names_by_actor(session, {change.changed_by for change in changes})
        reasons = list_reasons(session, on)
        person = get_person(session, person_id)
    return render_template(
        "attendance/student.html",
        school=school,
        student=person,
        on=on,
        days=days,
        seen=[f"{event}:{version}" for event, version in seen.items()],
        periods=sorted({one.period for day in days for one in day.classes}),
        changes=changes,
        names=names,
        reasons=reasons,
        typed=request.form,
        error=error,
        may_correct=actor().may("attendance.correct"),
    )


@blueprint.get("/schools/<int:school_id>/students/<int:person_id>")
@requires("attendance.read")
def student(school_id: int, person_id: int) -> ResponseReturnValue:
    return _student_page(school_id, person_id)


@blueprint.post("/schools/<int:school_id>/students/<int:person_id>")
@requires("attendance.correct")
@idempotent
def correct_student(school_id: int, person_id: int) -> ResponseReturnValue:
    """One student, a day or a range; a refused form is shown again as it was typed."""
    try:
        wanted = read_correction(request.form, school_id, person_id)
        with writing() as session:
            changed = correct(session, wanted, by=actor(), now=now())
    except AppError as refusal:
        if refusal.status == HTTPStatus.NOT_FOUND:
            raise
        return _student_page(school_id, person_id, refusal.message), refusal.status
    flash(_done(changed), "ok")
    last = (wanted.ends_on - timedelta(1)).isoformat()
    url = url_for(
        "attendance_corrections.student", school_id=school_id, person_id=person_id, on=last
    )
    return redirect(url, HTTPStatus.SEE_OTHER)


def _done(changed: int) -> str:
    if not changed:
        return "Nothing to change: it was so already."
    return f"{changed} {'entries' if changed != 1 else 'entry'} corrected."


@blueprint.get("/schools/<int:school_id>/classes/<int:section_id>")
@requires("attendance.correct")
def one_class(school_id: int, section_id: int) -> ResponseReturnValue:
    return _class_page(school_id, section_id)


def _class_page(school_id: int, section_id: int, error: str = "") -> str:
    with reading() as session:
        school, on = day_of_page(session, school_id)
        period = words("period", most=40)
        states = list_class_states(session, school, on, now())
        mine = [s for s in states if (s.met.section_id, s.met.period) == (section_id, period)]
        if not mine:
            raise NotFound("This class does not meet then.")
        roster = list_rosters(session, [section_id], on).get(section_id, [])
        held = list_class_events(session, section_id, on, period)
        reasons = list_reasons(session, on)
    return render_template(
        "attendance/class.html",
        school=school,
        on=on,
        state=mine[0],
        roster=roster,
        held={event.person_id: event for event in held},
        reasons=reasons,
        typed=request.form,
        marked=set(request.form.getlist("person")),
        error=error,
    )


@blueprint.post("/schools/<int:school_id>/classes/<int:section_id>")
@requires("attendance.correct")
@idempotent
def correct_class(school_id: int, section_id: int) -> ResponseReturnValue:
    """The same entry for the students that are marked in one class, all or none."""
    people = request.form.getlist("person", type=int)
    try:
        if not people:
            raise Invalid("Mark at least one student.")
        with writing() as session:
            changed = sum(
                correct(
                    session, read_correction(request.form, school_id, person), by=actor(), now=now()
                )
                for person in people
            )
    except AppError as refusal:
        return _class_page(school_id, section_id, refusal.message), refusal.status
    flash(_done(changed), "ok")
    return redirect(request.full_path, HTTPStatus.SEE_OTHER)
