"""The blueprints of enrolment and contacts, which all count for one service component."""

from flask import Blueprint

from sis.contacts import views as contact_views
from sis.enrollment import (
    api,
    change_views,
    enroll_views,
    move_views,
    no_show_views,
    record_views,
    search_views,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    search_views.blueprint,
    record_views.blueprint,
    enroll_views.blueprint,
    move_views.blueprint,
    no_show_views.blueprint,
    change_views.blueprint,
    contact_views.blueprint,
    api.blueprint,
)
COMPONENTS = {blueprint.name: "enrollment" for blueprint in BLUEPRINTS}
