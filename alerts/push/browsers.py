"""The browsers in the database, for the delivery."""

from collections.abc import Sequence

from alerts.push.queries import find_browser, list_browsers_at
from alerts.push.subscription import Subscription
from core.db import Database


class KnownBrowsers:
    """Those that asked for alerts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, address: str) -> Sequence[Subscription]:
        with self._database.read() as session:
            return [
                Subscription(each.endpoint, each.p256dh, each.auth)
                for each in list_browsers_at(session, address)
            ]

    def forget(self, endpoint: str) -> None:
        with self._database.write() as session:
            found = find_browser(session, endpoint)
            if found is not None:
                session.delete(found)
