"""Pages of one school's month: the report, the SMASR, the reconciliation, the exports."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from core.errors import NotFound
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.work import reading
from sis.statistical import asked
from sis.statistical.district_sheets import averages_sheet
from sis.statistical.queries.calendars import list_school_years
from sis.statistical.reporting import rules_of
from sis.statistical.rules.emptiness import nothing_submitted
from sis.statistical.rules.figures import figures_of
from sis.statistical.rules.report import MonthReport
from sis.statistical.rules.smasr import MARK_WORDS
from sis.statistical.school_book import certified_book, live_book
from sis.statistical.school_month import (
    SchoolMonthView,
    YearView,
    get_certified_view,
    get_month_view,
    get_year_view,
)
from sis.statistical.school_sheets import (
    Names,
    cell_text,
    cell_words,
    changes_sheet,
    checks_sheet,
    day_name,
    faults_sheet,
    sections_sheet,
    sorted_lines,
    summary_sheet,
    unsubmitted_sheet,
)
from sis.statistical.sheets import days_of
from sis.statistical.views import as_file

blueprint = Blueprint(
    "school_statistics", __name__, template_folder="templates", url_prefix="/statistics"
)
FEW = 300
"""So many students' lines are shown at once; of more, a section must be chosen."""


@dataclass(frozen=True)
class _Here:
    """The address of the month that is shown, for links to its other pages."""

    view: SchoolMonthView

    def to(self, endpoint: str, **more: Any) -> str:
        view = self.view
        where: dict[str, Any] = {"school_id": view.year.school.id, "year": view.year.school_year}
        return url_for(endpoint, **{**where, "month": view.month, "track": view.track, **more})


def _view(school_id: int, *, with_year: bool = False) -> tuple[SchoolMonthView, YearView | None]:
    rules = rules_of(runtime().settings)
    with reading() as session:
        view = get_month_view(session, actor(), asked.chosen(school_id), rules, now())
        year = get_year_view(session, view.year, rules) if with_year else None
    return view, year


@blueprint.get("/schools/<int:school_id>")
@requires("statistics.read")
def show(school_id: int) -> ResponseReturnValue:
    """The school month: summary, sections, averages, and where its certification stands."""
    view, year = _view(school_id, with_year=True)
    report = view.report
    with reading() as session:
        years = list_school_years(session, [school_id])
    return render_template(
        "statistics/school.html",
        view=view,
        here=_Here(view),
        year=year,
        years=years,
        averages=averages_sheet(year.averages) if year else None,
        summary=summary_sheet(report) if report else None,
        sections=sections_sheet(report, view.names) if report else None,
        changes=changes_sheet(view.changed, view.names) if view.changed else None,
        figures=figures_of(report, "") if report else None,
        section_links=_section_links(_Here(view), report),
        export_address=lambda form: _Here(view).to("school_statistics.export_month", form=form),
        unsent=report is not None and nothing_submitted(report),
        may_certify=actor().may("statistics.certify"),
        formats=asked.FORMATS,
        days=days_of,
    )


def _section_links(here: _Here, report: MonthReport | None) -> dict[int, str]:
    """The SMASR of each section, by its row on the page."""
    sections = report.sections if report else ()
    return {
        place: here.to("school_statistics.smasr", section=one.section_id)
        for place, one in enumerate(sections)
    }


@blueprint.get("/schools/<int:school_id>/smasr")
@requires("statistics.read")
def smasr(school_id: int) -> ResponseReturnValue:
    """The SMASR of one section, or of all: made for paper as well."""
    view, _ = _view(school_id)
    return render_template(
        "statistics/smasr.html",
        view=view,
        here=_Here(view),
        section=asked.section(),
        **(_smasr(view.report, view.names) if view.report else {"groups": []}),
    )


def _smasr(report: MonthReport, names: Names) -> dict[str, object]:
    """What the SMASR's template needs of a report, live or certified."""
    section_id = asked.section()
    if section_id is None and len(report.lines) > FEW and report.sections:
        section_id = min(report.sections, key=lambda one: names.section(one.section_id)).section_id
    totals = {total.section_id: total for total in report.sections}
    lines = sorted_lines(report.lines, names, section_id)
    wanted = dict.fromkeys(line.section_id for line in lines)
    return {
        "report": report,
        "names": names,
        "chosen": section_id,
        "groups": [
            (totals[one], [line for line in lines if line.section_id == one]) for one in wanted
        ],
        "choices": sorted(
            ((one.section_id, names.section(one.section_id)) for one in report.sections),
            key=lambda choice: (choice[1], choice[0]),
        ),
        "all_at_once": len(report.lines) <= FEW,
        "words": MARK_WORDS,
        "cell_text": cell_text,
        "cell_words": cell_words,
        "day_name": day_name,
        "days": days_of,
    }


@blueprint.get("/schools/<int:school_id>/reconciliation")
@requires("statistics.read")
def reconciliation(school_id: int) -> ResponseReturnValue:
    """What must agree, whether it does, and what is at fault where it does not."""
    view, _ = _view(school_id)
    report = view.report
    if report is None:
        raise NotFound(view.empty.why if view.empty else "There is no such month.")
    return render_template(
        "statistics/reconciliation.html",
        view=view,
        here=_Here(view),
        report=report,
        checks=checks_sheet(report.checks, report.day_parts),
        faults=faults_sheet(report.faults, report.frame.days, view.names),
        unsubmitted=unsubmitted_sheet(report, view.names),
    )


@blueprint.get("/schools/<int:school_id>/export.<form>")
@requires("statistics.read")
def export_month(school_id: int, form: str) -> Response:
    """The month with every student's line, as a file."""
    view, year = _view(school_id, with_year=True)
    if view.live is None or year is None:
        raise NotFound(view.empty.why if view.empty else "There is no such month.")
    rules = rules_of(runtime().settings)
    return as_file(live_book(view, year, rules, now()), form, _file_name(view))


def _file_name(view: SchoolMonthView) -> str:
    track = f"-track-{view.track}" if view.track else ""
    return f"{view.year.school.sourced_id}-{view.year.school_year}-month-{view.month}{track}"


@blueprint.get("/reports/<int:report_id>")
@requires("statistics.read")
def certified(report_id: int) -> ResponseReturnValue:
    """A certified version, as it was certified."""
    with reading() as session:
        view = get_certified_view(session, actor(), report_id)
    report = view.document.report
    return render_template(
        "statistics/certified.html",
        view=view,
        summary=summary_sheet(report),
        sections=sections_sheet(report, view.names),
        checks=checks_sheet(report.checks, report.day_parts),
        faults=faults_sheet(report.faults, report.frame.days, view.names),
        unsubmitted=unsubmitted_sheet(report, view.names),
        formats=asked.FORMATS,
        export_address=lambda form: url_for(
            "school_statistics.export_certified", report_id=report_id, form=form
        ),
    )


@blueprint.get("/reports/<int:report_id>/smasr")
@requires("statistics.read")
def certified_smasr(report_id: int) -> ResponseReturnValue:
    """The SMASR of a certified version."""
    with reading() as session:
        view = get_certified_view(session, actor(), report_id)
    return render_template(
        "statistics/certified_smasr.html",
        view=view,
        section=asked.section(),
        **_smasr(view.document.report, view.names),
    )


@blueprint.get("/reports/<int:report_id>/export.<form>")
@requires("statistics.read")
def export_certified(report_id: int, form: str) -> Response:
    """A certified version as a file."""
    with reading() as session:
        view = get_certified_view(session, actor(), report_id)
    name = f"certified-{view.report.id}-version-{view.report.version}"
    return as_file(certified_book(view, now()), form, name)
