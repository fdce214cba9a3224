"""Pages of many schools: who certified a month, what it comes to, and who is missing."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.web import query
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.paging import after, limit, page_of
from core.web.settings import site
from core.web.work import reading
from sis.calendars.rules import local_date
from sis.statistical import asked
from sis.statistical.district_sheets import averages_sheet, last_day, overview_book
from sis.statistical.exporting import TYPES, export
from sis.statistical.overview import Overview, State, get_overview, list_escs, list_schools_in
from sis.statistical.queries.calendars import list_school_years
from sis.statistical.queries.tallies import find_last_count
from sis.statistical.reporting import rules_of, school_year_on
from sis.statistical.rules.averages import two_places
from sis.statistical.sheets import Book, shown

blueprint = Blueprint("statistics", __name__, template_folder="templates", url_prefix="/statistics")
blueprint.add_app_template_filter(shown, "cell")
blueprint.add_app_template_filter(lambda value: f"{two_places(value):,}", "round_two")
PAGE = 100
KEPT = ("year", "month", "esc", "state")
STATES = (State.MISSING, State.CERTIFIED, State.IN_PROGRESS, State.TO_COME, State.NO_CALENDAR)


def _overview(session: Session) -> Overview:
    """The month of the schools that the address asks for, whatever their state."""
    settings = runtime().settings
    esc_id = query.number("esc", 0, least=1) or None
    schools = list_schools_in(session, actor(), esc_id)
    today = local_date(now(), site(settings).time_zone)
    return get_overview(
        session,
        schools,
        _scope(session, esc_id),
        school_year=asked.year() or school_year_on(today),
        month=asked.month(),
        rules=rules_of(settings),
        now=now(),
    )


def _scope(session: Session, esc_id: int | None) -> str:
    if esc_id is not None:
        return next(one.name for one in list_escs(session) if one.id == esc_id)
    return "Your schools" if actor().scope is not None else "The district"


@blueprint.get("")
@requires("statistics.read")
def index() -> ResponseReturnValue:
    """The district, a service center, or the reader's own schools."""
    size, key = limit(PAGE), after(int)
    state = query.choice("state", [one.value for one in STATES])
    with reading() as session:
        overview = _overview(session)
        rows = [row for row in overview.rows if not state or row.state == state]
        first = key[0] if key else 0
        numbered = list(enumerate(rows, start=1))[first : first + size + 1]
        page = page_of(numbered, size, key=lambda row: (row[0],))
        return render_template(
            "statistics/index.html",
            overview=overview,
            averages=averages_sheet(list(overview.averages)),
            page=page,
            first=key is None,
            state=state,
            states=STATES,
            params=_kept(),
            years=list_school_years(session),
            escs=list_escs(session) if actor().scope is None else [],
            counted_at=find_last_count(session, overview.school_year),
            formats=asked.FORMATS,
            export_address=_export_address,
            last_day=last_day,
        )


def _export_address(form: str) -> str:
    """The file of what is shown, whichever of its pages that is."""
    return url_for("statistics.export_schools", form=form, **_kept())


def _kept() -> dict[str, Any]:
    """What the address says, for links to other parts of the same selection."""
    return {name: request.args[name] for name in KEPT if request.args.get(name)}


@blueprint.get("/export.<form>")
@requires("statistics.read")
def export_schools(form: str) -> Response:
    """What the page shows, as a file; all of its schools."""
    state = query.choice("state", [one.value for one in STATES])
    with reading() as session:
        overview = _overview(session)
    if state:
        rows = [row for row in overview.rows if row.state == state]
        overview = replace(overview, rows=rows)
    name = f"statistics-{overview.school_year}-month-{overview.month}"
    return as_file(overview_book(overview, now()), form, name)


def as_file(book: Book, form: str, name: str) -> Response:
    """The book as a file to save; NotFound for a form that we do not write."""
    if form not in TYPES:
        raise NotFound(f"There is no such format; use one of {', '.join(TYPES)}.")
    headers = {
        "Content-Type": TYPES[form],
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
        "Cache-Control": "private, no-store",
    }
    return make_response(export(book, form), headers)
