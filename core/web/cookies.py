"""The two cookies: one proves who is signed in, one marks a visitor who is not."""

from flask import Response, request

from core.web.context import runtime, visit

SESSION = "session"
VISITOR = "visitor"


def _name(kind: str) -> str:
    """``__Host-`` keeps other hosts of the domain from planting a cookie; it needs HTTPS."""
    secure = runtime().settings.core.server.secure_cookies
    return f"{'__Host-' if secure else ''}bellwether_{kind}"


def read_cookie(kind: str) -> str | None:
    """The cookie that the browser sent, or None."""
    return request.cookies.get(_name(kind)) or None


def set_cookie(kind: str, value: str | None) -> None:
    """Send the cookie with this request's answer; None takes it away."""
    visit().new_cookies[kind] = value


def send_cookies(response: Response) -> None:
    """Put the cookies that the request asked for on its answer."""
    settings = runtime().settings.core
    for kind, value in visit().new_cookies.items():
        lasting = settings.auth.session_hours * 3600 if kind == SESSION else None
        response.set_cookie(
            _name(kind),
            value or "",
            max_age=lasting if value else 0,
            secure=settings.server.secure_cookies,
            httponly=True,
            samesite="Lax",
            path="/",
        )
