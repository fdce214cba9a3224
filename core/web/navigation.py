"""The main menu: what the packages offer, cut down to what this actor may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request, url_for

from core.plugins import NavItem
from core.web.context import find_actor

EXTENSION = "bellwether.nav"


@dataclass(frozen=True)
class Link:
    """``current`` is ``page`` on the entry's own page, ``true`` below it, else empty."""

    label: str
    url: str
    current: str


def _current(url: str) -> str:
    if request.path == url:
        return "page"
    return "true" if url != "/" and request.path.startswith(url.rstrip("/") + "/") else ""


def menu() -> list[Link]:
    """The entries for this actor, in order; none for a visitor."""
    actor = find_actor()
    items: Sequence[NavItem] = current_app.extensions[EXTENSION]
    if actor is None:
        return []
    urls = [(item.label, url_for(item.endpoint)) for item in items if actor.may(item.permission)]
    return [Link(label, url, _current(url)) for label, url in urls]
