"""The same questions to Debian's Alertmanager and to us, answered alike."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from flask.testing import FlaskClient

from alerts.alertmanager.original import original
from core.db import Database
from tests.alerts.alertmanager.questions import READ, REFUSED, TAKEN, Question
from tests.alerts.alertmanager.support import alert_settings, am_site
from tests.support.alertmanager import running_alertmanager

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_RECENT = re.compile(r"20[23]\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z")
_GIVEN = ("2020-01-02T03:04:05", "2039-01-01T00:00:00", "2040-01-01T00:00:00")
_PATIENCE = 3.0
Ask = Callable[[Question], tuple[int, bytes]]


@dataclass
class Side:
    """One of the two; remembers the ids that it gave out, in order."""

    ask: Ask
    ids: list[str] = field(default_factory=list)

    def answer(self, question: Question) -> tuple[int, Any]:
        """Status and body, with times of today and ids replaced by what is the same on both."""
        status, body = self.ask(question)
        text = body.decode()
        if not question.words:
            return status, None
        for found in _UUID.findall(text):
            if found not in self.ids and question.method == "POST":
                self.ids.append(found)
        for number, known in enumerate(self.ids):
            text = text.replace(known, f"id {number}")
        text = _RECENT.sub(lambda at: at[0] if at[0].startswith(_GIVEN) else "today", text)
        return status, _plain(json.loads(text)) if text.strip() else None


def _plain(body: Any) -> Any:
    """Without what Alertmanager has answered only since 0.28."""
    if isinstance(body, dict):
        return {name: _plain(part) for name, part in body.items() if name != "mutedBy"}
    return [_plain(part) for part in body] if isinstance(body, list) else body


def _theirs(client: httpx.Client) -> Ask:
    def ask(question: Question) -> tuple[int, bytes]:
        answer = client.request(
            question.method,
            question.path,
            content=question.body,
            headers={"Content-Type": question.content_type},
        )
        return answer.status_code, answer.content

    return ask


def _ours(client: FlaskClient) -> Ask:
    def ask(question: Question) -> tuple[int, bytes]:
        answer = client.open(
            f"/alertmanager/api/v2{question.path}",
            method=question.method,
            data=question.body,
            content_type=question.content_type,
        )
        return answer.status_code, answer.data

    return ask


def test_the_same_questions_get_the_same_answers(database: Database, tmp_path: Path) -> None:
    with (
        running_alertmanager(tmp_path, original(alert_settings())) as real,
        httpx.Client(base_url=f"{real.url}/api/v2", timeout=30) as client,
    ):
        theirs = Side(_theirs(client))
        ours = Side(_ours(am_site(database, tmp_path).browser().client))
        different = [
            f"{question}:\n theirs {wanted}\n ours   {got}"
            for question in (*REFUSED, *TAKEN, *READ)
            for wanted, got in [_answers(theirs, ours, question)]
            if wanted != got
        ]
    assert not different, "\n".join(different)


def _answers(theirs: Side, ours: Side, question: Question) -> tuple[Any, Any]:
    """Both answers. Alertmanager routes an alert a moment after it has taken it."""
    wanted, got = theirs.answer(question), ours.answer(question)
    deadline = time.monotonic() + _PATIENCE
    while question.method == "GET" and wanted != got and time.monotonic() < deadline:
        time.sleep(0.05)
        wanted, got = theirs.answer(question), ours.answer(question)
    return wanted, got
