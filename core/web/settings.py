"""Sections of config.yaml that the web layer reads."""

from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from core.settings import Settings, Strict


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not a time zone; use a name such as America/Los_Angeles")
    return name


class SiteSettings(Strict):
    """``site``: what pages show about this installation."""

    name: Annotated[str, Field(description="shown beside the bell")] = "Bellwether"
    time_zone: Annotated[
        str, AfterValidator(_known_zone), Field(description="for times on pages without a school")
    ] = "America/Los_Angeles"
    help_text: Annotated[str, Field(description="a sentence under the sign-in form")] = (
        "No account, or no way in? Ask the person who administers Bellwether in your office."
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class MetricsSettings(Strict):
    """``metrics``: who may read /metrics, besides actors with the permission metrics.read."""

    public: Annotated[bool, Field(description="anybody who reaches the server")] = False
    loopback: Annotated[bool, Field(description="programs on this machine")] = True


def site(settings: Settings) -> SiteSettings:
    """The ``site`` section; its defaults when the application did not declare it."""
    found = settings.sections.get(SiteSettings)
    return found if isinstance(found, SiteSettings) else SiteSettings()


def metrics(settings: Settings) -> MetricsSettings:
    """The ``metrics`` section; its defaults when the application did not declare it."""
    found = settings.sections.get(MetricsSettings)
    return found if isinstance(found, MetricsSettings) else MetricsSettings()
