import subprocess
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from alerts.channel import Thread
from alerts.channels.mail import Mail
from alerts.notification import Notification
from core.db import JsonDict
from core.errors import ProviderError
from tests.alerts.mail_server import Postbox, posting
from tests.alerts.support import TOOLS, notification, over
from tests.support.server import free_port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that vouches for itself, in one file with its key."""
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(path.with_suffix(".key"))]
    subprocess.run(
        ["openssl", "req", "-x509", "-days", "2", *key, *subject, "-out", str(path)],
        check=True,
        capture_output=True,
    )
    return path


def mail(port: int, **more: Any) -> Mail:
    return Mail.model_validate(
        {
            "type": "mail",
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": "Bellwether <alerts@district.example>",
            "to": ["help@district.example", "super@district.example"],
            **more,
        }
    )


def refused(postbox: Postbox, **more: Any) -> ProviderError:
    with posting(postbox) as port, pytest.raises(ProviderError) as caught:
        mail(port, **more).deliver(notification(), TOOLS)
    return caught.value


def received(news: Notification, **more: Any) -> EmailMessage:
    postbox = Postbox()
    with posting(postbox) as port:
        mail(port, **more).deliver(news, TOOLS)
    return postbox.messages()[0]


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def test_a_message_has_what_mail_programs_need() -> None:
    message = received(notification(8))
    title = "8 schools have more than 10 students without a schedule at 10:00"
    assert str(message["Subject"]).strip() == f"[Alert] {title}"  # folded before its first word
    assert message["To"] == "help@district.example, super@district.example"
    assert message["Message-ID"] == "<key-1@district.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 23 Nov 2026 03:00:00 +0000"


def test_the_text_and_the_page_say_the_same() -> None:
    message = received(notification(8), lines=2)
    text, page = text_of(message, "plain"), text_of(message, "html")
    assert text.splitlines() == [
        "8 schools have more than 10 students without a schedule at 10:00",
        "10:00 AM, Monday 12 January 2015",
        "",
        "Firing",
        "- School 8: 18 students without a schedule (limit 10)",
        "  https://help.district.example/schools/8",
        "- School 7: 17 students without a schedule (limit 10)",
        "  https://help.district.example/schools/7",
        "- and 6 more",
        "",
        "All alerts: https://help.district.example/alerts",
    ]
    assert '<a href="https://help.district.example/schools/8">School 8: 18 students' in page
    assert "<li>and 6 more</li>" in page


def test_a_name_cannot_write_headers_or_markup() -> None:
    news = notification(1)
    rude = news.alerts[0].model_copy(
        update={"annotations": {"summary": "<b>hi</b>\r\nBcc: all@district.example"}}
    )
    message = received(news.model_copy(update={"alerts": (rude,)}))
    assert message["Subject"] == "[Alert] <b>hi</b> Bcc: all@district.example"
    assert message["Bcc"] is None
    assert "&lt;b&gt;hi&lt;/b&gt;" in text_of(message, "html")


def conversation(*steps: tuple[Notification, bool]) -> list[EmailMessage]:
    """The mails about a group, told one after the other; the flag says whether it is the newest."""
    postbox = Postbox()
    kept: JsonDict = {}
    with posting(postbox) as port:
        for number, (news, newest) in enumerate(steps):
            tools = replace(TOOLS, key=f"key-{number}")
            kept = mail(port).tell(news, tools, Thread(1, kept, newest)).kept
    return postbox.messages()


def test_mails_about_a_group_are_one_conversation() -> None:
    first, second, third = conversation(
        (notification(1), True), (notification(2), True), (over(2), True)
    )
    assert first["References"] is None
    assert second["In-Reply-To"] == second["References"] == "<key-0@district.example>"
    assert third["In-Reply-To"] == "<key-1@district.example>"
    assert third["References"].split() == ["<key-0@district.example>", "<key-1@district.example>"]
    assert second["Subject"] == third["Subject"] == f"Re: {first['Subject'].strip()}"
    assert text_of(third, "plain").startswith("Resolved: 2 schools are back")


def test_what_fires_after_the_end_begins_another_conversation() -> None:
    *_, again = conversation((notification(1), True), (over(1), True), (notification(2), True))
    assert again["References"] is None


def test_an_overtaken_mail_stays_in_its_conversation() -> None:
    _, late, _, last = conversation(
        (over(1), True), (notification(1), False), (over(1), True), (notification(1), True)
    )
    assert late["References"] == "<key-0@district.example>"
    assert last["References"] is None


@pytest.mark.parametrize("answer", ["451 try later", "421 shutting down"])
def test_4xx_is_worth_another_try(answer: str) -> None:
    error = refused(Postbox(data=answer))
    assert not error.permanent
    assert str(error) == answer


def test_5xx_is_final() -> None:
    error = refused(Postbox(data="554 no thanks"))
    assert error.permanent
    assert str(error) == "554 no thanks"


def test_a_recipient_who_is_refused_for_good_does_not_hold_up_the_others() -> None:
    postbox = Postbox(super="550 unknown")
    with posting(postbox) as port:
        receipt = mail(port).deliver(notification(), TOOLS)
    assert receipt == "accepted for 1 of 2 as <key-1@district.example>"
    assert postbox.envelopes[0].rcpt_tos == ["help@district.example"]


@pytest.mark.parametrize(("answer", "permanent"), [("550 unknown", True), ("450 busy", False)])
def test_when_every_recipient_is_refused_the_worst_answer_counts(
    answer: str, permanent: bool
) -> None:
    error = refused(Postbox(help=answer, super="550 unknown"))
    assert error.permanent is permanent
    assert answer in str(error)


def test_a_dead_server_is_worth_another_try() -> None:
    with pytest.raises(ProviderError) as caught:
        mail(free_port()).deliver(notification(), TOOLS)
    assert not caught.value.permanent


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_goes_over_tls_with_a_login(security: str, certificate: Path) -> None:
    postbox = Postbox()
    more = {"security": security, "ca_file": str(certificate), "username": "bellwether"}
    with posting(postbox, tls=security, certificate=certificate, login=True) as port:
        mail(port, **more, password="right").deliver(notification(), TOOLS)
        with pytest.raises(ProviderError, match="535") as caught:
            mail(port, **more, password="wrong").deliver(notification(), TOOLS)
    assert caught.value.permanent
    assert len(postbox.envelopes) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate: Path) -> None:
    postbox = Postbox()
    with posting(postbox, tls="starttls", certificate=certificate) as port:
        channel = mail(port, security="starttls")
        with pytest.raises(ProviderError, match="CERTIF"):
            channel.deliver(notification(), TOOLS)
    assert postbox.envelopes == []


def test_a_server_without_starttls_gets_no_mail_in_clear() -> None:
    error = refused(postbox := Postbox(), security="starttls")
    assert error.permanent
    assert postbox.envelopes == []


def test_what_is_missing_is_named() -> None:
    assert mail(25, host="").missing() == "It has no host."
    assert mail(25, to=[""]).missing() == "It has no recipient."
    assert mail(25).ready
