"""Who may call a view: every route carries exactly one of these marks.

``core.web.guard`` enforces the mark before the view runs, and ``make_app`` refuses to start when
a route has none.
"""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
OWN_PROOF = "own_proof"


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


def proves_itself(check: Callable[[], None]) -> Callable[[View], View]:
    """Programs that prove who they are in a way of their own, such as an OAuth 2 client.

    ``check()`` stands in place of the accounts' proof: it raises Unauthenticated or Forbidden, and
    may set the visit's actor. Cookies and accounts' tokens are not looked at, so that form tokens
    have nothing to protect.
    """

    def mark(view: View) -> View:
        vars(view)["proof"] = check
        return _mark(view, OWN_PROOF)

    return mark


def proof_of(view: Callable[..., Any]) -> Callable[[], None]:
    """The check that ``proves_itself`` was given."""
    check: Callable[[], None] = vars(view)["proof"]
    return check


def takes_up_to(size: int) -> Callable[[View], View]:
    """A view whose body may be larger than a form: up to ``size`` bytes."""

    def mark(view: View) -> View:
        vars(view)["largest_body"] = size
        return view

    return mark


def largest_body_of(view: Callable[..., Any]) -> int | None:
    """What ``takes_up_to`` was given, or None where the application's limit holds."""
    size: int | None = getattr(view, "largest_body", None)
    return size


def access_of(view: Callable[..., Any]) -> str | None:
    """The mark of a view function, or None when it has none."""
    mark: str | None = getattr(view, "access", None)
    return mark
