"""The pages: what fires, and whether it was told."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alerts.channel_list import channel_lines
from alerts.delivery_log import STATE_WORDS, line_of, notification_of
from alerts.models import Alert
from alerts.queries import AlertFilter, list_alerts_for, list_services
from alerts.rules import Severity, Status, badness
from alerts.settings import AlertSettings
from alerts.story.rules import inside_link
from core.outbox.log_queries import get_delivery, list_deliveries, list_topics
from core.web.access import requires
from core.web.context import actor, runtime
from core.web.paging import Page, after, limit, page_of
from core.web.query import choice, words
from core.web.work import reading

blueprint = Blueprint("alerts", __name__, template_folder="templates")

STATUSES = [status.value for status in Status]
SEVERITIES = [severity.value for severity in Severity]


def asked_filter() -> AlertFilter:
    """The filter in the query string; Invalid when a choice does not exist."""
    return AlertFilter(
        status=choice("status", STATUSES),
        severity=choice("severity", SEVERITIES),
        service=words("service"),
        school=words("school"),
        alertname=words("alertname"),
    )


def _params(wanted: AlertFilter) -> dict[str, str]:
    return {name: value for name, value in vars(wanted).items() if value}


def worst_first(alerts: Sequence[Alert]) -> list[Alert]:
    """The alerts of a page; those that began together, worst first."""
    by_badness = sorted(alerts, key=lambda alert: badness(alert.labels, alert.annotations))
    newest = sorted(by_badness, key=lambda alert: alert.starts_at, reverse=True)
    return sorted(newest, key=lambda alert: alert.status)


@blueprint.get("/alerts")
@requires("alerts.read")
def index() -> ResponseReturnValue:
    """Alerts, firing first; one school's staff see those of their school."""
    wanted, size = asked_filter(), limit()
    with reading() as session:
        rows = list_alerts_for(
            session, actor(), wanted, after=after(str, datetime, int), limit=size + 1
        )
        services = list_services(session)
    page = page_of(rows, size, lambda alert: (alert.status, alert.starts_at, alert.id))
    page = Page(worst_first(page.rows), page.next)
    live = "X-Live" in request.headers
    return render_template(
        "alerts/part.html" if live else "alerts/index.html",
        page=page,
        places={row.id: inside_link(row.annotations.get("path", "")) for row in page.rows},
        wanted=wanted,
        params=_params(wanted),
        scoped=actor().scope is not None,
        may_silence=actor().may("alerts.silence"),
        service_choices=[(service, service) for service in services],
    )


@blueprint.get("/deliveries")
@requires("deliveries.read")
def deliveries() -> ResponseReturnValue:
    """The delivery log, newest first, and the channels that messages go through."""
    size, state, topic = limit(), choice("state", STATE_WORDS), words("topic")
    recipient = words("recipient")
    position = after(int)
    with reading() as session:
        rows = list_deliveries(
            session,
            topic=topic or None,
            state=state or None,
            recipient=recipient or None,
            before_id=position[0] if position else None,
            limit=size + 1,
        )
        topics = list_topics(session)
    asked = {"state": state, "topic": topic, "recipient": recipient}
    channels = channel_lines(runtime().settings.of(AlertSettings))
    live = "X-Live" in request.headers
    return render_template(
        "alerts/deliveries_part.html" if live else "alerts/deliveries.html",
        page=page_of([line_of(row) for row in rows], size, lambda line: (line.id,)),
        params={name: value for name, value in asked.items() if value},
        channels=channels,
        ready=sum(channel.state == "ready" for channel in channels),
        states=STATE_WORDS,
        state=state,
        topic=topic,
        recipient=recipient,
        topic_choices=[(each, each) for each in topics],
    )


@blueprint.get("/deliveries/<int:message_id>")
@requires("deliveries.read")
def delivery(message_id: int) -> ResponseReturnValue:
    """One message: what it says, and every attempt at it."""
    with reading() as session:
        record = get_delivery(session, message_id)
    live = "X-Live" in request.headers
    return render_template(
        "alerts/delivery_part.html" if live else "alerts/delivery.html",
        line=line_of(record.message),
        message=record.message,
        attempts=record.attempts,
        notification=notification_of(record.payload),
        instead_of=record.payload.get("instead_of", ""),
    )
