"""Alerts as JSON."""

from datetime import datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from alerts.listing.asking import SEVERITIES, STATUSES
from alerts.models import Alert
from alerts.queries import AlertFilter, list_alerts_for
from core.openapi.operation import CURSOR_PAGING, QueryParameter, operation
from core.web.access import requires
from core.web.context import actor
from core.web.paging import after, limit, page_of
from core.web.query import choice, words
from core.web.work import reading

blueprint = Blueprint("alerts_api", __name__, url_prefix="/api/v1")


class AlertBody(BaseModel):
    """One alert: its newest episode. ``ends_at`` is null while it fires; times are UTC."""

    fingerprint: str
    status: str
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None
    updated_at: datetime


class AlertList(BaseModel):
    """``next`` is the cursor of the next page, null at the end."""

    alerts: list[AlertBody]
    next: str | None


def alert_body(alert: Alert) -> AlertBody:
    """The alert for programs."""
    return AlertBody(
        fingerprint=alert.fingerprint,
        status=alert.status,
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        updated_at=alert.updated_at,
    )


def _asked() -> AlertFilter:
    """The filter in the query string; Invalid when a choice does not exist."""
    return AlertFilter(
        status=choice("status", STATUSES),
        severity=choice("severity", SEVERITIES),
        service=words("service"),
        school=words("school"),
        alertname=words("alertname"),
    )


@blueprint.get("/alerts")
@operation(
    "List alerts, firing ones first",
    tag="alerts",
    answers={200: AlertList},
    query=(
        QueryParameter("status", "firing or resolved", {"type": "string", "enum": STATUSES}),
        QueryParameter("severity", "how bad", {"type": "string", "enum": SEVERITIES}),
        QueryParameter("service", "the label service"),
        QueryParameter("school", "the sourced id of a school"),
        QueryParameter("alertname", "the label alertname"),
        *CURSOR_PAGING,
    ),
    refusals=(400, 422),
)
@requires("alerts.read")
def index() -> ResponseReturnValue:
    """The alerts that the actor may see, by cursor pages."""
    size = limit()
    with reading() as session:
        rows = list_alerts_for(
            session, actor(), _asked(), after=after(str, datetime, int), limit=size + 1
        )
        page = page_of(rows, size, lambda alert: (alert.status, alert.starts_at, alert.id))
        body = AlertList(alerts=[alert_body(alert) for alert in page.rows], next=page.next)
    return jsonify(body.model_dump(mode="json"))
