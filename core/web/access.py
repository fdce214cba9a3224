"""Who may call a view: every route carries exactly one of these marks.

``core.web.guard`` enforces the mark before the view runs, and ``make_app`` refuses to start when
a route has none.
"""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"


def _mark(view: View, access: str) -> View:
    vars(view)["access"] = access
    return view


def requires(permission: str) -> Callable[[View], View]:
    """Only actors who hold ``permission`` (``tickets.read``); others get 401 or 403."""

    def mark(view: View) -> View:
        return _mark(view, permission)

    return mark


def signed_in(view: View) -> View:
    """Any actor, whatever the role."""
    return _mark(view, SIGNED_IN)


def public(view: View) -> View:
    """Anybody, signed in or not; ``core.web.context.find_actor`` tells which."""
    return _mark(view, PUBLIC)


def access_of(view: Callable[..., Any]) -> str | None:
    """The mark of a view function, or None when it has none."""
    mark: str | None = getattr(view, "access", None)
    return mark
