"""The web application of the records, and the people who read and certify statistics."""

from collections.abc import Sequence
from pathlib import Path

from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from core.web.settings import SiteSettings
from sis.settings import SisSettings
from sis.surface import SURFACE as SIS
from tests.core.web_site import Browser, Site, make_site
from tests.sis.statistical.town import AFTER

READ, CERTIFY = "statistics.read", "statistics.certify"
ROLES = {
    "principal": RoleSettings(
        title="Principal", permissions=frozenset({READ, CERTIFY}), scoped=True
    ),
    "superintendent": RoleSettings(title="Superintendent", permissions=frozenset({READ})),
    "administrator": RoleSettings(title="Administrator", permissions=frozenset({READ, CERTIFY})),
    "reader": RoleSettings(title="Reader", permissions=frozenset({"schools.read"})),
}


def site_of(database: Database, folder: Path) -> Site:
    """The records' pages on the Monday after the month."""
    return make_site(
        database,
        folder,
        FrozenClock(AFTER),
        [SIS],
        roles=ROLES,
        sections={SisSettings: SisSettings(), SiteSettings: SiteSettings()},
    )


def visitor(site: Site, role: str = "administrator", schools: Sequence[str] = ()) -> Browser:
    """Somebody of that role, signed in."""
    return site.signed_in(f"{role}{'-'.join(schools)}".lower(), role, schools)
