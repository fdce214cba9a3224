"""Pages of the scheduling engine: start a run, watch it, look at what it proposes, apply, undo."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import AppError, Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import FIELD, idempotent, new_form_key
from core.web.query import words
from core.web.work import reading, writing
from sis.calendars.rules import local_date
from sis.organizations.queries import SchoolCard, get_school_for, list_schools
from sis.scheduling.requests.catalog import Term, get_term, list_terms
from sis.scheduling.runs.actions import apply_run, request_run
from sis.scheduling.runs.models import ScheduleRun
from sis.scheduling.runs.queries import (
    SHOWN_REFUSALS,
    RefusalCard,
    count_refusals,
    get_run_for,
    list_refusals,
    list_runs,
)
from sis.scheduling.runs.undo import undo_run

blueprint = Blueprint(
    "schedule_runs", __name__, template_folder="templates", url_prefix="/scheduling-runs"
)

RUN = "scheduling.run"
BAR_LENGTH = 120
STATES = {
    "queued": "waits for the scheduler",
    "running": "is being computed",
    "previewed": "is a preview: nothing is changed yet",
    "applied": "is applied",
    "undone": "is undone",
    "failed": "failed",
}


@dataclass(frozen=True)
class Shortage:
    """A bar of the chart: seats that a course is short, ``length`` in the chart's units."""

    title: str
    seats: int
    length: float


@dataclass(frozen=True)
class RunView:
    """Everything that a run's page shows."""

    run: ScheduleRun
    school: SchoolCard
    term: Term
    refusals: list[RefusalCard]
    refused: int
    shortages: list[Shortage]
    search: str


def chart(shortages: Mapping[str, int]) -> list[Shortage]:
    """The bars, the longest first; the longest fills the chart."""
    most = max(shortages.values(), default=1)
    ordered = sorted(shortages.items(), key=lambda item: (-item[1], item[0]))
    return [Shortage(title, seats, BAR_LENGTH * seats / most) for title, seats in ordered]


@blueprint.get("")
@requires(RUN)
def index() -> ResponseReturnValue:
    search = words("q")
    with reading() as session:
        schools = list_schools(session, actor(), search=search, limit=100)
    if len(schools) == 1 and not search:
        return redirect(url_for(".school", school_id=schools[0].id), 303)
    return render_template("runs/schools.html", schools=schools, search=search)


@blueprint.get("/schools/<int:school_id>")
@requires(RUN)
def school(school_id: int) -> ResponseReturnValue:
    return _school_page(school_id)


@blueprint.post("/schools/<int:school_id>")
@requires(RUN)
@idempotent
def start(school_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            run = request_run(
                session,
                school_id=school_id,
                session_id=_number("session_id"),
                scope=request.form.get("scope", ""),
                max_moves=_number("max_moves"),
                key=request.form.get(FIELD) or new_form_key(),
                by=actor(),
                now=now(),
            )
            run_id = run.id
    except Invalid as refused:
        return _school_page(school_id, refused), refused.status
    return redirect(url_for(".show", run_id=run_id), 303)


def _number(name: str) -> int:
    text = request.form.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        message = "Give a whole number."
        raise Invalid("The run cannot be started.", fields={name: message})
    return int(text)


def _school_page(school_id: int, refused: AppError | None = None) -> str:
    with reading() as session:
        card = get_school_for(session, actor(), school_id)
        terms = list_terms(session, school_id, local_date(now(), card.time_zone))
        runs = list_runs(session, school_id)
    taught = [term for term in terms if term.taught]
    return render_template(
        "runs/school.html",
        school=card,
        terms=taught,
        term_options=[(term.id, term.title) for term in taught],
        runs=runs,
        states=STATES,
        form=request.form,
        errors=refused.fields if refused else {},
    )


@blueprint.get("/<int:run_id>")
@requires(RUN)
def show(run_id: int) -> ResponseReturnValue:
    return render_template("runs/run.html", view=_view(run_id), states=STATES, most=SHOWN_REFUSALS)


@blueprint.get("/<int:run_id>/part")
@requires(RUN)
def part(run_id: int) -> ResponseReturnValue:
    """The part of the page that changes while the run is computed."""
    view = _view(run_id)
    return render_template("runs/run_part.html", view=view, states=STATES, most=SHOWN_REFUSALS)


def _view(run_id: int) -> RunView:
    search = words("q")
    with reading() as session:
        run = get_run_for(session, actor(), run_id)
        return RunView(
            run,
            get_school_for(session, actor(), run.school_id),
            get_term(session, run.session_id),
            list_refusals(session, run_id, search),
            count_refusals(session, run_id),
            chart((run.figures or {}).get("shortages", {})),
            search,
        )


@blueprint.post("/<int:run_id>/apply")
@requires(RUN)
@idempotent
def apply(run_id: int) -> ResponseReturnValue:
    with writing() as session:
        apply_run(session, run_id, by=actor(), now=now())
    flash("The placements are applied.", "ok")
    return redirect(url_for(".show", run_id=run_id), 303)


@blueprint.post("/<int:run_id>/undo")
@requires(RUN)
@idempotent
def undo(run_id: int) -> ResponseReturnValue:
    with writing() as session:
        undo_run(session, run_id, by=actor(), now=now())
    flash("The run is undone.", "ok")
    return redirect(url_for(".show", run_id=run_id), 303)
