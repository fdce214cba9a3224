"""Finding browsers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.push.models import PushSubscription
from core.auth.accounts.queries import find_account
from core.errors import NotFound


def list_browsers(session: Session, user_id: int) -> Sequence[PushSubscription]:
    """The person's browsers, in the order in which they were added."""
    statement = select(PushSubscription).where(PushSubscription.user_id == user_id)
    return session.scalars(statement.order_by(PushSubscription.id)).all()


def list_browsers_at(session: Session, address: str) -> Sequence[PushSubscription]:
    """The browsers of ``user:12`` or of the account of that username; none of a closed one."""
    kind, _, number = address.partition(":")
    if kind == "user" and number.isdigit():
        return list_browsers(session, int(number))
    account = find_account(session, address)
    return list_browsers(session, account.id) if account is not None and account.active else ()


def get_browser_for(session: Session, user_id: int, browser_id: int) -> PushSubscription:
    """One of the person's own browsers; NotFound for those of others."""
    found = session.get(PushSubscription, browser_id)
    if found is None or found.user_id != user_id:
        raise NotFound("There is no such browser of yours.")
    return found


def find_browser(session: Session, endpoint: str) -> PushSubscription | None:
    """The browser behind that address of its push service, whoever's it is."""
    return session.scalar(select(PushSubscription).where(PushSubscription.endpoint == endpoint))
