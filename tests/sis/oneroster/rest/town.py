"""A small district with a gradebook, and clients that ask the service for it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.auth.actor import system
from core.clock import FrozenClock
from core.db import Database
from core.settings.models import RoleSettings
from sis.oneroster.clients.actions import create_client
from sis.oneroster.clients.rules import SCOPES
from sis.oneroster.importing import import_oneroster
from sis.settings import SisSettings
from sis.surface import SURFACE as SIS
from tests.core.web_site import Site, make_site
from tests.sis.oneroster.rest.roster import roster

NOW = datetime(2015, 1, 12, 18, 0, 0, 123_456, tzinfo=UTC)
TESTS = system("tests")
ROOT = "/ims/oneroster"
ROSTERING, GRADEBOOK, RESOURCES = (
    f"{ROOT}/{service}/v1p2" for service in ("rostering", "gradebook", "resources")
)
_MANAGE = frozenset({"oneroster.manage"})
ROLES = {
    "manager": RoleSettings(title="Manager", permissions=_MANAGE),
    "office": RoleSettings(title="Office", permissions=_MANAGE, scoped=True),
    "reader": RoleSettings(title="Reader", permissions=frozenset({"audit.read"})),
}


def load(database: Database, folder: Path) -> None:
    """Import the district as a source would send it."""
    path = roster().folder(folder / "set")
    import_oneroster(
        database,
        path,
        rejects=folder / "rejects.csv",
        now=NOW,
        by=TESTS,
        settings=SisSettings(),
    )


@dataclass
class Program:
    """A client of the service with an access token for some scopes."""

    client: FlaskClient
    token: str

    def ask(self, method: str, url: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.client.open(url, method=method, headers=headers, **more)

    def get(self, url: str, **query: str) -> TestResponse:
        return self.ask("GET", url, **({"query_string": query} if query else {}))

    def put(self, kind: str, sourced_id: str, body: Mapping[str, Any]) -> TestResponse:
        url = f"{GRADEBOOK}/{PLURALS[kind]}/{quote(sourced_id, safe='')}"
        return self.ask("PUT", url, json={kind: {"sourcedId": sourced_id, **body}})

    def listed(self, url: str, **query: str) -> list[str]:
        """The ids of a page."""
        answer = self.get(url, **query)
        assert answer.status_code == 200, answer.text
        (rows,) = answer.get_json().values()
        return [row["sourcedId"] for row in rows]


PLURALS = {
    "category": "categories",
    "lineItem": "lineItems",
    "result": "results",
    "scoreScale": "scoreScales",
    "assessmentLineItem": "assessmentLineItems",
    "assessmentResult": "assessmentResults",
}


@dataclass
class Service:
    """The application and its clients."""

    site: Site
    secrets: dict[str, str] = field(default_factory=dict)

    def new_client(
        self, *scopes: str, organizations: Sequence[str] = (), name: str = "test"
    ) -> str:
        """Its id; the secret is in ``secrets``."""
        runtime = self.site.runtime
        with runtime.database.write() as session:
            made = create_client(
                session,
                name,
                scopes=scopes or tuple(SCOPES),
                organizations=organizations,
                by=TESTS,
                now=runtime.clock.now(),
                real_now=runtime.clock.real_now(),
            )
        self.secrets[made.client_id] = made.secret
        return made.client_id

    def token(self, client_id: str, **form: str) -> TestResponse:
        """Ask the token endpoint as clients do."""
        pair = f"{client_id}:{self.secrets.get(client_id, 'wrong')}".encode()
        basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        fields = {"grant_type": "client_credentials", **form}
        return self.site.app.test_client().post(f"{ROOT}/token", data=fields, headers=basic)

    def program(self, *scopes: str, organizations: Sequence[str] = ()) -> Program:
        """A new client with a token; by default with every scope."""
        answer = self.token(self.new_client(*scopes, organizations=organizations))
        assert answer.status_code == 200, answer.text
        return Program(self.site.app.test_client(), answer.get_json()["access_token"])


def make_service(database: Database, var: Path, clock: FrozenClock | None = None) -> Service:
    site = make_site(
        database,
        var,
        clock or FrozenClock(NOW),
        surfaces=[SIS],
        sections={SisSettings: SisSettings()},
    )
    return Service(site)


LINE_ITEM = {
    "title": "Homework 1",
    "description": "Pages 1 to 3",
    "assignDate": "2015-01-12T08:00:00.000Z",
    "dueDate": "2015-01-19T08:00:00.000Z",
    "resultValueMin": 0,
    "resultValueMax": 100,
    "class": {"sourcedId": "K1"},
    "school": {"sourcedId": "S1"},
    "category": {"sourcedId": "CAT"},
    "gradingPeriod": {"sourcedId": "G1"},
    "academicSession": {"sourcedId": "T1"},
    "scoreScale": {"sourcedId": "SC"},
    "learningObjectiveSet": [{"source": "case", "learningObjectiveIds": ["a", "b"]}],
    "metadata": {"room": "12"},
}
SCORE = {
    "student": {"sourcedId": "P1"},
    "scoreStatus": "fully graded",
    "score": 92.5,
    "textScore": "A",
    "scoreDate": "2015-01-20",
    "comment": "",
    "late": "false",
    "missing": True,
    "scoreScale": {"sourcedId": "SC"},
    "learningObjectiveSet": [
        {
            "source": "unknown",
            "learningObjectiveResults": [{"learningObjectiveId": "a", "score": 3}],
        }
    ],
}
EVERY_BODY: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "category": ("CAT", {"title": "Essays", "weight": 0.25}),
    "scoreScale": (
        "SC",
        {
            "title": "Letters",
            "type": "A-F",
            "class": {"sourcedId": "K1"},
            "course": {"sourcedId": "C1"},
            "scoreScaleValue": [{"itemValueLHS": "A", "itemValueRHS": "90"}],
        },
    ),
    "lineItem": ("L1", LINE_ITEM),
    "result": ("X1", {**SCORE, "lineItem": {"sourcedId": "L1"}, "class": {"sourcedId": "K1"}}),
    "assessmentLineItem": (
        "A1",
        {"title": "State test", "class": {"sourcedId": "K1"}, "resultValueMax": 3000},
    ),
    "assessmentResult": (
        "AX1",
        {**SCORE, "assessmentLineItem": {"sourcedId": "A1"}, "scorePercentile": 88},
    ),
}
"""One object of each kind, in the order in which they refer to each other."""


def fill_gradebook(program: Program) -> None:
    for kind, (sourced_id, body) in EVERY_BODY.items():
        answer = program.put(kind, sourced_id, body)
        assert answer.status_code == 201, answer.text
