"""The pages of calendars: the schools with what they lack, and the year of a track."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict, Invalid
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.paging import Page, after, limit, page_of
from core.web.work import reading, writing
from sis.calendars.actions import DaysSet, set_days
from sis.calendars.forms import Form
from sis.calendars.grid import WORDS
from sis.calendars.models import DayType
from sis.calendars.queries_changes import Part
from sis.calendars.queries_overview import Missing, list_missing
from sis.calendars.rules import local_date
from sis.calendars.school_page import choose, year_view
from sis.calendars.undo import undo
from sis.organizations.queries import SchoolCard, list_schools

blueprint = Blueprint("calendars", __name__, template_folder="templates", url_prefix="/calendars")
WRITE = "calendars.write"


@dataclass(frozen=True)
class Row:
    """A school in the list, with what its calendars lack."""

    school: SchoolCard
    missing: list[Missing]


def _rows(session: Session, search: str) -> list[Row]:
    schools = list_schools(session, actor(), search=search or None)
    zones = {school.id: school.time_zone for school in schools}
    today = {zone: local_date(now(), zone) for zone in zones.values()}
    missing = list_missing(session, zones, today)
    return [Row(school, missing[school.id]) for school in schools]


def _page(rows: list[Row], only: str) -> Page[Row]:
    shown = [row for row in rows if row.missing] if only == "missing" else rows
    start = after(str, int)
    if start is not None:
        shown = [row for row in shown if (row.school.name, row.school.id) > start]
    size = limit()
    return page_of(shown[: size + 1], size, lambda row: (row.school.name, row.school.id))


@blueprint.get("")
@requires("schools.read")
def index() -> ResponseReturnValue:
    search = query.words("search")
    only = query.choice("only", ("missing",))
    with reading() as session:
        rows = _rows(session, search)
    return render_template(
        "calendars/index.html",
        page=_page(rows, only),
        count=len(rows),
        lacking=sum(bool(row.missing) for row in rows),
        search=search,
        only=only,
        first="after" not in request.args,
        may_write=actor().may(WRITE),
        whole_district=actor().scope is None,
    )


def _selection(error: AppError | None, typed: Mapping[str, str]) -> dict[str, object]:
    """What the form of the range shows: what was typed, or else what the address says."""
    first, last = (request.values.get(name, "") for name in ("first", "last"))
    fields = error.fields if error else {}
    return {
        "first": first,
        "last": last,
        "day_type": typed.get("day_type", "holiday"),
        "fields": fields,
        "error": error.message if error else "",
    }


def _show(school_id: int, error: AppError | None = None) -> str:
    with reading() as session:
        view = year_view(session, choose(session, actor(), school_id))
    return render_template(
        "calendars/year.html",
        view=view,
        selection=_selection(error, request.form),
        words=WORDS,
        may_write=actor().may(WRITE),
        day=timedelta(days=1),
    )


@blueprint.get("/<int:school_id>")
@requires("schools.read")
def show(school_id: int) -> ResponseReturnValue:
    return _show(school_id)


def _to(school_id: int, track: str, year: int) -> ResponseReturnValue:
    address = url_for("calendars.show", school_id=school_id, track=track or None, year=year)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:school_id>/days")
@requires(WRITE)
@idempotent
def change_days(school_id: int) -> ResponseReturnValue:
    """Set the range; a refused one is shown again with what was typed."""
    year = query.number("year", 0)
    part = Part("days", school_id, query.words("track"), year)
    try:
        done = _set(part)
    except (Invalid, Conflict) as refusal:
        return _show(school_id, refusal), refusal.status
    if done is None:
        flash("Nothing changed: these days were like that already.", "info")
    else:
        flash(f"Saved: {done.change.summary}", "ok")
        if done.submissions:
            flash(
                f"Attendance was submitted {done.submissions} times on days that have no school"
                " now. It is kept, and counts again if you undo this.",
                "warning",
            )
    return _to(school_id, part.track, year)


def _set(part: Part) -> DaysSet | None:
    form = Form()
    first = form.day("first")
    last = form.day("last") if form.text("last") else first
    kinds = [kind.value for kind in DayType]
    kind = form.text("day_type")
    if kind not in kinds:
        form.problems["day_type"] = "Choose a type of day."
    form.check("These days cannot be changed.")
    with writing() as session:
        return set_days(
            session,
            part,
            first=first,
            last=last,
            day_type=DayType(kind),
            seen=form.number("seen"),
            by=actor(),
            now=now(),
        )


@blueprint.post("/<int:school_id>/undo")
@requires(WRITE)
@idempotent
def undo_last(school_id: int) -> ResponseReturnValue:
    """Take the newest change of the part named back, and return to where it shows."""
    form = Form()
    name, track = form.text("part"), form.text("track")
    year = form.number("year") if form.text("year") else None
    part = Part(name, school_id, track, year)
    try:
        with writing() as session:
            change = undo(session, part, seen=form.number("seen"), by=actor(), now=now())
    except Conflict as refusal:
        flash(refusal.message, "warning")
    else:
        flash(change.summary if change else "Nothing changed.", "ok")
    if name == "bells":
        address = url_for("calendar_bells.show", school_id=school_id)
        return redirect(address, HTTPStatus.SEE_OTHER)
    if name in ("marking_periods", "grading_windows"):
        address = url_for("calendar_marking.show", place=school_id, track=track or None, year=year)
        return redirect(address, HTTPStatus.SEE_OTHER)
    return _to(school_id, track, year or 0)
