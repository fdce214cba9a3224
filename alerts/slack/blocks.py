"""Messages as Slack lays them out: Block Kit."""

from collections.abc import Sequence
from typing import Any

from alerts.channel import Tools
from alerts.notification import Notification, NotifiedAlert, listing

LONGEST_HEADER = 150
LONGEST_SECTION = 3000


def _escape(text: str) -> str:
    """Slack's three control characters, so that no name becomes a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def headline(notification: Notification) -> str:
    """The whole message in one line, for notifications and screen readers."""
    return _escape(f"{_mark(notification)} {notification.title}")


def _mark(notification: Notification) -> str:
    return ":rotating_light:" if notification.firing_count else ":white_check_mark:"


def cut(text: str, length: int) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _line(alert: NotifiedAlert, tools: Tools) -> str:
    text, link = _escape(" ".join(alert.line.split())), tools.link(alert.path)
    return f"• <{link}|{text.replace('|', '¦')}>" if link else f"• {text}"


def _section(alerts: list[NotifiedAlert], count: int, tools: Tools, most: int) -> str:
    """A list within Slack's 3,000 characters; what does not fit is counted instead."""
    shown, more = listing(alerts, count, most)
    while True:
        text = "\n".join([*(_line(alert, tools) for alert in shown), *([more] if more else [])])
        if len(text) <= LONGEST_SECTION or not shown:
            return cut(text, LONGEST_SECTION)
        shown, more = listing(alerts, count, len(shown) - 1)


def blocks(notification: Notification, tools: Tools, most: int) -> list[dict[str, Any]]:
    """Block Kit within its limits: header 150, section text 3,000 characters."""
    title = " ".join(notification.title.split())
    found: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {
                "type": "plain_text",
                "text": cut(f"{_mark(notification)} {title}", LONGEST_HEADER),
                "emoji": True,
            },
        }
    ]
    for heading, alerts, count in (
        ("", notification.firing, notification.firing_count),
        ("*Resolved*\n", notification.resolved, notification.resolved_count),
    ):
        if alerts:
            text = heading + _section(alerts, count, tools, most)
            found.append(block("section", cut(text, LONGEST_SECTION)))
    found.append(_context(notification, tools))
    return found


BUTTONS = {"acknowledge": "Acknowledge", "silence": "Silence 1 h", "take": "Take the ticket"}


def buttons(thread_id: int, names: Sequence[str]) -> dict[str, Any]:
    """A row of buttons; each names the thread, by which its alerts are found."""
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": name,
                "text": {"type": "plain_text", "text": BUTTONS[name]},
                "value": str(thread_id),
                **({"style": "primary"} if name == "acknowledge" else {}),
            }
            for name in names
        ],
    }


def without_button(
    message: Sequence[dict[str, Any]], action: str, remark: str
) -> list[dict[str, Any]]:
    """A message's blocks with a remark in the place of the button that was pressed."""
    found: list[dict[str, Any]] = []
    for each in message:
        if each.get("type") != "actions":
            found.append(each)
            continue
        found.append({"type": "context", "elements": [{"type": "mrkdwn", "text": remark}]})
        rest = [one for one in each.get("elements", []) if one.get("action_id") != action]
        if rest:
            found.append({**each, "elements": rest})
    return found


def block(kind: str, text: str) -> dict[str, Any]:
    """A block of one text in Slack's markup."""
    return {"type": kind, "text": {"type": "mrkdwn", "text": text}}


def _context(notification: Notification, tools: Tools) -> dict[str, Any]:
    parts = [notification.severity, tools.clock_time(notification.at)]
    if link := tools.link("/alerts"):
        parts.append(f"<{link}|All alerts>")
    text = " · ".join(part for part in parts if part)
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
