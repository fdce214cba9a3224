"""Accounts for administrators, and everybody's own password."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.auth import passwords
from core.auth.accounts import actions
from core.auth.accounts.queries import get_account_by_id, list_accounts
from core.auth.roles import require_scope
from core.auth.sign_in import change_own_password
from core.errors import AppError, Conflict, Forbidden, Invalid
from core.web.access import requires, signed_in
from core.web.context import actor, now, real_now, runtime
from core.web.cookies import SESSION, set_cookie
from core.web.work import reading, writing

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/accounts")
@requires("users.write")
def index() -> ResponseReturnValue:
    with reading() as session:
        accounts = list_accounts(session)
    return render_template("accounts.html", accounts=accounts)


FIELDS = ("username", "name", "role", "school", "person")


def _form(values: dict[str, str], error: AppError | None) -> ResponseReturnValue:
    roles = runtime().settings.core.auth.roles
    page = render_template(
        "account_new.html",
        values=values,
        fields=error.fields if error else {},
        error=error,
        roles=[(name, role.title) for name, role in roles.items()],
    )
    return page, error.status if error else HTTPStatus.OK


@blueprint.get("/accounts/new")
@requires("users.write")
def new() -> ResponseReturnValue:
    return _form(dict.fromkeys(FIELDS, ""), None)


@blueprint.post("/accounts/new")
@requires("users.write")
def create() -> ResponseReturnValue:
    values = {name: request.form.get(name, "").strip() for name in FIELDS}
    organizations = values["school"].replace(",", " ").split()
    password = passwords.new_password()
    try:
        require_scope(runtime().settings, values["role"], organizations)
        with writing() as session:
            account = actions.create_account(
                session,
                values["username"],
                display_name=values["name"][:200],
                password=password,
                role=values["role"],
                organizations=organizations,
                person_key=values["person"] or None,
                by=actor(),
                now=now(),
            )
    except (Invalid, Conflict) as error:
        return _form(values, error)
    return render_template("password_made.html", username=account.username, password=password)


@blueprint.post("/accounts/<int:user_id>/close")
@requires("users.write")
def close(user_id: int) -> ResponseReturnValue:
    with writing() as session:
        account = get_account_by_id(session, user_id)
        actions.deactivate(session, account, by=actor(), now=now())
    flash(f"{account.display_name} can no longer sign in.", "ok")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


@blueprint.post("/accounts/<int:user_id>/password")
@requires("users.write")
def renew(user_id: int) -> ResponseReturnValue:
    password = passwords.new_password()
    with writing() as session:
        account = get_account_by_id(session, user_id)
        actions.set_password(session, account, password, by=actor(), now=now())
    return render_template("password_made.html", username=account.username, password=password)


def _own_password_form(error: AppError | None) -> ResponseReturnValue:
    fields = error.fields if error else {}
    page = render_template("password.html", error=error, fields=fields, shortest=passwords.SHORTEST)
    return page, error.status if error else HTTPStatus.OK


def _require_person() -> int:
    user_id = actor().user_id
    if user_id is None:
        raise Forbidden("A token has no password.")
    return user_id


@blueprint.get("/password")
@signed_in
def own_password() -> ResponseReturnValue:
    _require_person()
    return _own_password_form(None)


@blueprint.post("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Signs the account out everywhere else and in again here."""
    try:
        if request.form.get("new", "") != request.form.get("again", ""):
            message = "The two new passwords differ."
            raise Invalid(message, fields={"again": message})
        secret = change_own_password(
            runtime(),
            _require_person(),
            old=request.form.get("old", ""),
            new=request.form.get("new", ""),
            address=request.remote_addr or "",
            user_agent=request.user_agent.string,
            by=actor(),
            now=real_now(),
            audit_at=now(),
        )
    except AppError as error:
        return _own_password_form(error)
    set_cookie(SESSION, secret)
    return redirect("/", HTTPStatus.SEE_OTHER)
