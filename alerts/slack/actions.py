"""Doing what a button says, and telling Slack what came of it."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.channel_settings import Method
from alerts.contacts.queries import find_verified_person
from alerts.interactions import Pressed, interaction
from alerts.settings import AlertSettings
from alerts.slack.press import Press
from alerts.slack.queries import list_pressed_for
from alerts.threads.models import DeliveryThread
from alerts.threads.queries import find_thread
from core.auth.actor import Actor
from core.auth.identify import by_account
from core.errors import AppError, Conflict, Forbidden
from core.outbox.actions import enqueue
from core.settings import Settings

NOTE = "slack.note"
"""Outbox topic: a remark in the thread of a message, and the button gone."""

ANSWER = "slack.answer"
"""Outbox topic: a sentence that only the person who pressed sees."""


def press_button(
    session: Session, press: Press, *, settings: Settings, now: datetime, real_now: datetime
) -> None:
    """Do it as the person whose verified Slack member it is, and enqueue what to say.

    A refusal is not raised: the person who pressed is told.
    """
    try:
        with session.begin_nested():
            thread = _thread(session, press)
            by = _person(session, press, settings)
            alerts = settings.of(AlertSettings)
            concerned = list_pressed_for(session, by, thread.kept.get("firing", []))
            labels = thread.kept.get("labels", {})
            pressed = Pressed(concerned, labels, by, alerts, now)
            done = interaction(press.action)(session, pressed)
    except AppError as refusal:
        _answer(session, press, refusal.message, real_now)
    else:
        _note(session, press, thread, f"{by.name} (<@{press.member}>) {done}", real_now)


def _thread(session: Session, press: Press) -> DeliveryThread:
    thread = find_thread(session, press.thread_id)
    if thread is None:
        raise Conflict("This message is too old: nothing is known of its alerts any more.")
    return thread


def _person(session: Session, press: Press, settings: Settings) -> Actor:
    user_id = find_verified_person(session, Method.SLACK, press.member)
    by = None if user_id is None else by_account(session, settings, user_id)
    if by is None:
        raise Forbidden(
            f"Bellwether does not know who you are. Sign in there and add {press.member} as your "
            "Slack member ID under your notifications."
        )
    return by


def _note(
    session: Session, press: Press, thread: DeliveryThread, text: str, real_now: datetime
) -> None:
    payload = {
        "thread_id": thread.id,
        "group_key": thread.group_key,
        "newest_id": thread.newest_id,
        "action": press.action,
        "blocks": press.blocks,
        "text": text,
        "title": text.replace(f" (<@{press.member}>)", ""),
        "channel": "slack",
    }
    enqueue(
        session,
        topic=NOTE,
        key=_key(press, text, real_now),
        payload=payload,
        lane=thread.lane,
        now=real_now,
    )


def _answer(session: Session, press: Press, text: str, real_now: datetime) -> None:
    if press.response_url:
        payload = {"url": press.response_url, "text": text, "title": text, "channel": "slack"}
        enqueue(
            session, topic=ANSWER, key=_key(press, text, real_now), payload=payload, now=real_now
        )


def _key(press: Press, text: str, real_now: datetime) -> str:
    """The same for a press that Slack reports twice, since its answer address is its own."""
    once = press.response_url or real_now.isoformat()
    identity = f"{press.thread_id}\0{press.action}\0{press.member}\0{text}\0{once}"
    return hashlib.sha256(identity.encode()).hexdigest()[:40]
