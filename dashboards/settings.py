"""``dashboards`` in config.yaml."""

from typing import Annotated

from pydantic import Field

from core.settings import Strict


class DashboardSettings(Strict):
    """``dashboards``: what the boards look at."""

    probe: Annotated[
        str, Field(min_length=1, description="the probe whose states colour the boards and the map")
    ] = "scheduling_completeness"
    map_link: Annotated[
        str, Field(description="address of a street map; {latitude} and {longitude} are filled in")
    ] = "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
