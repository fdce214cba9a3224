"""Which service component a request counts for: what people say is slow or down.

A component is a function of the house (login, enrollment, attendance, ...), not a package: the
monitors watch it, and the status page shows it.
"""

from collections.abc import Mapping, Sequence

from flask import Flask, current_app, request

from core.plugins import Surface

EXTENSION = "bellwether.components"
UNMATCHED = "unmatched"


class ComponentError(Exception):
    """A surface names a component for a blueprint that it does not have."""


def _components_of(surface: Surface) -> dict[str, str]:
    names = {blueprint.name for blueprint in surface.blueprints}
    lost = sorted(surface.components.keys() - names)
    if lost:
        raise ComponentError(f"{surface.name} has no blueprint named {', '.join(lost)}")
    return {name: surface.components.get(name, surface.name) for name in names}


def register(app: Flask, surfaces: Sequence[Surface]) -> None:
    """Remember the component of every blueprint."""
    found: dict[str, str] = {}
    for surface in surfaces:
        found.update(_components_of(surface))
    app.extensions[EXTENSION] = found


def list_components(app: Flask) -> list[str]:
    """Every component that some address of the application counts for, sorted."""
    found: Mapping[str, str] = app.extensions[EXTENSION]
    return sorted(set(found.values()))


def component_of_request() -> str:
    """The component of the request being served; ``unmatched`` when no address matched."""
    if request.url_rule is None:
        return UNMATCHED
    found: Mapping[str, str] = current_app.extensions[EXTENSION]
    return found.get(request.blueprint or "", "core")
