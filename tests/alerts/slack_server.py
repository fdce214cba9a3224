"""A workspace on the loopback that takes and updates messages as Slack's Web API documents it."""

import json
from typing import Any

from tests.alerts.support import Answer, Provider, Request

DO_IT = Answer()


class Workspace(Provider):
    """Keeps messages by their ``ts``; ``next_answers`` are given before it does its work."""

    def __init__(self) -> None:
        super().__init__([DO_IT])
        self.messages: dict[str, dict[str, Any]] = {}

    def answer(self, request: Request) -> Answer:
        answer = super().answer(request)
        if answer is not DO_IT:
            return answer
        with self._lock:
            body = request.json()
            method = request.path.strip("/")
            if method == "chat.postMessage":
                return self._post(body)
            if method == "chat.update":
                return self._update(body)
            if method == "answer":
                return Answer(body="ok")
            return Answer(body=json.dumps({"ok": False, "error": "unknown_method"}))

    def _post(self, body: dict[str, Any]) -> Answer:
        ts = f"1421085600.{len(self.messages) + 1:06}"
        self.messages[ts] = body
        return Answer(body=json.dumps({"ok": True, "channel": "C012", "ts": ts}))

    def _update(self, body: dict[str, Any]) -> Answer:
        if body["ts"] not in self.messages or body["channel"] != "C012":
            return Answer(body=json.dumps({"ok": False, "error": "message_not_found"}))
        self.messages[body["ts"]] |= {"text": body["text"], "blocks": body["blocks"]}
        return Answer(body=json.dumps({"ok": True, "channel": "C012", "ts": body["ts"]}))

    @property
    def parents(self) -> list[dict[str, Any]]:
        """The messages that stand in the channel."""
        return [message for message in self.messages.values() if "thread_ts" not in message]

    @property
    def replies(self) -> list[dict[str, Any]]:
        """The messages in threads."""
        return [message for message in self.messages.values() if "thread_ts" in message]
