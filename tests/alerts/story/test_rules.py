from datetime import timedelta

import pytest

from alerts.rules import EventKind
from alerts.story.rules import (
    Entry,
    escalation_entry,
    event_entry,
    inside_link,
    newest_first,
    outside_link,
)
from core.db import JsonDict
from tests.alerts.support import TEN


@pytest.mark.parametrize(
    ("kind", "detail", "title", "text"),
    [
        ("firing", {"summary": "Login is down"}, "Began to fire", "Login is down"),
        ("resolved", {}, "Resolved", ""),
        ("suppressed", {"kind": "mute", "by": ["nights"]}, "Muted: its routes are not told at", ""),
        ("suppressed", {}, "Held back", ""),
        ("unsuppressed", {}, "No longer held back", ""),
        (
            "notified",
            {"receiver": "sis", "channel": "slack", "reason": "repeat_interval_elapsed"},
            "sis told through slack",
            "Still firing, and the repeat interval has passed",
        ),
        ("notified", {"receiver": "sis", "channel": "mail", "reason": "new"}, "sis told", "New"),
        (
            "acknowledged",
            {"by": "Ana", "sticky": True, "note": "cabling"},
            "Acknowledged by Ana until it is resolved",
            "cabling",
        ),
        ("unacknowledged", {"by": "Ben"}, "Ben took the acknowledgement back", ""),
        ("unacknowledged", {"because": "it expired"}, "The acknowledgement is", "Because it exp"),
        ("escalated", {"to": "Ana"}, "Escalated", "Ana"),
        ("commented", {"by": "Ana", "text": "again"}, "Ana wrote", "again"),
    ],
)
def test_an_event_is_told_in_words(kind: str, detail: JsonDict, title: str, text: str) -> None:
    entry = event_entry(kind, TEN, detail)
    assert entry.title.startswith(title)
    assert entry.text.startswith(text)
    assert bool(entry.text) == bool(text)


def test_every_kind_of_event_has_words() -> None:
    assert all(event_entry(kind, TEN, {}).title for kind in EventKind)


def test_an_escalation_follows_what_its_group_was_told() -> None:
    told = Entry(TEN, "ok", "told")
    fired = Entry(TEN - timedelta(seconds=30), "firing", "fired")
    began = escalation_entry("started", TEN, "on-call")
    assert newest_first([told, fired], [began]) == [began, told, fired]
    assert began.title == "Escalation began: on-call"


@pytest.mark.parametrize(
    ("address", "inside", "outside"),
    [
        ("/schools/1", True, False),
        ("//evil.example/", False, False),
        ("/\\evil.example/", False, False),
        ("https://prometheus.example/graph", False, True),
        ("javascript:alert(1)", False, False),
        ("", False, False),
    ],
)
def test_only_addresses_that_are_safe_become_links(
    address: str, inside: bool, outside: bool
) -> None:
    assert (inside_link(address), outside_link(address)) == (
        address if inside else "",
        address if outside else "",
    )
