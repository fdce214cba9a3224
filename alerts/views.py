"""The pages of deliveries: whether what fires was told."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alerts.channel_list import channel_lines
from alerts.delivery_log import STATE_WORDS, line_of, notification_of
from alerts.settings import AlertSettings
from core.outbox.log_queries import get_delivery, list_deliveries, list_topics
from core.web.access import requires
from core.web.context import runtime
from core.web.paging import after, limit, page_of
from core.web.query import choice, words
from core.web.work import reading

blueprint = Blueprint("alerts", __name__, template_folder="templates")


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
