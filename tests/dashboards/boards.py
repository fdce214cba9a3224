"""The whole application on a small morning, and readers of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import yaml
from werkzeug.test import TestResponse

import app as application
from core.clock import Clock, FrozenClock
from core.db import Database
from core.runtime import Runtime
from tests.core.web_site import Site
from tests.dashboards.district import MORNING, District

SCHOOLS = ("worst", "watched", "calm")


def open_site(
    database: Database,
    folder: Path,
    clock: Clock | None = None,
    roles: Mapping[str, str] | None = None,
    server: Mapping[str, int] | None = None,
) -> Site:
    """The application with the repository's config.yaml; ``roles`` adds scoped ones to it."""
    policy = yaml.safe_load((application.PROGRAM.parent / "config.yaml").read_text())
    for name, permissions in (roles or {}).items():
        added = {"title": name, "scoped": True, "permissions": permissions.split(", ")}
        policy["auth"]["roles"][name] = added
    policy["server"].update(server or {})
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(policy))
    env = {"BELLWETHER_CONFIG": str(path), "VAR": str(folder), "DATABASE_URL": database.url}
    clock = clock or FrozenClock(MORNING)
    runtime = Runtime(application.read_settings(env), database, clock)
    return Site(runtime, application.create_app(runtime))


def fill_morning(database: Database) -> dict[str, int]:
    """Three schools of two service centers, the worst over the limit; ids by SCHOOLS."""
    with database.write() as session:
        district = District(session)
        ids = {
            "worst": district.school(
                "Alder High", esc="North", level="high", position=(34.2, -118.5)
            ),
            "watched": district.school("Birch Middle", esc="South", position=(33.9, -118.2)),
            "calm": district.school("Cedar Elementary", esc="South", level="elementary"),
        }
        district.state(ids["worst"], "firing", 23, samples=("STU-7", "STU-8"))
        district.state(ids["watched"], "pending", 14)
        district.state(ids["calm"], "ok", 0)
        for number, school in enumerate(ids.values(), 1):
            district.tier(school, number, f"Sentence {number}.")
            district.calendar(school)
            district.bells(school)
        district.ticket(ids["worst"], opened_at=MORNING - timedelta(minutes=12))
        district.sample(MORNING - timedelta(minutes=45), 60, 0)
        district.reading(ids["worst"], MORNING - timedelta(minutes=45), 31)
        district.sample(MORNING, 37, 1)
        district.reading(ids["worst"], MORNING - timedelta(minutes=20), 23)
    return ids


@dataclass(frozen=True)
class Reader:
    """Somebody of a role, without the ceremony of a sign-in page."""

    site: Site
    headers: Mapping[str, str]

    def get(self, address: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.site.app.test_client().get(address, headers={**self.headers, **named})


def reader(site: Site, role: str = "superintendent", schools: Sequence[str] = ()) -> Reader:
    granted = site.runtime.settings.core.auth.roles[role].permissions
    return Reader(site, site.bearer(role, sorted(granted), schools))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def text_of(page: str) -> str:
    """What a page says, tags left out."""
    text = _Text()
    text.feed(page)
    return " ".join(text.words)


def schools_in(page: str) -> list[int]:
    """The ids of the schools in the table, in its order."""
    return [int(found) for found in re.findall(r'data-school="(\d+)"', page)]
