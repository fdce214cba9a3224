"""A real SMTP server on the loopback that answers as told."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.server import free_port


class Postbox:
    """Takes mail; answers as told to each recipient and to the data.

    ``next_data`` are the answers to the next mails, before ``data`` is given for ever.
    """

    def __init__(self, data: str = "250 OK", **recipients: str) -> None:
        self.data = data
        self.recipients = recipients
        self.envelopes: list[Envelope] = []
        self.next_data: list[str] = []
        # the names that aiosmtpd calls
        vars(self).update(handle_RCPT=self._take_recipient, handle_DATA=self._take_data)

    async def _take_recipient(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = self.recipients.get(address.partition("@")[0], "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def _take_data(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return self.next_data.pop(0) if self.next_data else self.data

    def messages(self) -> list[EmailMessage]:
        found = []
        for envelope in self.envelopes:
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            found.append(message)
        return found


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    known = LoginPassword(b"bellwether", b"right")
    return AuthResult(success=data == known, handled=False)


@contextmanager
def posting(
    postbox: Postbox, *, tls: str = "", certificate: Path | None = None, login: bool = False
) -> Iterator[int]:
    """A real SMTP server on the loopback; its port."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    controller = Controller(
        postbox,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if tls == "tls" else None,
        tls_context=context if tls == "starttls" else None,
        authenticator=_authenticate if login else None,
        auth_require_tls=tls == "starttls",
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
