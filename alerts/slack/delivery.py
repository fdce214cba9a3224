"""Telling Slack what came of a button."""

import json
from collections.abc import Mapping
from functools import partial

from alerts.channel import Thread
from alerts.channels.slack import Slack
from alerts.delivery import channel_of, tools_of
from alerts.posting import Post, post
from alerts.settings import AlertSettings
from alerts.slack.actions import ANSWER, NOTE
from alerts.slack.blocks import without_button
from alerts.threads.actions import holding
from core.errors import ProviderError
from core.outbox.handler import Delivery, Handler
from core.runtime import Runtime

ANSWER_SECONDS = 10.0


def handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """Outbox topic -> handler."""
    return {NOTE: partial(deliver_note, runtime), ANSWER: partial(deliver_answer, runtime)}


def deliver_note(runtime: Runtime, delivery: Delivery) -> str:
    """Remark in the thread who did what, and show it in the message unless it has moved on."""
    payload = delivery.payload
    with holding(runtime, delivery, payload["group_key"], is_news=False) as held:
        if "via" not in held.kept:
            raise ProviderError("the thread is not known any more", permanent=True)
        channel = channel_of(runtime.settings.of(AlertSettings), held.kept["via"])
        if not isinstance(channel, Slack):
            raise ProviderError(f"the channel {channel.label} is not Slack now", permanent=True)
        same = held.newest_id == payload["newest_id"]
        blocks = without_button(payload["blocks"], payload["action"], payload["text"])
        tools = tools_of(runtime, delivery.key)
        thread = Thread(held.id, held.kept)
        return channel.remark(payload["text"], blocks if same else None, tools, thread)


def deliver_answer(runtime: Runtime, delivery: Delivery) -> str:
    """Tell only the person who pressed."""
    said = {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": delivery.payload["text"],
    }
    headers = {"Content-Type": "application/json"}
    request = Post(delivery.payload["url"], json.dumps(said).encode(), headers, ANSWER_SECONDS)
    return f"HTTP {post(request, runtime.clock.real_now()).status}"
