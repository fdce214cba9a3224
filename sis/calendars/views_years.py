"""The page on which a school year is made, for one school or for many at once."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict, Invalid
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.calendars.actions_years import Made, NewTerm, NewYear, copy_year, create_year
from sis.calendars.forms import Form
from sis.calendars.queries_years import get_calendar_year
from sis.calendars.rules import SessionDays, weekdays
from sis.organizations.models import SchoolLevel
from sis.organizations.queries import list_schools

blueprint = Blueprint(
    "calendar_years", __name__, template_folder="templates", url_prefix="/calendars"
)
WRITE = "calendars.write"
TERMS = 4
DAY = timedelta(days=1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def _form(typed: Mapping[str, str], error: AppError | None = None) -> str:
    """The form; ``from``, ``track`` and ``year`` in the address name a calendar to copy."""
    source = None
    with reading() as session:
        if query.number("from", 0):
            source = get_calendar_year(
                session, query.number("from", 0), query.words("track"), query.number("year", 0)
            )
        names = {school.id: school.name for school in list_schools(session, actor())}
    return render_template(
        "calendars/new.html",
        source=source,
        source_name=names.get(source.school_id, "") if source else "",
        typed=typed,
        terms=TERMS,
        levels=[level.value for level in SchoolLevel],
        weekdays=WEEKDAYS,
        error=error.message if error else "",
        fields=error.fields if error else {},
        count=len(names),
        day=DAY,
    )


@blueprint.get("/new")
@requires(WRITE)
def new() -> ResponseReturnValue:
    return _form({"schools": query.words("schools"), "track": query.words("track")})


@blueprint.post("/new")
@requires(WRITE)
@idempotent
def create() -> ResponseReturnValue:
    """Make the calendars; a refused form is shown again with everything that was typed."""
    try:
        made = _make()
    except (Invalid, Conflict) as refusal:
        return _form(Form().typed, refusal), refusal.status
    count = len(made.schools)
    flash(f"{count} {'school has' if count == 1 else 'schools have'} this calendar now.", "ok")
    for name, reason in list(made.refused.items())[:5]:
        flash(f"{name} kept its calendar. {reason}", "warning")
    if len(made.refused) > 5:
        flash(f"{len(made.refused) - 5} more schools kept theirs.", "warning")
    if count == 1:
        track = request.form.get("track", "").strip() or None
        address = url_for("calendars.show", school_id=made.schools[0].id, track=track)
        return redirect(address, 303)
    return redirect(url_for("calendars.index"), 303)


def _make() -> Made:
    form = Form()
    track = form.text("track")
    if len(track) > 20:
        form.problems["track"] = "A track's name has at most 20 characters."
    with writing() as session:
        schools = _schools(session, form)
        if query.number("from", 0):
            form.check("This calendar cannot be copied.")
            source = get_calendar_year(
                session, query.number("from", 0), query.words("track"), query.number("year", 0)
            )
            return copy_year(session, source, schools, track=track, by=actor(), now=now())
        year = _year(form, track)
        form.check("This school year cannot be made.")
        return create_year(session, year, schools, by=actor(), now=now())


def _schools(session: Session, form: Form) -> list[int]:
    """The ids of the schools that are named, one a line by name or number, or of a level."""
    everybody = list_schools(session, actor())
    level = form.text("level")
    if level:
        return [school.id for school in everybody if level in ("all", school.level)]
    known = {name: one.id for one in everybody for name in (one.name.casefold(), one.sourced_id)}
    found, lost = [], []
    for line in filter(None, map(str.strip, form.text("schools").splitlines())):
        school_id = known.get(line.casefold()) or known.get(line)
        if school_id is None:
            lost.append(line)
        else:
            found.append(school_id)
    if lost:
        form.problems["schools"] = f"There is no school {', '.join(lost[:5])} that you may see."
    elif not found:
        form.problems["schools"] = "Name at least one school, or choose a level."
    return found


def _year(form: Form, track: str) -> NewYear:
    starts_on, last = form.day("first"), form.day("last")
    terms = tuple(
        NewTerm(
            form.text(f"term_title_{row}") or f"Term {row}",
            form.day(f"term_first_{row}"),
            form.day(f"term_last_{row}") + DAY,
        )
        for row in form.rows("term_first", "term_last", most=TERMS)
    )
    special = SessionDays(
        track=track,
        holidays=form.days("holidays"),
        minimum_days=form.days("minimum_days") + _weekly(form, starts_on, last),
        vacations=form.ranges("vacations"),
    )
    return NewYear(form.text("title"), starts_on, last + DAY, terms, special)


def _weekly(form: Form, starts_on: date, last: date) -> tuple[date, ...]:
    """Every such weekday of the year, when one is chosen to be a minimum day."""
    name = form.text("weekly_minimum")
    if name not in WEEKDAYS or not 0 < (last - starts_on).days <= 400:
        return ()
    number = WEEKDAYS.index(name)
    return tuple(day for day in weekdays(starts_on, last + DAY) if day.weekday() == number)
