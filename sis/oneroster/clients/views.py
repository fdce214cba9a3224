"""Pages for administrators: the programs that may use the OneRoster service."""

from collections.abc import Collection, Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import AppError, Conflict, Forbidden, Invalid
from core.web.access import requires
from core.web.context import actor, now, real_now
from core.web.work import reading, writing
from sis.oneroster.clients.actions import LONGEST_NAME, create_client, revoke_client
from sis.oneroster.clients.queries import get_client, list_clients
from sis.oneroster.clients.rules import SCOPES

blueprint = Blueprint(
    "oneroster_clients", __name__, url_prefix="/oneroster/clients", template_folder="templates"
)
MANAGE = "oneroster.manage"


def _refuse_limited() -> None:
    """A client may be given the whole district, and so may only be made by who sees all of it."""
    if actor().scope is not None:
        raise Forbidden("OneRoster clients reach every school; your account is limited to some.")


@blueprint.get("")
@requires(MANAGE)
def index() -> ResponseReturnValue:
    _refuse_limited()
    with reading() as session:
        clients = list_clients(session)
    return render_template("oneroster_clients/index.html", clients=clients)


def _form(
    values: Mapping[str, str], chosen: Collection[str], error: AppError | None
) -> ResponseReturnValue:
    page = render_template(
        "oneroster_clients/new.html",
        values=values,
        chosen=chosen,
        scopes=SCOPES,
        fields=error.fields if error else {},
        longest=LONGEST_NAME,
    )
    return page, error.status if error else HTTPStatus.OK


@blueprint.get("/new")
@requires(MANAGE)
def new() -> ResponseReturnValue:
    _refuse_limited()
    return _form({"name": "", "organization": ""}, (), None)


@blueprint.post("/new")
@requires(MANAGE)
def create() -> ResponseReturnValue:
    _refuse_limited()
    values = {name: request.form.get(name, "").strip() for name in ("name", "organization")}
    scopes = request.form.getlist("scope")
    try:
        with writing() as session:
            made = create_client(
                session,
                values["name"],
                scopes=scopes,
                organizations=values["organization"].replace(",", " ").split(),
                by=actor(),
                now=now(),
                real_now=real_now(),
            )
    except Invalid as error:
        return _form(values, scopes, error)
    return render_template("oneroster_clients/made.html", made=made)


@blueprint.post("/<int:key>/revoke")
@requires(MANAGE)
def revoke(key: int) -> ResponseReturnValue:
    _refuse_limited()
    try:
        with writing() as session:
            client = get_client(session, key)
            revoke_client(session, client, by=actor(), now=now(), real_now=real_now())
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(f"{client.name} can no longer use the OneRoster service.", "ok")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)
