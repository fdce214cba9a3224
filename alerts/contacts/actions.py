"""Adding, verifying and removing one's own addresses, and the rules that use them.

Times are the machine's: they are about codes and not about the district. The audit names methods
and ids, never addresses.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from alerts.channel_settings import Method
from alerts.contacts.models import Contact, NotificationRule
from alerts.contacts.queries import (
    count_contacts,
    find_contact,
    get_contact_for,
    get_rule_for,
    list_rules,
)
from alerts.contacts.rules import (
    CODE_DIGITS,
    CODE_LIFETIME,
    CODE_PAUSE,
    LONGEST_WAIT,
    MOST_CONTACTS,
    MOST_WRONG_CODES,
    cleaned,
)
from alerts.delivery import enqueue_personal
from alerts.notification import Notification, NotifiedAlert
from alerts.rules import Severity, Status
from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid

SEVERITIES = ("", *(severity.value for severity in Severity))


def add_contact(
    session: Session, user_id: int, method: Method, address: str, *, by: Actor, now: datetime
) -> Contact:
    """A new address of the person, and a code on its way to it.

    Raises Invalid (it cannot be such an address) and Conflict (it is there already, or there are
    too many).
    """
    try:
        text = cleaned(method, address)
    except ValueError as error:
        raise Invalid(str(error), fields={"address": str(error)}) from error
    if find_contact(session, user_id, method.value, text) is not None:
        raise Conflict("You have added this address already.", code="contact_known")
    if count_contacts(session, user_id) >= MOST_CONTACTS:
        raise Conflict(f"{MOST_CONTACTS} addresses are enough: remove one first.")
    contact = Contact(
        user_id=user_id,
        method=method.value,
        address=text,
        added_at=now,
        verified_at=None,
        code_attempts=0,
    )
    session.add(contact)
    session.flush()
    _record(session, "contact.add", contact, by, now)
    _send_code(session, contact, now)
    return contact


def add_proven_contact(
    session: Session, user_id: int, method: Method, address: str, *, by: Actor, now: datetime
) -> Contact:
    """An address that needs no code, because it proved itself; one that is there already stays."""
    known = find_contact(session, user_id, method.value, address)
    if known is not None:
        return known
    contact = Contact(
        user_id=user_id,
        method=method.value,
        address=address,
        added_at=now,
        verified_at=now,
        code_attempts=0,
    )
    session.add(contact)
    session.flush()
    _record(session, "contact.add", contact, by, now)
    return contact


def send_code(session: Session, user_id: int, contact_id: int, *, now: datetime) -> Contact:
    """Another code to one's own address; Conflict when verified, or the last was just sent."""
    contact = get_contact_for(session, user_id, contact_id)
    if contact.verified_at is not None:
        raise Conflict("This address is verified.", code="contact_verified")
    if contact.code_sent_at is not None and now < contact.code_sent_at + CODE_PAUSE:
        seconds = int(CODE_PAUSE.total_seconds())
        raise Conflict(f"A code is on its way; wait {seconds} seconds before asking for another.")
    _send_code(session, contact, now)
    return contact


def _send_code(session: Session, contact: Contact, now: datetime) -> None:
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    contact.code_digest, contact.code_attempts = _digest(contact, code), 0
    contact.code_sent_at, contact.code_expires_at = now, now + CODE_LIFETIME
    enqueue_personal(
        session,
        method=Method(contact.method),
        address=contact.address,
        notification=say(
            f"{code} is your code for notifications from Bellwether", "ContactCode", now
        ),
        key=f"code:{contact.id}:{now.isoformat()}",
        now=now,
        private=True,
    )


def say(sentence: str, alertname: str, at: datetime, path: str = "") -> Notification:
    """A notification that is one sentence to one person and no alert of a group."""
    annotations = {"summary": sentence, **({"path": path} if path else {})}
    alert = NotifiedAlert(
        fingerprint=hashlib.sha256(f"{alertname}{sentence}".encode()).hexdigest()[:16],
        status=Status.FIRING,
        labels={"alertname": alertname, "service": "bellwether", "severity": Severity.INFO},
        annotations=annotations,
        starts_at=at,
        ends_at=None,
    )
    return Notification(
        receiver="personal",
        group_labels={"alertname": alertname},
        alerts=(alert,),
        firing_count=1,
        resolved_count=0,
    )


def _digest(contact: Contact, code: str) -> str:
    return hashlib.sha256(f"{contact.id}:{code}".encode()).hexdigest()


def verify(
    session: Session, user_id: int, contact_id: int, code: str, *, by: Actor, now: datetime
) -> bool:
    """Whether the code is the one that was sent; the address is used from then on.

    Raises Conflict when it is verified already, or the code is too old or was wrong too often. A
    wrong code counts: the caller keeps the unit of work when this returns False.
    """
    contact = get_contact_for(session, user_id, contact_id)
    if contact.verified_at is not None:
        raise Conflict("This address is verified.", code="contact_verified")
    if contact.code_digest is None or contact.code_expires_at is None:
        raise Conflict("Ask for a code first.")
    if now >= contact.code_expires_at or contact.code_attempts >= MOST_WRONG_CODES:
        raise Conflict("This code is no longer good: ask for another.", code="code_over")
    if not hmac.compare_digest(contact.code_digest, _digest(contact, code.strip())):
        contact.code_attempts += 1
        return False
    contact.verified_at = now
    contact.code_digest = contact.code_expires_at = None
    _record(session, "contact.verify", contact, by, now)
    return True


def remove_contact(
    session: Session, user_id: int, contact_id: int, *, by: Actor, now: datetime
) -> None:
    """Take one's own address away, with the rules that use it."""
    contact = get_contact_for(session, user_id, contact_id)
    session.execute(delete(NotificationRule).where(NotificationRule.contact_id == contact.id))
    _record(session, "contact.remove", contact, by, now)
    session.delete(contact)
    session.flush()


def add_rule(
    session: Session,
    user_id: int,
    *,
    contact_id: int,
    severity: str,
    after_minutes: int,
    by: Actor,
    now: datetime,
) -> NotificationRule:
    """From now on this address is told of that severity (empty: any) so long after a page began."""
    contact = get_contact_for(session, user_id, contact_id)
    longest = int(LONGEST_WAIT.total_seconds() // 60)
    if severity not in SEVERITIES:
        message = "Choose one of the severities."
        raise Invalid(message, fields={"severity": message})
    if not 0 <= after_minutes <= longest:
        message = f"Choose 0 to {longest} minutes."
        raise Invalid(message, fields={"after_minutes": message})
    same = (contact_id, severity, after_minutes)
    rules = list_rules(session, user_id)
    if same in {(rule.contact_id, rule.severity, rule.after_minutes) for rule in rules}:
        raise Conflict("You have this rule already.", code="rule_known")
    rule = NotificationRule(
        user_id=user_id, contact_id=contact.id, severity=severity, after_minutes=after_minutes
    )
    session.add(rule)
    session.flush()
    after = {"contact": contact.id, "severity": severity, "after_minutes": after_minutes}
    subject = ("notification_rule", rule.id)
    record(session, by=by, action="rule.add", subject=subject, after=after, now=now)
    return rule


def remove_rule(session: Session, user_id: int, rule_id: int, *, by: Actor, now: datetime) -> None:
    """Take one's own rule away."""
    rule = get_rule_for(session, user_id, rule_id)
    before = {"contact": rule.contact_id, "severity": rule.severity}
    subject = ("notification_rule", rule.id)
    record(session, by=by, action="rule.remove", subject=subject, before=before, now=now)
    session.delete(rule)
    session.flush()


def _record(session: Session, action: str, contact: Contact, by: Actor, now: datetime) -> None:
    record(
        session,
        by=by,
        action=action,
        subject=("contact", contact.id),
        after={"method": contact.method, "user": contact.user_id},
        now=now,
    )
