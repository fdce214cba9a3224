"""What happened to an alert, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.routing.rules.decision import REASON_WORDS
from alerts.rules import EventKind

LONGEST_COMMENT = 2000
_SUPPRESSIONS = {
    "silence": "Silenced: nobody is told",
    "inhibition": "Inhibited: another alert explains it",
    "mute": "Muted: its routes are not told at this time",
}
_ESCALATIONS = {
    "started": ("pending", "Escalation began: {}"),
    "joined": ("unknown", "The escalation covers more: {}"),
    "told": ("pending", "Escalated to {}"),
    "nobody": ("firing", "Escalated to nobody: {}"),
    "waiting": ("unknown", "Escalation waits {}"),
    "repeated": ("pending", "Escalation starts over, {}"),
    "acknowledged": ("ok", "Escalation stops: {}"),
    "resumed": ("pending", "Escalation goes on: {}"),
    "exhausted": ("firing", "Escalation has told everybody it could"),
    "ended": ("unknown", "Escalation is over: {}"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the story, in the district's time.

    ``by`` names what held it back, of the sort ``by_kind``: uuids of silences (``silence``),
    fingerprints (``inhibition``) or time intervals (``mute``). ``message`` is topic and key of the
    message in the outbox.
    """

    at: datetime
    badge: str
    title: str
    text: str = ""
    by_kind: str = ""
    by: tuple[str, ...] = ()
    message: tuple[str, str] | None = None


def event_entry(kind: str, at: datetime, detail: Mapping[str, Any]) -> Entry:
    """The line of one ``alert_event``."""
    return _WRITERS[EventKind(kind)](at, detail)


def _fired(at: datetime, detail: Mapping[str, Any]) -> Entry:
    return Entry(at, "firing", "Began to fire", str(detail.get("summary", "")))


def _resolved(at: datetime, detail: Mapping[str, Any]) -> Entry:
    return Entry(at, "resolved", "Resolved", str(detail.get("summary", "")))


def _suppressed(at: datetime, detail: Mapping[str, Any]) -> Entry:
    kind = str(detail.get("kind", ""))
    title = _SUPPRESSIONS.get(kind, "Held back")
    return Entry(at, "pending", title, by_kind=kind, by=tuple(detail.get("by", ())))


def _unsuppressed(at: datetime, _detail: Mapping[str, Any]) -> Entry:
    return Entry(at, "unknown", "No longer held back")


def _notified(at: datetime, detail: Mapping[str, Any]) -> Entry:
    reason = detail.get("reason", "")
    words = {known.value: text for known, text in REASON_WORDS.items()}.get(reason, reason)
    message = (detail["topic"], detail["key"]) if "key" in detail else None
    title = f"{detail.get('receiver')} told through {detail.get('channel')}"
    return Entry(at, "ok", title, words[:1].upper() + words[1:], message=message)


def _acknowledged(at: datetime, detail: Mapping[str, Any]) -> Entry:
    until = " until it is resolved" if detail.get("sticky") else ""
    title = f"Acknowledged by {detail.get('by', 'somebody')}{until}"
    return Entry(at, "ok", title, str(detail.get("note", "")))


def _unacknowledged(at: datetime, detail: Mapping[str, Any]) -> Entry:
    by, because = detail.get("by"), detail.get("because", "")
    title = f"{by} took the acknowledgement back" if by else "The acknowledgement is over"
    return Entry(at, "pending", title, because and f"Because {because}")


def _escalated(at: datetime, detail: Mapping[str, Any]) -> Entry:
    return Entry(at, "pending", "Escalated", str(detail.get("to", "")))


def _commented(at: datetime, detail: Mapping[str, Any]) -> Entry:
    return Entry(at, "unknown", f"{detail.get('by')} wrote", str(detail.get("text", "")))


_WRITERS = {
    EventKind.FIRING: _fired,
    EventKind.RESOLVED: _resolved,
    EventKind.SUPPRESSED: _suppressed,
    EventKind.UNSUPPRESSED: _unsuppressed,
    EventKind.NOTIFIED: _notified,
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.UNACKNOWLEDGED: _unacknowledged,
    EventKind.ESCALATED: _escalated,
    EventKind.COMMENTED: _commented,
}


def escalation_entry(kind: str, at: datetime, detail: str) -> Entry:
    """The line of one ``escalation_event``."""
    badge, title = _ESCALATIONS[kind]
    return Entry(at, badge, title.format(detail))


def newest_first(events: Sequence[Entry], escalations: Sequence[Entry]) -> list[Entry]:
    """Both logs as one; of what happened at one moment, what follows comes first.

    An escalation begins with what its group is told, so that at one moment it follows the events.
    """
    return sorted([*escalations, *events], key=lambda entry: entry.at, reverse=True)


def inside_link(path: str) -> str:
    """The address if it is a page of this service; else nothing. Programs write annotations."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else ""


def outside_link(url: str) -> str:
    """The address if a browser may follow it; else nothing. Programs write it."""
    return url if url.startswith(("http://", "https://")) else ""
