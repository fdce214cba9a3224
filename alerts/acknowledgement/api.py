"""Acknowledging alerts through JSON."""

from http import HTTPStatus

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, BaseModel, Field

from alerts.acknowledgement.actions import acknowledge, unacknowledge
from alerts.acknowledgement.rules import LONGEST_NOTE
from alerts.queries_matching import get_alert_for
from alerts.settings import AlertSettings
from core.openapi.operation import operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now, real_now, runtime
from core.web.idempotency import idempotent
from core.web.work import writing

blueprint = Blueprint("acknowledgement_api", __name__, url_prefix="/api/v1/alerts")


class NewAcknowledgement(BaseModel):
    """Alerts by fingerprint. ``sticky`` holds until they are resolved, whatever changes before."""

    fingerprints: list[str] = Field(min_length=1, max_length=200)
    sticky: bool = False
    expires_at: AwareDatetime | None = None
    note: str = Field(default="", max_length=LONGEST_NOTE)


class Fingerprints(BaseModel):
    """Alerts by fingerprint."""

    fingerprints: list[str] = Field(min_length=1, max_length=200)


def _answer(done: list[str]) -> ResponseReturnValue:
    body = Fingerprints.model_construct(fingerprints=done)
    return make_response(
        body.model_dump_json(), HTTPStatus.OK, {"Content-Type": "application/json"}
    )


@blueprint.post("/acknowledge")
@operation(
    "Acknowledge alerts; answers with those that are yours by this",
    tag="alerts",
    body=NewAcknowledgement,
    answers={200: Fingerprints},
    refusals=(404, 409),
    idempotent=True,
)
@requires("alerts.acknowledge")
@idempotent
def give() -> ResponseReturnValue:
    wanted = parse(NewAcknowledgement)
    with writing() as session:
        found = {
            get_alert_for(session, actor(), each).id: each
            for each in dict.fromkeys(wanted.fingerprints)
        }
        done = acknowledge(
            session,
            list(found),
            by=actor(),
            now=now(),
            sticky=wanted.sticky,
            expires_at=wanted.expires_at,
            note=wanted.note,
            settings=runtime().settings.of(AlertSettings).acknowledgement,
            real_now=real_now(),
        )
    return _answer([found[alert_id] for alert_id in done])


@blueprint.post("/unacknowledge")
@operation(
    "Take acknowledgements back",
    tag="alerts",
    body=Fingerprints,
    answers={200: Fingerprints},
    refusals=(404, 409),
    idempotent=True,
)
@requires("alerts.acknowledge")
@idempotent
def take_back() -> ResponseReturnValue:
    wanted = parse(Fingerprints)
    with writing() as session:
        found = {
            get_alert_for(session, actor(), each).id: each
            for each in dict.fromkeys(wanted.fingerprints)
        }
        done = unacknowledge(session, list(found), by=actor(), now=now(), real_now=real_now())
    return _answer([found[alert_id] for alert_id in done])
