"""The walk-in screen to look at: whose schedule is not complete, and a student's day."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.web import query
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.paging import after, limit, page_of
from core.web.work import reading
from sis.calendars.rules import local_date
from sis.organizations.queries import get_school_for, list_schools
from sis.scheduling.completeness import rules_of
from sis.scheduling.roll import list_grades, load_roll
from sis.scheduling.rules import SchedulingRules
from sis.scheduling.walkin.actions import may_go_over
from sis.scheduling.walkin.queries import Desk, first_taught_day, get_desk
from sis.scheduling.walkin.screen import Filter, Screen, effective_date, load_screen
from sis.settings import SisSettings

blueprint = Blueprint("walkin", __name__, template_folder="../templates", url_prefix="/scheduling")
SCHOOLS_SHOWN = 200
CANDIDATES_SHOWN = 60


@blueprint.get("")
@requires("students.read")
def index() -> ResponseReturnValue:
    """The schools to choose from; with one school, its roll."""
    search = query.words("q")
    with reading() as session:
        schools = list_schools(session, actor(), search=search or None, limit=SCHOOLS_SHOWN)
    if len(schools) == 1 and not search:
        return redirect(url_for("walkin.roll", school_id=schools[0].id))
    return render_template(
        "scheduling/schools.html", schools=schools, search=search, most=SCHOOLS_SHOWN
    )


@blueprint.get("/<int:school_id>")
@requires("students.read")
def roll(school_id: int) -> ResponseReturnValue:
    """The school's students who miss periods, or those who were searched for."""
    search, grade = query.words("q"), query.words("grade", most=20)
    everyone = query.choice("show", ("missing", "all"), "missing") == "all"
    size, cursor = limit(100), after(int)
    with reading() as session:
        school = get_school_for(session, actor(), school_id)
        on = first_taught_day(session, school_id, _today(session, school_id))
        found = load_roll(
            session, school, on, _rules(), search=search, grade=grade, everyone=everyone
        )
        grades = list_grades(session, school_id, on)
    start = cursor[0] if cursor else 0
    page = page_of(found.rows[start : start + size + 1], size, lambda _: (start + size,))
    return render_template(
        "scheduling/roll.html",
        school=school,
        roll=found,
        page=page,
        grades=grades,
        asked={"q": search, "grade": grade, "show": "all" if everyone else ""},
        first=not start,
    )


@blueprint.get("/<int:school_id>/students/<int:person_id>")
@requires("students.read")
def show(school_id: int, person_id: int) -> ResponseReturnValue:
    """A student's day with the sections that fit."""
    with reading() as session:
        on, today = effective_date(session, actor(), school_id, person_id, now(), _asked_date())
        screen = load_desk_screen(session, school_id, person_id, on, today, _filter())
    return desk_page(screen)


@blueprint.get("/<int:school_id>/students/<int:person_id>/print")
@requires("students.read")
def printed(school_id: int, person_id: int) -> ResponseReturnValue:
    """The schedule to hand out."""
    with reading() as session:
        on, today = effective_date(session, actor(), school_id, person_id, now(), _asked_date())
        desk = find_desk(session, school_id, person_id, on, today)
    return render_template("scheduling/printed.html", desk=desk)


def find_desk(session: Session, school_id: int, person_id: int, on: date, today: date) -> Desk:
    """A student in the actor's scope with the schedule alone; NotFound."""
    return get_desk(session, actor(), school_id, person_id, on=on, today=today, rules=_rules())


def load_desk_screen(
    session: Session, school_id: int, person_id: int, on: date, today: date, only: Filter
) -> Screen:
    """The screen of a student in the actor's scope; NotFound."""
    return load_screen(
        session, actor(), school_id, person_id, on=on, today=today, rules=_rules(), only=only
    )


def _filter() -> Filter:
    return Filter(
        period=query.words("period", most=20),
        search=query.words("q"),
        subject=query.words("subject", most=100),
        requested_only=query.choice("only", ("requested",)) == "requested",
    )


def desk_page(screen: Screen, **more: object) -> str:
    """The page; ``more`` says what was refused and what was meant."""
    nothing: dict[str, object] = dict.fromkeys(
        ("refusal", "others", "wanted", "outdated", "going_over")
    )
    return render_template(
        "scheduling/desk.html",
        screen=screen,
        may_change=actor().may("students.schedule"),
        typed=request.form,
        over=may_go_over(actor()),
        most=CANDIDATES_SHOWN,
        **(nothing | more),
    )


def _today(session: Session, school_id: int) -> date:
    return local_date(now(), get_school_for(session, actor(), school_id).time_zone)


def _rules() -> SchedulingRules:
    return rules_of(runtime().settings.of(SisSettings))


def _asked_date() -> date | None:
    return parse_date(request.args.get("on", ""))


def parse_date(text: str) -> date | None:
    """The date, or None for a blank; Invalid."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        sentence = "Give a date such as 2015-01-12."
        raise Invalid(f"on: {sentence}", fields={"on": sentence}) from error
