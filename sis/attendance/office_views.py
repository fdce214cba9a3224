"""The office's pages of a day: what is not submitted yet, and absences nobody explained."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.attendance.actions.correcting import clear
from sis.attendance.form import read_seen
from sis.attendance.page_day import LOOK_BACK, day_of_page
from sis.attendance.queries.corrections import (
    list_uncleared_students,
)
from sis.attendance.queries.missing import list_class_states, list_tallies, tally_of
from sis.attendance.queries.reasons import list_reasons
from sis.attendance.rules.meetings import Due
from sis.attendance.rules.status import Kind
from sis.calendars.rules import local_date
from sis.organizations.queries import list_schools

blueprint = Blueprint(
    "attendance_office", __name__, template_folder="templates", url_prefix="/attendance"
)


def _school_page(template: str) -> ResponseReturnValue:
    with reading() as session:
        schools = list_schools(session, actor())
        if len(schools) == 1:
            url = url_for("attendance_office.school", school_id=schools[0].id)
            return redirect(url, HTTPStatus.SEE_OTHER)
        tallies = list_tallies(session, schools, now())
    rows = [(school, tallies[school.id]) for school in schools if school.id in tallies]
    rows.sort(key=lambda row: (-row[1].open, row[0].name))
    return render_template(template, rows=rows, quiet=len(schools) - len(rows))


@blueprint.get("")
@requires("attendance.read")
def index() -> ResponseReturnValue:
    """All schools of the actor with today's numbers; a single school's own page."""
    return _school_page("attendance/schools.html")


@blueprint.get("/parts/schools")
@requires("attendance.read")
def schools_part() -> ResponseReturnValue:
    return _school_page("attendance/schools_part.html")


def _day_page(school_id: int, template: str) -> str:
    with reading() as session:
        school, on = day_of_page(session, school_id)
        states = list_class_states(session, school, on, now())
        uncleared = list_uncleared_students(session, school.id, on - LOOK_BACK, on + timedelta(1))
    periods = sorted({state.met.period for state in states})
    return render_template(
        template,
        school=school,
        on=on,
        today=on == local_date(now(), school.time_zone),
        total=tally_of(states),
        periods=[
            (period, tally_of([state for state in states if state.met.period == period]))
            for period in periods
        ],
        states=states,
        open=[state for state in states if state.due in (Due.NOW, Due.MISSING)],
        uncleared=uncleared,
        may_correct=actor().may("attendance.correct"),
    )


@blueprint.get("/schools/<int:school_id>")
@requires("attendance.read")
def school(school_id: int) -> ResponseReturnValue:
    return _day_page(school_id, "attendance/school.html")


@blueprint.get("/schools/<int:school_id>/parts/day")
@requires("attendance.read")
def day_part(school_id: int) -> ResponseReturnValue:
    return _day_page(school_id, "attendance/school_part.html")


@blueprint.get("/schools/<int:school_id>/uncleared")
@requires("attendance.correct")
def uncleared(school_id: int) -> ResponseReturnValue:
    return _uncleared_page(school_id)


def _uncleared_page(school_id: int, error: str = "") -> str:
    with reading() as session:
        school, on = day_of_page(session, school_id)
        students = list_uncleared_students(session, school.id, on - LOOK_BACK, on + timedelta(1))
        reasons = list_reasons(session, on)
    marked = set(request.form.getlist("event"))
    return render_template(
        "attendance/uncleared.html",
        school=school,
        students=students,
        reasons=[reason for reason in reasons if reason.fits(Kind.ABSENT)],
        marked=marked,
        chosen=request.form.get("reason", ""),
        error=error,
    )


@blueprint.post("/schools/<int:school_id>/uncleared")
@requires("attendance.correct")
@idempotent
def clear_absences(school_id: int) -> ResponseReturnValue:
    """Several at once; a refused form is shown again with everything that was marked."""
    try:
        seen = read_seen(request.form.getlist("event"))
        if not seen:
            raise Invalid("Mark at least one student.")
        with writing() as session:
            done, left = clear(
                session,
                school_id,
                seen,
                reason_code=request.form.get("reason", ""),
                by=actor(),
                now=now(),
            )
    except Invalid as refusal:
        return _uncleared_page(school_id, refusal.message), refusal.status
    flash(f"{done} absence{'s' if done != 1 else ''} cleared.", "ok")
    if left:
        flash(f"{left} left as they are: somebody else changed them meanwhile.", "warning")
    return redirect(
        url_for("attendance_office.uncleared", school_id=school_id), HTTPStatus.SEE_OTHER
    )
