"""Adding and removing one's own browsers.

A person with a browser has the verified address ``user:12`` of the method push: that the browser
asked is proof enough.
"""

import base64
import binascii
from datetime import datetime
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from alerts.channel_settings import Method
from alerts.channels.push import Push
from alerts.contacts.actions import add_proven_contact, remove_contact
from alerts.contacts.queries import find_contact
from alerts.push.models import PushSubscription
from alerts.push.queries import find_browser, get_browser_for, list_browsers
from alerts.push.subscription import Subscription
from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid

MOST_BROWSERS = 20
LONGEST_NAME = 200
_LONGEST_ENDPOINT = 2000
_KEY_BYTES, _SECRET_BYTES = 65, 16


def address_of(user_id: int) -> str:
    """The address of a person's browsers."""
    return f"user:{user_id}"


def add_browser(
    session: Session,
    user_id: int,
    subscription: Subscription,
    name: str,
    *,
    channel: Push,
    by: Actor,
    now: datetime,
) -> PushSubscription:
    """This browser gets the person's alerts from now on; one that was known changes hands.

    ``now`` is the machine's time. Raises Invalid (it is no subscription, or not of a push service
    that config.yaml names) and Conflict (there are too many).
    """
    _refuse_wrong(subscription, channel)
    found = find_browser(session, subscription.endpoint)
    if found is None:
        if len(list_browsers(session, user_id)) >= MOST_BROWSERS:
            raise Conflict(f"{MOST_BROWSERS} browsers are enough: remove one first.")
        found = PushSubscription(endpoint=subscription.endpoint, created_at=now)
        session.add(found)
    found.user_id, found.name = user_id, name.strip()[:LONGEST_NAME] or "A browser"
    found.p256dh, found.auth = subscription.p256dh, subscription.auth
    session.flush()
    record(session, by=by, action="browser.add", subject=("browser", found.id), now=now)
    add_proven_contact(session, user_id, Method.PUSH, address_of(user_id), by=by, now=now)
    return found


def _refuse_wrong(subscription: Subscription, channel: Push) -> None:
    parts = urlsplit(subscription.endpoint)
    place = f"{parts.scheme}://{parts.hostname or ''}"
    if len(subscription.endpoint) > _LONGEST_ENDPOINT or not any(
        fnmatchcase(place, service) for service in channel.services
    ):
        raise Invalid(f"Browsers whose messages go through {place} are not served here.")
    lengths = (_length(subscription.p256dh), _length(subscription.auth))
    if lengths != (_KEY_BYTES, _SECRET_BYTES):
        raise Invalid("The browser's keys are damaged. Try again.")


def _length(key: str) -> int:
    """Bytes of a base64url text; 0 when it is none."""
    try:
        padded = key.encode("ascii") + b"=" * (-len(key) % 4)
        return len(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error):
        return 0


def remove_browser(
    session: Session, user_id: int, browser_id: int, *, by: Actor, now: datetime
) -> None:
    """This browser gets nothing any more; with the last one the address goes, too."""
    browser = get_browser_for(session, user_id, browser_id)
    record(session, by=by, action="browser.remove", subject=("browser", browser.id), now=now)
    session.delete(browser)
    session.flush()
    contact = find_contact(session, user_id, Method.PUSH.value, address_of(user_id))
    if contact is not None and not list_browsers(session, user_id):
        remove_contact(session, user_id, contact.id, by=by, now=now)
