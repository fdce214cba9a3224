"""Finding how people are reached."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.channel_settings import Method
from alerts.contacts.models import Contact, NotificationRule
from alerts.contacts.rules import Address, Rule
from core.errors import NotFound


def list_contacts(session: Session, user_id: int) -> Sequence[Contact]:
    """The person's addresses, verified or not, in the order in which they were added."""
    statement = select(Contact).where(Contact.user_id == user_id).order_by(Contact.id)
    return session.scalars(statement).all()


def get_contact_for(session: Session, user_id: int, contact_id: int) -> Contact:
    """One of the person's own addresses, locked; NotFound for those of others."""
    statement = select(Contact).where(Contact.id == contact_id, Contact.user_id == user_id)
    found = session.scalar(statement.with_for_update())
    if found is None:
        raise NotFound("There is no such address of yours.")
    return found


def find_contact(session: Session, user_id: int, method: str, address: str) -> Contact | None:
    """The person's address, or None."""
    return session.scalar(
        select(Contact).where(
            Contact.user_id == user_id, Contact.method == method, Contact.address == address
        )
    )


def find_verified_person(session: Session, method: Method, address: str) -> int | None:
    """The account of the one person who has verified that address; None also for several."""
    statement = select(Contact.user_id).where(
        Contact.method == method.value,
        Contact.address == address,
        Contact.verified_at.is_not(None),
    )
    found = session.scalars(statement.limit(2)).all()
    return found[0] if len(found) == 1 else None


def list_rules(session: Session, user_id: int) -> Sequence[NotificationRule]:
    """The person's rules: by severity, soonest first."""
    statement = select(NotificationRule).where(NotificationRule.user_id == user_id)
    return session.scalars(
        statement.order_by(
            NotificationRule.severity, NotificationRule.after_minutes, NotificationRule.id
        )
    ).all()


def get_rule_for(session: Session, user_id: int, rule_id: int) -> NotificationRule:
    """One of the person's own rules; NotFound for those of others."""
    found = session.get(NotificationRule, rule_id)
    if found is None or found.user_id != user_id:
        raise NotFound("There is no such rule of yours.")
    return found


def list_verified(session: Session, user_ids: Collection[int]) -> dict[int, list[Address]]:
    """Person -> verified addresses; people without any are left out."""
    statement = (
        select(Contact)
        .where(Contact.user_id.in_(user_ids), Contact.verified_at.is_not(None))
        .order_by(Contact.id)
    )
    found: dict[int, list[Address]] = {}
    for row in session.scalars(statement):
        address = Address(row.id, Method(row.method), row.address)
        found.setdefault(row.user_id, []).append(address)
    return found


def list_rules_of(session: Session, user_ids: Collection[int]) -> dict[int, list[Rule]]:
    """Person -> rules; people without any are left out."""
    statement = select(NotificationRule).where(NotificationRule.user_id.in_(user_ids))
    found: dict[int, list[Rule]] = {}
    for row in session.scalars(statement.order_by(NotificationRule.id)):
        rule = Rule(row.contact_id, row.severity, timedelta(minutes=row.after_minutes))
        found.setdefault(row.user_id, []).append(rule)
    return found


def count_contacts(session: Session, user_id: int) -> int:
    """How many addresses the person has."""
    statement = select(func.count()).select_from(Contact).where(Contact.user_id == user_id)
    return session.scalar(statement) or 0
