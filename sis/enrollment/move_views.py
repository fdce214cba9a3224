"""Transferring, withdrawing, and changing the track of a student."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import writing
from sis.enrollment.actions import withdraw
from sis.enrollment.forms import (
    Form,
    all_schools,
    code_options,
    own_schools,
    policy,
    read_form,
    tell,
    today,
)
from sis.enrollment.moving import Moving, get_moving_for
from sis.enrollment.rules.codes import ENTRY, LEAVE, split_value
from sis.enrollment.transfers import change_track, transfer
from sis.organizations.choice import label

blueprint = Blueprint(
    "moves", __name__, template_folder="templates", url_prefix="/students/enrollments"
)

TRANSFER = ("to_school", "on", "track", "grade", "leave_code", "entry_code", "seen")
WITHDRAW = ("ends_on", "leave_code", "seen")
TRACK = ("track", "on", "seen")


def _moving(enrollment_id: int) -> Moving:
    """The enrolment and its student; whoever is shown to another school is noted."""
    with writing() as session:
        return get_moving_for(session, actor(), enrollment_id, now=now(), on=today())


def _page(
    template: str, moving: Moving, form: Form, status: int = HTTPStatus.OK
) -> ResponseReturnValue:
    codes, grade = policy().codes, moving.enrollment.grade
    use = "transfer" if template == "transfer" else ""
    page = render_template(
        f"enrollment/{template}.html",
        moving=moving,
        form=form,
        schools=[label(one) for one in all_schools()] if use else [],
        leave_options=code_options(codes.choices(LEAVE, today(), grade, use)),
        entry_options=code_options(codes.choices(ENTRY, today(), None, use)),
        track_options=[("", "Choose the track"), *((track, track) for track in moving.tracks)],
    )
    return page, status


def _first_form(names: tuple[str, ...], moving: Moving, **values: str) -> Form:
    """What the page shows before anything is typed."""
    start = dict.fromkeys(names, "")
    return Form(start | {"seen": moving.enrollment.modified_at.isoformat()} | values)


def _save(
    moving: Moving, form: Form, template: str, save: Callable[[Session], None], done: str
) -> ResponseReturnValue:
    """Do it and go to the student's record; a refused form is shown again as it was typed."""
    try:
        if form.errors:
            raise Invalid("Some fields need another look.")
        with writing() as session:
            save(session)
    except AppError as refusal:
        form.refuse(refusal)
        return _page(template, moving, form, refusal.status)
    tell(done)
    return redirect(
        url_for("student.show", person_id=moving.student.person_id), HTTPStatus.SEE_OTHER
    )


@blueprint.get("/<int:enrollment_id>/transfer")
@requires("students.enroll")
def transfer_form(enrollment_id: int) -> ResponseReturnValue:
    moving, schools = _moving(enrollment_id), own_schools()
    here = moving.enrollment.school_id
    targets = [label(one) for one in schools if one.id != here]
    target = targets[0] if len(targets) == 1 else ""
    grade = moving.enrollment.grade or ""
    start = _first_form(TRANSFER, moving, to_school=target, grade=grade, on=today().isoformat())
    return _page("transfer", moving, start)


@blueprint.post("/<int:enrollment_id>/transfer")
@requires("students.enroll")
@idempotent
def transfer_student(enrollment_id: int) -> ResponseReturnValue:
    moving, form = _moving(enrollment_id), read_form(*TRANSFER)
    school, on = form.school("to_school", all_schools()), form.day("on")

    def save(session: Session) -> None:
        if school is None or on is None:
            raise Invalid("Some fields need another look.")
        transfer(
            session,
            enrollment_id=enrollment_id,
            to_school_id=school.id,
            on=on,
            track=form.text("track"),
            grade=form.text("grade") or None,
            leave=split_value(form.text("leave_code")) if form.text("leave_code") else None,
            entry=split_value(form.text("entry_code")) if form.text("entry_code") else None,
            seen=form.moment("seen"),
            policy=policy(),
            by=actor(),
            now=now(),
        )

    where = school.name if school else ""
    return _save(moving, form, "transfer", save, f"Transferred to {where}.")


@blueprint.get("/<int:enrollment_id>/withdraw")
@requires("students.enroll")
def withdraw_form(enrollment_id: int) -> ResponseReturnValue:
    moving = _moving(enrollment_id)
    return _page("withdraw", moving, _first_form(WITHDRAW, moving, ends_on=today().isoformat()))


@blueprint.post("/<int:enrollment_id>/withdraw")
@requires("students.enroll")
@idempotent
def withdraw_student(enrollment_id: int) -> ResponseReturnValue:
    moving, form = _moving(enrollment_id), read_form(*WITHDRAW)
    ends_on = form.day("ends_on")
    code, reason = split_value(form.text("leave_code"))
    if not code:
        form.errors["leave_code"] = "Choose why the student leaves."

    def save(session: Session) -> None:
        if ends_on is None:
            raise Invalid("Some fields need another look.")
        withdraw(
            session,
            enrollment_id=enrollment_id,
            ends_on=ends_on,
            leave_code=code,
            leave_reason=reason,
            seen=form.moment("seen"),
            policy=policy(),
            by=actor(),
            now=now(),
        )

    return _save(moving, form, "withdraw", save, f"Withdrawn from {moving.enrollment.school_name}.")


@blueprint.get("/<int:enrollment_id>/track")
@requires("students.enroll")
def track_form(enrollment_id: int) -> ResponseReturnValue:
    moving = _moving(enrollment_id)
    return _page("track", moving, _first_form(TRACK, moving, on=today().isoformat()))


@blueprint.post("/<int:enrollment_id>/track")
@requires("students.enroll")
@idempotent
def change_the_track(enrollment_id: int) -> ResponseReturnValue:
    moving, form = _moving(enrollment_id), read_form(*TRACK)
    on = form.day("on")

    def save(session: Session) -> None:
        if on is None:
            raise Invalid("Some fields need another look.")
        change_track(
            session,
            enrollment_id=enrollment_id,
            track=form.text("track"),
            on=on,
            seen=form.moment("seen"),
            policy=policy(),
            by=actor(),
            now=now(),
        )

    return _save(moving, form, "track", save, f"Changed to track {form.text('track')}.")
