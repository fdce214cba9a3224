"""One click on the walk-in screen: add, drop, swap, lock, undo; or the reason why not."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict, Invalid
from core.web.access import requires
from core.web.context import actor, now, visit
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.scheduling.walkin import actions
from sis.scheduling.walkin.actions import ScheduleChanged, Sitting
from sis.scheduling.walkin.edits import EditCard, list_edits
from sis.scheduling.walkin.models import ScheduleEdit
from sis.scheduling.walkin.queries import Desk, get_offer
from sis.scheduling.walkin.screen import Filter, effective_date
from sis.scheduling.walkin.undo import undo as undo_edit
from sis.scheduling.walkin.views import (
    blueprint,
    desk_page,
    find_desk,
    load_desk_screen,
    parse_date,
)

__all__ = ["blueprint"]
Edit = Callable[[Session, Sitting], ScheduleEdit | None]


@blueprint.post("/<int:school_id>/students/<int:person_id>/add")
@requires("students.schedule")
@idempotent
def add(school_id: int, person_id: int) -> ResponseReturnValue:
    section, reason = _number("section"), request.form.get("reason", "")
    return _change(
        school_id,
        person_id,
        lambda session, sitting: actions.add(session, sitting, section, reason=reason),
        section=section,
    )


@blueprint.post("/<int:school_id>/students/<int:person_id>/swap")
@requires("students.schedule")
@idempotent
def swap(school_id: int, person_id: int) -> ResponseReturnValue:
    place, section = _number("place"), _number("section")
    reason = request.form.get("reason", "")
    return _change(
        school_id,
        person_id,
        lambda session, sitting: actions.swap(session, sitting, place, section, reason=reason),
        section=section,
    )


@blueprint.post("/<int:school_id>/students/<int:person_id>/drop")
@requires("students.schedule")
@idempotent
def drop(school_id: int, person_id: int) -> ResponseReturnValue:
    place = _number("place")
    return _change(
        school_id, person_id, lambda session, sitting: actions.drop(session, sitting, place)
    )


@blueprint.post("/<int:school_id>/students/<int:person_id>/lock")
@requires("students.schedule")
@idempotent
def lock(school_id: int, person_id: int) -> ResponseReturnValue:
    place, is_locked = _number("place"), request.form.get("locked") == "1"
    return _change(
        school_id,
        person_id,
        lambda session, sitting: actions.set_lock(session, sitting, place, is_locked=is_locked),
    )


@blueprint.post("/<int:school_id>/students/<int:person_id>/undo")
@requires("students.schedule")
@idempotent
def undo(school_id: int, person_id: int) -> ResponseReturnValue:
    edit_id = _number("edit")
    return _change(
        school_id, person_id, lambda session, sitting: undo_edit(session, sitting, edit_id)
    )


def _change(
    school_id: int, person_id: int, edit: Edit, *, section: int | None = None
) -> ResponseReturnValue:
    """Do it and come back to the screen; a refusal is shown there, with what was intended."""
    seen = request.form.get("version", "")
    with reading() as session:
        on, today = effective_date(session, actor(), school_id, person_id, now(), _form_date())
    sitting = Sitting(person_id, school_id, on, today, seen or None, actor(), now())
    try:
        with writing() as session:
            edit(session, sitting)
            done = list_edits(session, person_id, school_id, limit=1)
    except (Conflict, Invalid) as refusal:
        return _refused(sitting, refusal, section)
    if done and visit().by_cookie:
        flash(done[0].sentence, "ok")
    period = request.form.get("period", "")
    with reading() as session:
        desk = find_desk(session, school_id, person_id, on, today)
    following = desk.grid.next_free(period) if desk.grid.missing else period
    return redirect(_address(desk, following), HTTPStatus.SEE_OTHER)


def _refused(sitting: Sitting, refusal: AppError, section: int | None) -> ResponseReturnValue:
    """The screen as it is now, with the reason; after a race also with what the other did."""
    with reading() as session:
        only = Filter(request.form.get("period", "")[:20])
        screen = load_desk_screen(
            session, sitting.school_id, sitting.person_id, sitting.on, sitting.today, only
        )
        others: list[EditCard] = []
        wanted = None
        if isinstance(refusal, ScheduleChanged):
            others = list_edits(
                session, sitting.person_id, sitting.school_id, after_id=_seen_edit(sitting)
            )
            wanted = get_offer(session, sitting.school_id, section, sitting.on) if section else None
    page = desk_page(
        screen,
        refusal=refusal,
        others=others,
        wanted=wanted,
        outdated=isinstance(refusal, ScheduleChanged),
        going_over=section if refusal.code in actions.may_go_over(actor()) else None,
    )
    return page, refusal.status


def _seen_edit(sitting: Sitting) -> int:
    number = (sitting.version or "").partition("-")[0]
    return int(number) if number.isdecimal() and len(number) < 19 else 0


def _address(desk: Desk, period: str) -> str:
    return url_for(
        "walkin.show",
        school_id=desk.school.id,
        person_id=desk.student.person_id,
        on=request.form.get("on") or None,
        period=period or None,
        _anchor="sections" if period else None,
    )


def _form_date() -> date | None:
    return parse_date(request.form.get("on", ""))


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Invalid(f"The form lacks {name}; go back and choose again.")
    return int(text)
