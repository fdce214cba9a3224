"""Mail through an SMTP server."""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Annotated, ClassVar, Literal, Self

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import Field, SecretStr

from alerts.channel import Thread, ThreadedChannel, Told, Tools
from alerts.notification import Notification, listing
from core.errors import ProviderError


class Mail(ThreadedChannel):
    """Mail as text and HTML, to one or several addresses.

    ``security`` is ``starttls`` (port 587, the default), ``tls`` (port 465) or ``none`` (port
    25). An answer 4xx of the server is tried again, 5xx is final. The Message-ID is the same at
    every attempt, so that mail programs show a repeated message once. Each address gets a mail of
    its own; those about one group are one conversation, from its first alert until its end.
    """

    reaches_people: ClassVar[bool] = True

    type: Literal["mail"] = "mail"
    host: Annotated[str, Field(description="the SMTP server; empty: not in use")] = ""
    port: Annotated[int, Field(ge=0, le=65535, description="0: the usual one")] = 0
    security: Annotated[
        Literal["starttls", "tls", "none"], Field(description="how the connection is encrypted")
    ] = "starttls"
    ca_file: Annotated[str, Field(description="certificates to trust; empty: the system's")] = ""
    username: Annotated[str, Field(description="empty: no login")] = ""
    password: Annotated[SecretStr, Field(description="for the login")] = SecretStr("")
    sender: Annotated[str, Field(description="Bellwether <alerts@district.example>")] = ""
    to: Annotated[tuple[str, ...], Field(description="addresses; empty ones are left out")] = ()
    timeout_seconds: Annotated[
        float, Field(gt=0, le=30, description="seconds to wait for an answer")
    ] = 10

    def missing(self) -> str:
        for name, value in (
            ("host", self.host),
            ("sender", self.sender),
            ("recipient", self.recipients),
        ):
            if not value:
                return f"It has no {name}."
        return ""

    def addressed(self, address: str) -> Self:
        return self.model_copy(update={"to": (address,)})

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(address for address in self.to if address)

    def tell(self, notification: Notification, tools: Tools, thread: Thread) -> Told:
        message = compose_mail(notification, tools, self.sender, self.recipients, self.lines)
        begun = thread.kept if _continues(notification, thread) else {}
        if begun:
            _answer(message, begun)
        receipt = self._send(message)
        kept = {
            "root": begun.get("root", message["Message-ID"]),
            "subject": begun.get("subject", message["Subject"]),
            "last": message["Message-ID"],
            "open": notification.firing_count > 0,
        }
        return Told(receipt, kept if thread.is_newest else dict(thread.kept))

    def _send(self, message: EmailMessage) -> str:
        try:
            with self._connect() as server:
                if self.username:
                    server.login(self.username, self.password.get_secret_value())
                refused = server.send_message(message, self.sender, self.recipients)
        except smtplib.SMTPRecipientsRefused as error:
            raise _all_refused(error) from error
        except smtplib.SMTPResponseException as error:
            answer = _text(error.smtp_error)
            raise ProviderError(
                f"{error.smtp_code} {answer}", permanent=500 <= error.smtp_code < 600
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise ProviderError(str(error), permanent=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ProviderError(f"no connection ({type(error).__name__}: {error})") from error
        told = len(self.recipients) - len(refused)
        return f"accepted for {told} of {len(self.recipients)} as {message['Message-ID']}"

    def _connect(self) -> smtplib.SMTP:
        usual = {"starttls": 587, "tls": 465, "none": 25}[self.security]
        port, timeout = self.port or usual, self.timeout_seconds
        if self.security == "none":
            return smtplib.SMTP(self.host, port, timeout=timeout)
        context = ssl.create_default_context(cafile=self.ca_file or None)
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, port, timeout=timeout, context=context)
        server = smtplib.SMTP(self.host, port, timeout=timeout)
        try:
            server.starttls(context=context)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server


def _continues(notification: Notification, thread: Thread) -> bool:
    """Whether the group's conversation goes on; what fires after its end begins another one."""
    over = not thread.kept.get("open") and thread.is_newest
    return bool(thread.kept) and not (over and notification.firing_count)


def _answer(message: EmailMessage, begun: Mapping[str, str]) -> None:
    """Make it an answer as mail programs want it: by reference, and under the same subject."""
    message.replace_header("Subject", f"Re: {begun['subject']}")
    message["In-Reply-To"] = begun["last"]
    references = dict.fromkeys([begun["root"], begun["last"]])
    message["References"] = " ".join(references)


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _all_refused(error: smtplib.SMTPRecipientsRefused) -> ProviderError:
    answers = sorted({(code, _text(text)) for code, text in error.recipients.values()})
    return ProviderError(
        "every recipient was refused: " + "; ".join(f"{code} {text}" for code, text in answers),
        permanent=all(500 <= code < 600 for code, _ in answers),
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("alerts"),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def compose_mail(
    notification: Notification, tools: Tools, sender: str, to: Sequence[str], most: int
) -> EmailMessage:
    """The message as text and HTML, with a Message-ID made of the idempotency key."""
    message = EmailMessage()
    state = "Alert" if notification.firing_count else "Resolved"
    message["Subject"] = " ".join(f"[{state}] {notification.title}".split())
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = format_datetime(tools.now)
    message["Message-ID"] = f"<{tools.key}@{_domain(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    parts = [
        (title, *listing(alerts, count, most))
        for title, alerts, count in (
            ("Firing", notification.firing, notification.firing_count),
            ("Resolved", notification.resolved, notification.resolved_count),
        )
        if alerts
    ]
    values = {"notification": notification, "parts": parts, "tools": tools}
    message.set_content(_templates().get_template("alerts/mail.txt").render(values))
    html = _templates().get_template("alerts/mail.html").render(values)
    message.add_alternative(html, subtype="html")
    return message


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
