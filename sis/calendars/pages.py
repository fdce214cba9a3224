"""Everything that calendars show and take in on the web."""

from sis.calendars import (
    api,
    views,
    views_bells,
    views_feed,
    views_import,
    views_marking,
    views_years,
)

BLUEPRINTS = (
    api.blueprint,
    views.blueprint,
    views_bells.blueprint,
    views_feed.blueprint,
    views_import.blueprint,
    views_marking.blueprint,
    views_years.blueprint,
)
COMPONENTS = dict.fromkeys((blueprint.name for blueprint in BLUEPRINTS), "calendars")
