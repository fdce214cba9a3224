"""Telling the people of a step: whom it means now, and the messages to their addresses."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.actions import topic_of
from alerts.channel_settings import Method
from alerts.contacts.queries import list_rules_of, list_verified
from alerts.contacts.rules import pages_for
from alerts.delivery import enqueue_personal
from alerts.escalation.chain import Notify
from alerts.escalation.models import Escalation, EscalationPage
from alerts.escalation.queries import lock_turn
from alerts.escalation.rules import whose_turn
from alerts.models import Alert
from alerts.notification import Notification
from alerts.oncall.queries import find_on_call
from alerts.settings import AlertSettings
from core.auth.accounts.queries import list_active, list_people
from core.outbox.actions import enqueue

WEBHOOK = "escalation.webhook"


@dataclass(frozen=True)
class Telling:
    """What a step is told with: the settings, what fires, the news of it, and both clocks."""

    settings: AlertSettings
    alerts: Sequence[Alert]
    notification: Notification
    now: datetime
    real_now: datetime


@dataclass(frozen=True)
class Told:
    """Who was reached, by name, and why others were not, as sentences."""

    reached: Sequence[str] = ()
    not_reached: Sequence[str] = ()


def tell(session: Session, found: Escalation, step: Notify, telling: Telling) -> Told:
    """Put the messages of this step into the outbox, and its later ones onto the waiting list."""
    if step.receiver is not None:
        return _tell_receiver(session, found, step.receiver, telling)
    if step.webhook is not None:
        return _tell_webhook(session, found, step.webhook, telling)
    if step.round_robin:
        return _tell_next(session, found, step.round_robin, telling)
    if step.schedule is not None:
        return _tell_on_call(session, found, step.schedule, telling)
    names = telling.settings.teams[step.team] if step.team is not None else (step.user or "",)
    return _tell_usernames(session, found, names, telling)


def _tell_on_call(session: Session, found: Escalation, name: str, telling: Telling) -> Told:
    shift = find_on_call(session, name, telling.now)
    if shift is None:
        return Told(not_reached=[f"nobody is on call in {name}"])
    return _tell_people(session, found, [shift.user_id], telling)


def _tell_usernames(
    session: Session, found: Escalation, usernames: Collection[str], telling: Telling
) -> Told:
    accounts = list_active(session, usernames)
    absent = [f"there is no open account {name}" for name in usernames if name not in accounts]
    told = _tell_people(session, found, [account.id for account in accounts.values()], telling)
    return Told(told.reached, [*absent, *told.not_reached])


def _tell_next(
    session: Session, found: Escalation, usernames: Sequence[str], telling: Telling
) -> Told:
    """The next one of the round who can be reached."""
    turn = lock_turn(session, found.chain, found.step)
    not_reached: list[str] = []
    for username in whose_turn(usernames, turn.taken):
        turn.taken += 1
        told = _tell_usernames(session, found, [username], telling)
        not_reached.extend(told.not_reached)
        if told.reached:
            return Told(told.reached, not_reached)
    return Told((), not_reached)


def _tell_people(
    session: Session, found: Escalation, user_ids: Sequence[int], telling: Telling
) -> Told:
    people = list_people(session, user_ids)
    addresses, rules = list_verified(session, user_ids), list_rules_of(session, user_ids)
    reached, not_reached = [], []
    for user_id in dict.fromkeys(user_ids):
        person = people[user_id]
        pages = pages_for(
            telling.notification.severity, addresses.get(user_id, ()), rules.get(user_id, ())
        )
        if not person.active or not pages:
            why = "has no verified address" if person.active else "has no open account"
            not_reached.append(f"{person.display_name} {why}")
            continue
        reached.append(person.display_name)
        for page in pages:
            row = EscalationPage(
                escalation_id=found.id,
                round=found.round,
                step=found.step,
                user_id=user_id,
                contact_id=page.to.contact_id,
                method=page.to.method.value,
                address=page.to.address,
                state="pending",
                due_at=telling.now + page.after,
            )
            session.add(row)
            if not page.after:
                send(session, row, telling)
    return Told(reached, not_reached)


def send(session: Session, page: EscalationPage, telling: Telling) -> None:
    """Put a page that is due into the outbox."""
    page.state = "told"
    enqueue_personal(
        session,
        method=Method(page.method),
        address=page.address,
        notification=telling.notification,
        key=_key(page.escalation_id, page.round, page.step, page.contact_id, page.due_at),
        now=telling.real_now,
    )


def _tell_receiver(session: Session, found: Escalation, name: str, telling: Telling) -> Told:
    receiver = telling.settings.receivers.get(name)
    if receiver is None:
        return Told(not_reached=[f"config.yaml has no receiver {name} any more"])
    ready = receiver.told
    if not ready:
        return Told(not_reached=[f"no channel of {name} is in use"])
    notification = telling.notification.model_copy(update={"receiver": name})
    for channel in ready:
        topic = topic_of(channel.type)
        enqueue(
            session,
            topic=topic,
            key=_key(found.id, found.round, found.step, name, channel.label),
            payload={
                "receiver": name,
                "channel": channel.label,
                "title": notification.title,
                "notification": notification.model_dump(mode="json"),
            },
            lane=f"{topic}:{name}:{channel.label}",
            now=telling.real_now,
        )
    return Told([f"{name}: {channel.label}" for channel in ready])


def _tell_webhook(session: Session, found: Escalation, url: str, telling: Telling) -> Told:
    enqueue(
        session,
        topic=WEBHOOK,
        key=_key(found.id, found.round, found.step, url),
        payload={
            "url": url,
            "channel": "webhook",
            "title": telling.notification.title,
            "notification": telling.notification.model_dump(mode="json"),
        },
        lane=f"{WEBHOOK}:{url}",
        now=telling.real_now,
    )
    return Told(["webhook"])


def _key(*parts: object) -> str:
    """The same for the same message, so that it is sent once."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:40]
