"""The whole demo: it starts from nothing, survives kill -9 in the morning, and ends cleanly."""

from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.demo import Demo, Heard, listening

pytestmark = pytest.mark.timeout(420)


def open_tickets(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = client.get("/api/v1/tickets", params={"limit": 100, "after": cursor or None})
        answer.raise_for_status()
        page = answer.json()
        found += page["tickets"]
        cursor = page.get("next")
    return found


def ask_for_help(client: httpx.Client, number: int) -> int:
    """Open a ticket as a school would; returns the id that was acknowledged."""
    answer = client.post(
        "/api/v1/tickets",
        headers={"Idempotency-Key": f"journey-{number}"},
        json={
            "function": "login",
            "subject": f"Journey {number}",
            "description": "Nobody in the office can sign in.",
        },
    )
    assert answer.status_code == httpx.codes.CREATED, answer.text
    identity: int = answer.json()["id"]
    return identity


def fired(heard: Heard) -> bool:
    return any(body["status"] == "firing" for _, body in heard.messages)


def test_kill_9_in_the_middle_of_the_morning_loses_nothing_and_tells_nothing_twice(
    tmp_path: Path,
) -> None:
    with listening() as heard:
        demo = Demo(tmp_path / "var", {"START": "09:57", "ALERT_WEBHOOK_URL": heard.url})
        demo.start()
        try:
            token = demo.command(
                *("token", "create", "--name", "journey", "--role", "agent"),
                *("--scope", "tickets.create", "--scope", "tickets.read"),
            )
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(base_url=demo.url, headers=headers, timeout=30) as client:
                asked = [ask_for_help(client, number) for number in range(5)]
                demo.wait_for("an alert at ten", lambda: fired(heard), 60)
                asked += [ask_for_help(client, number) for number in range(5, 10)]
                demo.kill_everything()
                demo.start()
                again = [ask_for_help(client, number) for number in range(10)]
                tickets = open_tickets(client)
            from_probes = [t["school"] for t in tickets if t["channel"] == "probe"]
            assert again == asked
            assert {ticket["id"] for ticket in tickets} >= set(asked)
            assert from_probes
            assert max(Counter(from_probes).values()) == 1
            assert max(Counter(heard.keys()).values()) == 1
            assert "Going on at" in demo.log.read_text(encoding="utf-8")
        finally:
            code = demo.stop()
        assert code == 0
        assert demo.children() == []
