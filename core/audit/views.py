"""The audit as a page, for those who may see all of the district."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.audit.queries import list_entries
from core.auth.accounts.queries import names_by_actor
from core.errors import Forbidden
from core.web.access import requires
from core.web.context import actor
from core.web.paging import after, limit, page_of
from core.web.query import words
from core.web.work import reading

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@requires("audit.read")
def index() -> ResponseReturnValue:
    if actor().scope is not None:
        raise Forbidden("The audit holds every school's changes; your account is limited to some.")
    size, cursor = limit(), after(int)
    chosen = {"subject": words("subject", most=50), "id": words("id", most=100)}
    with reading() as session:
        rows = list_entries(
            session,
            subject_type=chosen["subject"],
            subject_id=chosen["id"],
            before_id=cursor[0] if cursor else None,
            limit=size + 1,
        )
        names = names_by_actor(session, {row.actor for row in rows})
    return render_template(
        "audit.html",
        page=page_of(rows, size, lambda row: (row.id,)),
        names=names,
        chosen=chosen,
        first="after" not in request.args,
    )
