"""Signing in and out."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.auth.redirects import safe_target
from core.auth.sessions.actions import TooManyAttempts
from core.auth.sign_in import WrongPassword, sign_in, sign_out
from core.errors import AppError
from core.web.access import public, signed_in
from core.web.context import find_actor, now, real_now, runtime
from core.web.cookies import SESSION, VISITOR, read_cookie, set_cookie
from core.web.problems import answer, wants_json

blueprint = Blueprint("auth", __name__)


def _form(error: AppError | None, username: str, target: str) -> str:
    return render_template(
        "sign_in.html",
        error=error,
        username=username,
        target=target,
        left="bye" in request.args,
    )


@blueprint.get("/sign-in")
@public
def show_sign_in() -> ResponseReturnValue:
    target = safe_target(request.args.get("next", ""))
    if find_actor() is not None:
        return redirect(target, HTTPStatus.SEE_OTHER)
    return _form(None, "", target)


@blueprint.post("/sign-in")
@public
def do_sign_in() -> ResponseReturnValue:
    username = request.form.get("username", "").strip()
    target = safe_target(request.form.get("next", ""))
    try:
        secret = sign_in(
            runtime(),
            username,
            request.form.get("password", ""),
            address=request.remote_addr or "",
            user_agent=request.user_agent.string,
            former=read_cookie(SESSION),
            now=real_now(),
            audit_at=now(),
        )
    except (WrongPassword, TooManyAttempts) as error:
        if wants_json():
            return answer(error)
        response = answer(error)
        response.set_data(_form(error, username, target))
        return response
    set_cookie(SESSION, secret)
    set_cookie(VISITOR, None)
    return redirect(target, HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out")
@signed_in
def do_sign_out() -> ResponseReturnValue:
    secret = read_cookie(SESSION)
    if secret is not None:
        sign_out(runtime(), secret)
    set_cookie(SESSION, None)
    response = redirect(url_for("auth.show_sign_in", bye=1), HTTPStatus.SEE_OTHER)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
