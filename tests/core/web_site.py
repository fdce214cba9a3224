"""A web application on a test's database, and browsers of people who are signed in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel
from werkzeug.test import TestResponse

from core.auth.accounts.actions import create_account
from core.auth.actor import system
from core.auth.passwords import Cost
from core.auth.sessions.actions import start_session
from core.auth.tokens.actions import create_token
from core.clock import Clock, SystemClock
from core.db import Database
from core.plugins import Surface
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import AuthSettings, CoreSettings, RoleSettings, ServerSettings
from core.surface import SURFACE as CORE
from core.web.factory import make_app

PASSWORD = "a long enough password"
QUICK = Cost(passes=1, memory_kib=8)
"""The least that argon2 takes: the passwords of tests protect nothing."""
TESTS = system("tests")
ROLES = {
    "administrator": RoleSettings(
        title="Administrator",
        permissions=frozenset({"audit.read", "users.write", "metrics.read"}),
    ),
    "reader": RoleSettings(title="Reader", permissions=frozenset({"audit.read"})),
    "school_staff": RoleSettings(
        title="School staff", permissions=frozenset({"audit.read"}), scoped=True
    ),
}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Keeps cookies, and fills in form tokens the way a page does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, **headers: str) -> TestResponse:
        return self.client.get(url, headers=_named(headers))

    def form_token(self, url: str = "/sign-in") -> str:
        """The form token that the page shows."""
        found = _TOKEN.search(self.client.get(url).text)
        assert found is not None, f"{url} has no form"
        return unescape(found[1])

    def post(
        self, url: str, data: Mapping[str, str] | None = None, *, page: str = "/sign-in"
    ) -> TestResponse:
        """Send a form that was shown on ``page``."""
        token = {"csrf_token": self.form_token(page)}
        return self.client.post(url, data={**token, **(data or {})})

    def sign_in(self, username: str, password: str = PASSWORD, target: str = "") -> TestResponse:
        form = {"username": username, "password": password, "next": target}
        return self.post("/sign-in", form)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Site:
    """The application with its runtime."""

    runtime: Runtime
    app: Flask

    def browser(self, address: str = "127.0.0.1") -> Browser:
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return Browser(client)

    def add_user(
        self, username: str, role: str = "administrator", schools: Sequence[str] = ()
    ) -> int:
        """A new account with the password ``PASSWORD``; returns its id."""
        with self.runtime.database.write() as session:
            account = create_account(
                session,
                username,
                display_name=username.title(),
                password=PASSWORD,
                role=role,
                organizations=schools,
                cost=QUICK,
                by=TESTS,
                now=self.runtime.clock.real_now(),
            )
            return account.id

    def signed_in(
        self, username: str, role: str = "administrator", schools: Sequence[str] = ()
    ) -> Browser:
        """A browser of a new account that has a session, without the detour over the form."""
        user_id, browser = self.add_user(username, role, schools), self.browser()
        with self.runtime.database.write() as session:
            secret = start_session(
                session,
                user_id,
                user_agent="tests",
                policy=self.runtime.settings.core.auth,
                now=self.runtime.clock.real_now(),
            )
        browser.client.set_cookie("bellwether_session", secret)
        return browser

    def bearer(
        self,
        role: str = "administrator",
        scopes: Sequence[str] = ("audit.read",),
        schools: Sequence[str] = (),
        lifetime: timedelta | None = None,
    ) -> dict[str, str]:
        """The headers of a program with a new token."""
        with self.runtime.database.write() as session:
            secret = create_token(
                session,
                "test",
                role=role,
                scopes=scopes,
                organizations=schools,
                lifetime=lifetime,
                by=TESTS,
                now=self.runtime.clock.real_now(),
            )
        return {"Authorization": f"Bearer {secret}"}


def make_site(
    database: Database,
    var: Path,
    clock: Clock | None = None,
    surfaces: Sequence[Surface] = (),
    *,
    server: ServerSettings | None = None,
    roles: Mapping[str, RoleSettings] | None = None,
    sections: Mapping[type[BaseModel], BaseModel] | None = None,
) -> Site:
    """Core's own application with ``surfaces`` added to it."""
    core = CoreSettings(
        server=server or ServerSettings(),
        auth=AuthSettings(failed_sign_ins=3, roles=roles or ROLES),
    )
    settings = Settings(core=core, sections=sections or {}, var=var, database_url=database.url)
    runtime = Runtime(settings, database, clock or SystemClock())
    return Site(runtime, make_app(runtime, [CORE, *surfaces]))
