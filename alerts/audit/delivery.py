"""The auditor's sign of life on its way out."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from alerts.audit.actions import TOPIC
from alerts.posting import Post, post
from core.outbox.handler import Delivery, Handler
from core.runtime import Runtime

TIMEOUT_SECONDS = 10.0


def handlers(runtime: Runtime) -> Mapping[str, Handler]:
    """Outbox topic -> handler."""
    return {TOPIC: partial(_send, runtime)}


def _send(runtime: Runtime, delivery: Delivery) -> str:
    """POST it, unless it is about a time long past: then it would hide that nothing got through."""
    now, what = runtime.clock.real_now(), delivery.payload
    if now > datetime.fromisoformat(what["good_until"]):
        return "not sent: it came too late to say anything about now"
    body = json.dumps({"text": what["title"]}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": delivery.key}
    return f"HTTP {post(Post(what['url'], body, headers, TIMEOUT_SECONDS), now).status}"
