"""What offices did lately, with the button that takes it back; and the check of the codes."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.auth.accounts.queries import names_by_actor
from core.errors import Conflict
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.paging import after, limit, page_of
from core.web.work import reading, writing
from sis.enrollment.change_queries import list_changes
from sis.enrollment.checks import WORDS
from sis.enrollment.code_check import check_codes
from sis.enrollment.forms import policy, read_day, tell, today
from sis.enrollment.undoing import undo
from sis.organizations.queries import names_by_id, school_ids_for
from sis.people.queries import list_people

blueprint = Blueprint("changes", __name__, template_folder="templates", url_prefix="/students")


@blueprint.get("/changes")
@requires("students.enroll")
def index() -> ResponseReturnValue:
    size, cursor, rules = limit(), after(int), policy()
    with reading() as session:
        rows = list_changes(
            session,
            school_ids_for(session, actor()),
            since=now() - rules.undo_within,
            before_id=cursor[0] if cursor else None,
            limit=size + 1,
        )
        people = {one.id: one for one in list_people(session, [row.person_id for row in rows])}
        schools = names_by_id(
            session, {row.school_id for row in rows} | {row.to_school_id or 0 for row in rows}
        )
        actors = {row.by for row in rows} | {row.undone_by for row in rows if row.undone_by}
        names = names_by_actor(session, actors)
    return render_template(
        "enrollment/changes.html",
        page=page_of(rows, size, lambda row: (row.id,)),
        people=people,
        schools=schools,
        names=names,
        words=WORDS,
        hours=int(rules.undo_within.total_seconds() // 3600),
        first="after" not in request.args,
    )


@blueprint.post("/changes/<int:change_id>/undo")
@requires("students.enroll")
@idempotent
def take_back(change_id: int) -> ResponseReturnValue:
    try:
        with writing() as session:
            undo(session, change_id=change_id, policy=policy(), by=actor(), now=now())
    except Conflict as refusal:
        tell(refusal.message, "warning")
    else:
        tell("Undone: everything is as it was before.")
    return redirect(url_for("changes.index"), HTTPStatus.SEE_OTHER)


@blueprint.get("/codes")
@requires("students.enroll")
def codes() -> ResponseReturnValue:
    day = read_day(query.words("on")) or today()
    with reading() as session:
        report = check_codes(session, policy().codes, day, by=actor())
    return render_template("enrollment/codes.html", report=report, codes=policy().codes.codes)
