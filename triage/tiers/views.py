"""Pages of the support tiers: the ranked list, and why a school is where it is."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.web import query
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.paging import after, limit, page_of
from core.web.work import reading, writing
from sis.organizations.queries import get_school_for
from triage.notices import tell
from triage.schools import cards
from triage.tiers.actions import compute_tiers, tier_plan
from triage.tiers.queries import find_latest_run, get_explanation, list_tiers

blueprint = Blueprint("tiers", __name__, template_folder="../templates", url_prefix="/tiers")
PAGE = 100


@blueprint.get("")
@requires("tiers.read")
def index() -> ResponseReturnValue:
    tier = query.number("tier", 0, most=4)
    size = limit(PAGE)
    key = after(int)
    with reading() as session:
        run = find_latest_run(session)
        rows = list_tiers(session, actor(), tier=tier or None)
        rest = [row for row in rows if key is None or row.rank > key[0]]
        page = page_of(rest[: size + 1], size, key=lambda row: (row.rank,))
        return render_template(
            "triage/tiers.html",
            page=page,
            run=run,
            tier=tier,
            schools=cards(session, (row.school_id for row in page.rows)),
            thresholds=tier_plan(runtime().settings).settings.thresholds,
            first=key is None,
            may_compute=actor().may("tiers.compute"),
        )


@blueprint.get("/<int:school_id>")
@requires("tiers.read")
def show(school_id: int) -> ResponseReturnValue:
    with reading() as session:
        school = get_school_for(session, actor(), school_id)
        row = get_explanation(session, actor(), school_id)
        return render_template(
            "triage/tier.html", school=school, row=row, run=find_latest_run(session)
        )


@blueprint.post("/compute")
@requires("tiers.compute")
@idempotent
def compute() -> ResponseReturnValue:
    with writing() as session:
        run = compute_tiers(session, plan=tier_plan(runtime().settings), by=actor(), now=now())
    tell(f"The tiers of {run.inputs['schools']:,} schools are computed.")
    return redirect(url_for("tiers.index"), 303)
