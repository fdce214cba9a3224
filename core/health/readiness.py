"""The checks behind /readyz."""

from datetime import datetime
from functools import cache

from sqlalchemy.exc import SQLAlchemyError

from core.db import Database
from core.health.queries import list_heartbeats
from core.health.rules import COMPONENTS, Check, check_heartbeat
from core.logs import logger
from core.migrate import current, head

log = logger(__name__)


@cache
def _head() -> str:
    return head()


def _check_migrations(database: Database) -> Check:
    found = current(database)
    if found == _head():
        return Check("migrations", True)
    return Check(
        "migrations", False, f"The database is at {found or 'no revision'}, not at {_head()}."
    )


def check_all(database: Database, now: datetime) -> list[Check]:
    """Database, migrations, and the heartbeats of scheduler and delivery, in this order.

    ``now`` is the machine's time. A check that cannot be made is a failed one.
    """
    try:
        migrations = _check_migrations(database)
    except (SQLAlchemyError, OSError) as error:
        log.warning("database_unreachable", error=type(error).__name__)
        return [Check("database", False, "The database does not answer.")]
    checks = [Check("database", True), migrations]
    try:
        with database.read() as session:
            beats = list_heartbeats(session)
    except SQLAlchemyError:
        beats = {}
    return checks + [check_heartbeat(name, beats, now) for name in COMPONENTS]
