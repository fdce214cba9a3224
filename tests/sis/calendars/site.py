"""A site with the school S-1, whose year is made, and the people who look after it."""

from datetime import date, time
from functools import cached_property
from pathlib import Path

from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from sis.calendars.queries import day_type_on
from sis.calendars.queries_changes import Part
from sis.settings import SisSettings
from sis.surface import SURFACE
from tests.core.web_site import Browser, Site, make_site
from tests.sis.calendars.stage import days_of, make_year, seen
from tests.sis.school import NOW, Town

ROLES = {
    "office": RoleSettings(
        title="School office",
        permissions=frozenset({"schools.read", "calendars.write"}),
        scoped=True,
    ),
    "district": RoleSettings(
        title="District", permissions=frozenset({"schools.read", "calendars.write"})
    ),
    "reader": RoleSettings(title="Reader", permissions=frozenset({"schools.read"})),
}


class Place:
    """A site with the school S-1, whose year is made, and the school S-2 without anything."""

    def __init__(self, database: Database, var: Path) -> None:
        with database.write() as session:
            town = Town(session)
            self.school, self.bare = town.school("S-1"), town.school("S-2")
            make_year(session, self.school)
            town.bells(self.school, "regular", (time(8), time(9)), (time(9), time(10)))
        self.database = database
        self.site: Site = make_site(
            database,
            var,
            FrozenClock(NOW),
            [SURFACE],
            roles=ROLES,
            sections={SisSettings: SisSettings()},
        )

    @cached_property
    def office(self) -> Browser:
        return self.site.signed_in("ana", "office", ["S-1"])

    @cached_property
    def district(self) -> Browser:
        return self.site.signed_in("dora", "district")

    def kind(self, on: date) -> str | None:
        with self.database.read() as session:
            return day_type_on(session, self.school, "", on)

    def seen(self, part: Part) -> str:
        with self.database.read() as session:
            return str(seen(session, part))


def range_form(place: Place, **fields: str) -> dict[str, str]:
    """The form that makes Monday and Tuesday holidays."""
    form = {"first": "2015-01-12", "last": "2015-01-13", "day_type": "holiday"}
    return form | {"seen": place.seen(days_of(place.school))} | fields
