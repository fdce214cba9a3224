"""Receivers: one channel for each entry that Bellwether has a channel for.

Secrets are never written down: a channel gets a name of the environment, and the report says which
ones to set.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from alerts.alertmanager.importing.rules.reading import Node

Tree = dict[str, Any]
_NO_WORD = re.compile(r"[^A-Za-z0-9]+")
_TEXTS = "Bellwether writes its messages itself"


@dataclass
class Secrets:
    """Names of the environment for what must not stand in config.yaml: name -> what it is."""

    needed: dict[str, str] = field(default_factory=dict)

    def add(self, receiver: str, label: str, what: str) -> str:
        """``${ALERT_TEAM_X_WEBHOOK_TOKEN:-}``, and a line for the report.

        What stands in brackets behind ``what`` is for the report only.
        """
        word = what.partition(" (")[0]
        words = _NO_WORD.sub("_", f"alert {receiver} {label} {word}").strip("_").upper()
        self.needed[words] = f"{what} of the channel {label} of the receiver {receiver}"
        return f"${{{words}:-}}"


@dataclass(frozen=True)
class Place:
    """An entry of a receiver, with the defaults of the section ``global``."""

    entry: Node
    defaults: Node
    receiver: str
    label: str
    secrets: Secrets

    def secret(self, what: str) -> str:
        return self.secrets.add(self.receiver, self.label, what)

    def own_or_default(self, name: str, default: str) -> str:
        return self.entry.text(name) or self.defaults.text(default)


@dataclass(frozen=True)
class Kind:
    """How entries of one kind are read: the type of channel that they become, and its name."""

    type: str
    options: Callable[[Place], Tree]
    label: str = ""


def receiver(node: Node, defaults: Node, secrets: Secrets) -> tuple[str, Tree]:
    """The name of a receiver, and its channels."""
    name = node.text("name")
    found = [(kind, entry) for key, kind in _KINDS.items() for entry in node.nodes(key)]
    bases = [kind.label or kind.type for kind, _ in found]
    channels = []
    for number, (kind, entry) in enumerate(found):
        base = bases[number]
        many = bases.count(base) > 1
        label = f"{base}-{bases[: number + 1].count(base)}" if many else base
        own_name = {} if label == kind.type else {"name": label}
        place = Place(entry, defaults, name, label, secrets)
        channels.append({"type": kind.type, **own_name, **kind.options(place)})
        if entry.take("send_resolved") is False:
            entry.lose("send_resolved", "Bellwether always tells what is resolved")
        entry.close(_TEXTS)
    node.close("Bellwether has no such channel")
    return name, {"channels": channels}


def _webhook(place: Place) -> Tree:
    entry = place.entry
    tree: Tree = {"url": entry.text("url")}
    if entry.text("url_file"):
        tree["url"] = place.secret("url")
    if _bearer(entry):
        tree["token"] = place.secret("token")
    entry.lose("max_alerts", "alerts.most_alerts holds for every channel")
    return tree


def _bearer(entry: Node) -> bool:
    """Whether a bearer token is sent along; other ways to sign in are lost."""
    config = entry.node("http_config")
    sent = config.node("authorization")
    kind = sent.text("type") or "Bearer"
    found = any([config.text("bearer_token"), config.text("bearer_token_file")])
    found |= any([sent.text("credentials"), sent.text("credentials_file")])
    config.take("follow_redirects")
    config.take("enable_http2")
    config.close("the webhook channel sends a bearer token and nothing else")
    if found and kind.lower() != "bearer":
        entry.findings.lose(sent.path, f"the webhook channel sends Bearer, not {kind}")
        return False
    return found


def _slack(place: Place) -> Tree:
    place.entry.lose(
        "api_url", "incoming webhooks cannot update a message; Bellwether posts as a Slack app"
    )
    place.entry.lose("api_url_file", "the same")
    return {"token": place.secret("token"), "channel": place.entry.text("channel")}


def _mail(place: Place) -> Tree:
    entry = place.entry
    host, _, port = place.own_or_default("smarthost", "smtp_smarthost").rpartition(":")
    tree: Tree = {"host": host, "port": int(port) if port.isdecimal() else 0}
    if not _is_true(entry.take("require_tls", place.defaults.take("smtp_require_tls", True))):
        tree["security"] = "none"
    elif port == "465":
        tree["security"] = "tls"
    tree["sender"] = place.own_or_default("from", "smtp_from")
    tree["to"] = [each.strip() for each in entry.text("to").split(",") if each.strip()]
    if username := place.own_or_default("auth_username", "smtp_auth_username"):
        tree |= {"username": username, "password": place.secret("password")}
    for name in ("auth_password", "auth_password_file"):
        entry.take(name)
        place.defaults.take(f"smtp_{name}")
    return tree


def _is_true(value: object) -> bool:
    return value is True or str(value).lower() == "true"


def _pagerduty(place: Place) -> Tree:
    entry = place.entry
    for name in ("routing_key", "routing_key_file", "service_key", "service_key_file"):
        entry.take(name)
    return {"routing_key": place.secret("routing key")}


def _teams(place: Place) -> Tree:
    place.entry.take("webhook_url")
    place.entry.take("webhook_url_file")
    return {"url": place.secret("url")}


def _by_apprise(form: str, *keys: str) -> Callable[[Place], Tree]:
    """``form`` is the address that Apprise knows the service by, ``keys`` what goes into it."""

    def options(place: Place) -> Tree:
        for key in keys:
            place.entry.take(key)
            place.entry.take(f"{key}_file")
        return {"url": place.secret(f"url ({form})")}

    return options


_KINDS = {
    "webhook_configs": Kind("webhook", _webhook),
    "slack_configs": Kind("slack", _slack),
    "email_configs": Kind("mail", _mail),
    "pagerduty_configs": Kind("pagerduty", _pagerduty),
    "msteams_configs": Kind("teams", _teams),
    "msteamsv2_configs": Kind("teams", _teams),
    "telegram_configs": Kind(
        "apprise", _by_apprise("tgram://BOT_TOKEN/CHAT_ID", "bot_token", "chat_id"), "telegram"
    ),
    "discord_configs": Kind(
        "apprise", _by_apprise("discord://WEBHOOK_ID/WEBHOOK_TOKEN", "webhook_url"), "discord"
    ),
    "pushover_configs": Kind(
        "apprise", _by_apprise("pover://USER_KEY@TOKEN", "user_key", "token"), "pushover"
    ),
    "opsgenie_configs": Kind("apprise", _by_apprise("opsgenie://API_KEY", "api_key"), "opsgenie"),
    "webex_configs": Kind("apprise", _by_apprise("wxteams://TOKEN", "room_id"), "webex"),
}
"""Key of a receiver in alertmanager.yml -> what becomes of its entries."""
