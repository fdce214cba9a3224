"""The teacher's page: today's classes, each taken with one form.

The page is made to work without the server for a while: sis/static/attendance.js keeps entries
until they are acknowledged, and the service worker keeps the page.
"""

from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import AppError, Invalid
from core.web.access import requires
from core.web.assets import send_static
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.attendance.actions.submitting import Roll, submit
from sis.attendance.api import asked_date
from sis.attendance.queries.roll import RollClass, list_my_classes
from sis.attendance.rules.status import Kind
from sis.attendance.wire import SubmissionBody, notes_of
from sis.settings import SisSettings

blueprint = Blueprint("attendance", __name__, template_folder="templates", url_prefix="/attendance")


def _page(refused: Roll | None = None, error: str = "") -> str:
    asked = asked_date() or (refused.on_date if refused else None)
    with reading() as session:
        classes = list_my_classes(session, actor(), now(), asked)
    if refused is not None:
        classes = [_typed(one, refused) for one in classes]
    return render_template(
        "attendance/classes.html",
        classes=classes,
        asked=asked,
        refused=refused,
        error=error,
        known=actor().person_key is not None,
        account=actor().id,
    )


def _typed(one: RollClass, roll: Roll) -> RollClass:
    """The class with what was typed in place of what is saved, so that nothing is lost."""
    if (one.section_id, one.period, one.on_date) != (roll.section_id, roll.period, roll.on_date):
        return one
    rows = []
    for row in one.rows:
        kind, minutes = roll.exceptions.get(row.person_id, (Kind.PRESENT, None))
        rows.append(row if row.office else replace(row, kind=kind, minutes=minutes))
    return replace(one, rows=tuple(rows))


@blueprint.get("/classes")
@requires("attendance.take")
def classes() -> ResponseReturnValue:
    return _page()


@blueprint.post("/classes")
@requires("attendance.take")
@idempotent
def take() -> ResponseReturnValue:
    """The form without JavaScript; a refused one is shown again with everything that was typed."""
    roll = _form()
    policy = runtime().settings.of(SisSettings).attendance
    try:
        with writing() as session:
            receipt = submit(session, roll, by=actor(), now=now(), policy=policy)
    except AppError as refusal:
        return _page(roll, refusal.message), refusal.status
    flash("Attendance is saved.", "ok")
    for note in notes_of(receipt):
        flash(note, "warning")
    back = url_for("attendance.classes", on=request.args.get("on") or None)
    return redirect(back, HTTPStatus.SEE_OTHER)


def _form() -> Roll:
    """The form's fields; ``s-12`` is the status of the student 12 and ``m-12`` the minutes."""
    students = [name.removeprefix("s-") for name in request.form if name.startswith("s-")]
    exceptions = [
        {
            "person_id": person,
            "kind": request.form[f"s-{person}"],
            "minutes": _minutes(person),
        }
        for person in students
        if request.form[f"s-{person}"] != Kind.PRESENT
    ]
    fields = {name: request.form.get(name, "") for name in ("section_id", "on_date", "period")}
    version = request.form.get("version", "0")
    whole = {**fields, "version": version, "exceptions": exceptions, "listed": students}
    try:
        return SubmissionBody.model_validate(whole).to_roll()
    except ValueError as error:
        raise Invalid("This form is damaged. Load the page again.") from error


def _minutes(person: str) -> str | None:
    late = request.form[f"s-{person}"] in (Kind.TARDY, Kind.LEFT_EARLY)
    return request.form.get(f"m-{person}", "").strip() or None if late else None


@blueprint.get("/worker.js")
@requires("attendance.take")
def worker() -> Response:
    """The service worker; it may serve what is below its own address only."""
    return send_static("sis/attendance_worker.js")
