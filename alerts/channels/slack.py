"""A message in a Slack channel."""

from http.client import HTTPException
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from alerts.channel import Thread, ThreadedChannel, Told, Tools
from alerts.notification import Notification
from alerts.retry_after import parse_retry_after
from alerts.routing.rules.decision import Reason
from alerts.slack.blocks import LONGEST_SECTION, block, blocks, buttons, cut, headline
from core.errors import ProviderError

_TRANSIENT = {
    "fatal_error",
    "internal_error",
    "ratelimited",
    "rate_limited",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
}


_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}


class Slack(ThreadedChannel):
    """A message with the schools that are concerned, posted by your own Slack app.

    The app needs the scope ``chat:write`` (and ``chat:write.public`` for channels that it has not
    joined); give its bot token through the environment. When Slack answers 429, the message waits
    as long as ``Retry-After`` says; 5xx and network errors are tried again; an answer such as
    ``invalid_auth`` or ``channel_not_found`` is final, and the delivery log shows it.

    A group of alerts is one message, brought up to date in place; each change is also a reply in
    its thread, which ``broadcast`` shows in the channel when something new fires or still does.
    What fires after the group's end begins another message.

    With a ``signing_secret``, messages about what fires have buttons: acknowledge, silence for an
    hour, take the ticket. Set the app's Interactivity Request URL to ``/slack/interactions`` of
    this service. A button works for people who have added their Slack member ID to their
    notifications and verified it, as far as their role allows.
    """

    reaches_people: ClassVar[bool] = True

    type: Literal["slack"] = "slack"
    token: Annotated[SecretStr, Field(description="the bot token, xoxb-...")] = SecretStr("")
    signing_secret: Annotated[
        SecretStr, Field(description="of the Slack app, for buttons; empty: no buttons")
    ] = SecretStr("")
    buttons: Annotated[
        tuple[Literal["acknowledge", "silence", "take"], ...],
        Field(description="the buttons under what fires"),
    ] = ("acknowledge", "silence", "take")
    channel: Annotated[str, Field(description="an id (C0123456789) or #name")] = ""
    broadcast: Annotated[
        bool, Field(description="replies about what fires are shown in the channel, too")
    ] = True
    base_url: Annotated[
        str, Field(pattern=r"^https?://\S+/$", description="with a slash at its end")
    ] = WebClient.BASE_URL
    timeout_seconds: Annotated[
        int, Field(ge=1, le=30, description="seconds to wait for an answer")
    ] = 10

    def missing(self) -> str:
        if not self.token.get_secret_value():
            return "It has no token."
        return "" if self.channel else "It has no channel."

    def addressed(self, address: str) -> Self:
        return self.model_copy(update={"channel": address})

    def tell(self, notification: Notification, tools: Tools, thread: Thread) -> Told:
        try:
            return self._tell(notification, tools, thread)
        except SlackApiError as error:
            raise _refusal(error, tools) from error
        except (OSError, HTTPException) as error:
            raise ProviderError(f"no answer ({type(error).__name__}: {error})") from error

    def _tell(self, notification: Notification, tools: Tools, thread: Thread) -> Told:
        kept = thread.kept
        over = not kept.get("open") and thread.is_newest
        if not kept or (over and notification.firing_count):
            return self._begin(notification, tools, thread)
        if thread.is_newest and not self._update(notification, tools, thread):
            return self._begin(notification, tools, thread)
        self._reply(notification, tools, thread)
        if not thread.is_newest:
            return Told("replied", {**kept, "first": ""})
        stands = {"channel": kept["channel"], "ts": kept["ts"]}
        is_open = notification.firing_count > 0
        receipt = f"updated {kept['ts']} in {kept['channel']}"
        return Told(receipt, {**_behind(notification), **stands, "open": is_open})

    def _begin(self, notification: Notification, tools: Tools, thread: Thread) -> Told:
        answer = self._client().chat_postMessage(
            channel=self.channel,
            text=headline(notification),
            blocks=self._blocks(notification, tools, thread),
            metadata=_metadata(tools),
            unfurl_links=False,
        )
        kept = {
            **_behind(notification),
            "channel": answer["channel"],
            "ts": answer["ts"],
            "open": notification.firing_count > 0,
            "first": f"{tools.clock_time(notification.at)}: {headline(notification)}",
        }
        return Told(f"posted to {answer['channel']} as {answer['ts']}", kept)

    def _update(self, notification: Notification, tools: Tools, thread: Thread) -> bool:
        """Bring the group's message up to date; False when it is gone."""
        told = self._blocks(notification, tools, thread)
        return self._change(thread, headline(notification), told, tools)

    def _change(self, thread: Thread, text: str, told: list[dict[str, Any]], tools: Tools) -> bool:
        try:
            self._client().chat_update(
                channel=thread.kept["channel"],
                ts=thread.kept["ts"],
                text=text,
                blocks=told,
                metadata=_metadata(tools),
            )
        except SlackApiError as error:
            if error.response.get("error") in _GONE:
                return False
            raise
        return True

    def _blocks(
        self, notification: Notification, tools: Tools, thread: Thread
    ) -> list[dict[str, Any]]:
        """The message; with buttons while something fires and they can be answered."""
        told = blocks(notification, tools, self.lines)
        if self.signing_secret.get_secret_value() and thread.id and notification.firing_count:
            told += [buttons(thread.id, self.buttons)] if self.buttons else []
        return told

    def remark(
        self, text: str, told: list[dict[str, Any]] | None, tools: Tools, thread: Thread
    ) -> str:
        """Say something in the thread, and show ``told`` in its message unless it is None.

        Raises ProviderError as ``deliver`` does.
        """
        try:
            if told:
                self._change(thread, text, told, tools)
            self._client().chat_postMessage(
                channel=thread.kept["channel"],
                thread_ts=thread.kept["ts"],
                text=text,
                metadata=_metadata(tools),
                unfurl_links=False,
            )
        except SlackApiError as error:
            raise _refusal(error, tools) from error
        except (OSError, HTTPException) as error:
            raise ProviderError(f"no answer ({type(error).__name__}: {error})") from error
        return f"remarked on {thread.kept['ts']} in {thread.kept['channel']}"

    def _reply(self, notification: Notification, tools: Tools, thread: Thread) -> None:
        """The change in the thread; before the first one, what the message said at first."""
        kept = thread.kept
        told = blocks(notification, tools, self.lines)
        if first := kept.get("first"):
            told = [block("section", cut(f"At first, {first}", LONGEST_SECTION)), *told]
        self._client().chat_postMessage(
            channel=kept["channel"],
            thread_ts=kept["ts"],
            reply_broadcast=self.broadcast and thread.is_newest and _is_loud(notification),
            text=headline(notification),
            blocks=told,
            metadata=_metadata(tools),
            unfurl_links=False,
        )

    def _client(self) -> WebClient:
        return WebClient(
            token=self.token.get_secret_value(),
            base_url=self.base_url,
            timeout=self.timeout_seconds,
            retry_handlers=[],  # they sleep; the outbox tries again
        )


def _is_loud(notification: Notification) -> bool:
    """Whether the channel should look up: something fires, and not only less than before."""
    return notification.firing_count > 0 and notification.reason != Reason.NEW_RESOLVED


def _behind(notification: Notification) -> dict[str, Any]:
    """What a button of the message is about."""
    firing = [alert.fingerprint for alert in notification.firing]
    return {"firing": firing, "labels": notification.group_labels}


def _metadata(tools: Tools) -> dict[str, Any]:
    return {"event_type": "bellwether_alert", "event_payload": {"key": tools.key}}


def _refusal(error: SlackApiError, tools: Tools) -> ProviderError:
    response: Any = error.response
    status, code = response.status_code, str(response.get("error", "no reason given"))
    if status == 429 or status >= 500 or code in _TRANSIENT:
        headers = {name.lower(): value for name, value in response.headers.items()}
        wait = parse_retry_after(headers.get("retry-after"), tools.now)
        return ProviderError(f"Slack answered {status}: {code}", retry_after=wait)
    return ProviderError(f"Slack refused: {code}", permanent=True)
