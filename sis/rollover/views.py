"""The pages of the rollover: preview it, ask for it, watch it school by school, undo a school."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.courses.catalog import TermCard, list_term_choices
from sis.organizations.queries import SchoolCard, list_schools, school_ids_for
from sis.rollover.actions import preview_school, request_run
from sis.rollover.queries import (
    get_run,
    get_term,
    list_runs,
    list_school_ids_with_sections,
)
from sis.rollover.report import Report, report_of
from sis.rollover.rules.plan import Plan
from sis.rollover.rules.policy import REASON_LABELS
from sis.rollover.undoing import undo_school

blueprint = Blueprint("rollover", __name__, template_folder="templates", url_prefix="/rollover")
PREVIEWED = 5
WORDS = {str(reason): label for reason, label in REASON_LABELS.items()}


@dataclass(frozen=True)
class Asked:
    """What the form asks for; ids are 0 where nothing was chosen, school 0 means all."""

    old: int
    new: int
    school: int
    students: bool


@dataclass(frozen=True)
class Ahead:
    """What a rollover would do: the plans of the first schools, and how many there are."""

    schools: int
    plans: list[tuple[SchoolCard, Plan]]


def _asked(values: dict[str, str]) -> Asked:
    def number(name: str) -> int:
        text = values.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

    return Asked(number("from"), number("to"), number("school"), values.get("what") != "sections")


@blueprint.get("")
@requires("rollover.run")
def index() -> ResponseReturnValue:
    """The form with its preview, and the runs so far."""
    return _page(_asked(request.args.to_dict()))


def _page(asked: Asked, problem: str = "", status: int = HTTPStatus.OK) -> ResponseReturnValue:
    with reading() as session:
        schools = list_schools(session, actor())
        terms = list_term_choices(session)
        allowed = school_ids_for(session, actor())
        reports = [report_of(session, run, allowed) for run in list_runs(session, 20)]
        ahead = None
        if not problem and asked.old and asked.new:
            try:
                ahead = _ahead(session, asked, schools)
            except AppError as refusal:
                problem, status = refusal.message, refusal.status
    page = render_template(
        "rollover/index.html",
        asked=asked,
        ahead=ahead,
        reports=[one for one in reports if one.schools],
        problem=problem,
        words=WORDS,
        terms=_options(terms),
        schools=[("0", "All that I may see"), *((str(one.id), one.name) for one in schools)],
    )
    return page, status


def _options(terms: list[TermCard]) -> list[tuple[str, str]]:
    return [("", "Choose a term"), *((str(term.id), term.label) for term in terms)]


def _ahead(session: Session, asked: Asked, schools: list[SchoolCard]) -> Ahead:
    old, new = get_term(session, asked.old), get_term(session, asked.new)
    with_sections = set(list_school_ids_with_sections(session, old.id))
    chosen = [
        one
        for one in schools
        if one.id in with_sections and (not asked.school or one.id == asked.school)
    ]
    plans = [
        (one, preview_school(session, one, old, new, students=asked.students))
        for one in chosen[:PREVIEWED]
    ]
    return Ahead(len(chosen), plans)


@blueprint.post("")
@requires("rollover.run")
@idempotent
def start() -> ResponseReturnValue:
    """Ask for the rollover; a job of the scheduler does it within seconds."""
    asked = _asked(request.form.to_dict())
    if not (asked.old and asked.new):
        return _page(asked, "Choose both terms.", HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with writing() as session:
            run = request_run(
                session,
                from_id=asked.old,
                to_id=asked.new,
                school_ids=[asked.school] if asked.school else None,
                students=asked.students,
                by=actor(),
                now=now(),
            )
    except AppError as refusal:
        return _page(asked, refusal.message, refusal.status)
    return redirect(url_for("rollover.show", run_id=run.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<int:run_id>")
@requires("rollover.run")
def show(run_id: int) -> ResponseReturnValue:
    return render_template("rollover/run.html", report=_report(run_id), words=WORDS, only=_only())


@blueprint.get("/<int:run_id>/progress")
@requires("rollover.run")
def progress(run_id: int) -> ResponseReturnValue:
    """The part of the page that is fetched again while schools wait."""
    report = _report(run_id)
    return render_template("rollover/progress.html", report=report, words=WORDS, only=_only())


def _only() -> str:
    return query.choice("only", ["rolled", "waiting", "unbalanced", "undone"])


def _report(run_id: int) -> Report:
    with reading() as session:
        return report_of(session, get_run(session, run_id), school_ids_for(session, actor()))


@blueprint.post("/<int:run_id>/schools/<int:rolled_id>/undo")
@requires("rollover.run")
def undo(run_id: int, rolled_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            undo_school(session, rolled_id, by=actor(), now=now())
    except Conflict as refusal:
        flash(refusal.message, "warning")
    else:
        flash("The school is as it was before the rollover.", "ok")
    return redirect(url_for("rollover.show", run_id=run_id), HTTPStatus.SEE_OTHER)
