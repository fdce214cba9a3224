"""What a view may ask about the request it serves."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app, g
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Unauthenticated
from core.runtime import Runtime

EXTENSION = "bellwether"


@dataclass
class Visit:
    """One request: its id, its one reading of each clock, and who makes it.

    ``secret`` is the cookie that form tokens are derived from; ``by_cookie`` says that the
    browser sends the proof of identity by itself, so that form tokens are needed; ``unit`` is
    the unit of work that the whole request shares, if a decorator opened one.
    """

    request_id: str
    now: datetime
    real_now: datetime
    started: float
    actor: Actor | None = None
    secret: str | None = None
    by_cookie: bool = False
    unit: Session | None = None
    new_cookies: dict[str, str | None] = field(default_factory=dict)


def runtime() -> Runtime:
    """The settings, database and clock of this process."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def visit() -> Visit:
    """The request being served; RuntimeError outside of one."""
    found: Visit = g.visit
    return found


def find_actor() -> Actor | None:
    """Who makes the request, or None for a visitor."""
    found: Visit | None = g.get("visit")
    return found.actor if found else None


def actor() -> Actor:
    """Who makes the request; raises Unauthenticated for a visitor."""
    found = find_actor()
    if found is None:
        raise Unauthenticated("Sign in first.")
    return found


def now() -> datetime:
    """The time in the district, read once for the whole request."""
    return visit().now


def real_now() -> datetime:
    """The time of the machine, read once for the whole request."""
    return visit().real_now
