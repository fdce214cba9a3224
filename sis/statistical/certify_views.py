"""Certifying a school month: a page with the figures and what does not balance, then the deed."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import AppError, Conflict, Invalid, NotFound
from core.web.access import requires
from core.web.context import actor, now, runtime, visit
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.statistical import asked
from sis.statistical.actions import LONGEST_REASON, MonthOf, certify
from sis.statistical.reporting import rules_of
from sis.statistical.school_month import get_month_view, shown_hash
from sis.statistical.school_sheets import checks_sheet, faults_sheet, summary_sheet

blueprint = Blueprint(
    "certification", __name__, template_folder="templates", url_prefix="/statistics"
)


@blueprint.get("/schools/<int:school_id>/certification")
@requires("statistics.certify")
def confirm(school_id: int) -> ResponseReturnValue:
    """What is about to be certified."""
    return _page(school_id)


def _page(school_id: int, typed: str = "", refusal: AppError | None = None) -> str:
    rules = rules_of(runtime().settings)
    with reading() as session:
        view = get_month_view(session, actor(), asked.chosen(school_id), rules, now())
    report = view.report
    if report is None or view.live is None:
        raise NotFound(view.empty.why if view.empty else "There is no such month.")
    return render_template(
        "statistics/certify.html",
        view=view,
        report=report,
        summary=summary_sheet(report),
        checks=checks_sheet(report.checks, report.day_parts),
        faults=faults_sheet(report.faults, report.frame.days, view.names),
        seen_hash=shown_hash(view.live, rules),
        where={"year": view.year.school_year, "month": view.month, "track": view.track},
        typed=typed,
        refusal=refusal,
        longest=LONGEST_REASON,
    )


@blueprint.post("/schools/<int:school_id>/certification")
@requires("statistics.certify")
@idempotent
def deed(school_id: int) -> ResponseReturnValue:
    """Certify what was shown, or say why not with everything that was typed."""
    which = asked.chosen(school_id)
    if which.school_year is None or which.month is None:
        raise Invalid("Say which school year and month.", fields={"month": "is missing"})
    reason = request.form.get("override_reason", "")
    month = MonthOf(school_id, which.track or "", which.school_year, which.month)
    try:
        with writing() as session:
            report = certify(
                session,
                month,
                seen_hash=request.form.get("seen_hash", ""),
                override_reason=reason,
                rules=rules_of(runtime().settings),
                by=actor(),
                now=now(),
            )
    except (Invalid, Conflict) as refusal:
        return _page(school_id, reason, refusal), refusal.status
    if visit().by_cookie:
        flash(f"Certified as version {report.version}.", "ok")
    address = url_for("school_statistics.certified", report_id=report.id)
    return redirect(address, HTTPStatus.SEE_OTHER)
