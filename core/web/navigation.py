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


@dataclass(frozen=True)
class Group:
    """Several links under one name; ``current`` when one of them is."""

    label: str
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        return any(link.current for link in self.links)


def _leads_here(url: str) -> bool:
    """Whether the page is this address, or lies below it."""
    below = url != "/" and request.path.startswith(url.rstrip("/") + "/")
    return request.path == url or below


def menu() -> list[Link | Group]:
    """The entries for this actor, in order; none for a visitor."""
    actor = find_actor()
    items: Sequence[NavItem] = current_app.extensions[EXTENSION]
    if actor is None:
        return []
    entries = [(item, url_for(item.endpoint)) for item in items if actor.may(item.permission)]
    nearest = max((url for _, url in entries if _leads_here(url)), key=len, default=None)
    groups: dict[str, list[Link]] = {}
    for item, url in entries:
        current = "" if url != nearest else "page" if url == request.path else "true"
        key = item.group or f"/{item.endpoint}"
        groups.setdefault(key, []).append(Link(item.label, url, current))
    return [
        links[0] if len(links) == 1 else Group(label, tuple(links))
        for label, links in groups.items()
    ]
