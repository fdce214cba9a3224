"""Waking whoever waits for a change, at the moment when it is committed."""

from collections.abc import Callable, Sequence
from threading import Event

from psycopg import Connection, Error
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from core.db import Database
from core.logs import logger

log = logger(__name__)

CHANNEL = "bellwether"
LOOK_SECONDS = 0.004
"""How often SQLite is asked whether anything was committed: some microseconds each time."""
NOTICE_SECONDS = 0.5
RECONNECT_SECONDS = 1.0

Wake = Sequence[Callable[[], None]]


def wake(session: Session) -> None:
    """Tell the loops of every process that there is something to do, when this commits.

    PostgreSQL delivers a NOTIFY with the commit. SQLite tells every connection of a commit by
    itself (see ``core.db.Database.sqlite_version_of_data``).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))


def watch(database: Database, calls: Wake, stop: Event) -> None:
    """Make the ``calls`` whenever there may be something to do, until ``stop`` is set.

    Whoever is called must look for itself: a call may be early, or one for several commits.
    """
    look = _listen if database.dialect == "postgresql" else _look
    while not stop.is_set():
        try:
            look(database, calls, stop)
        except (SQLAlchemyError, Error) as error:
            log.warning("wake_connection_failed", error=type(error).__name__)
            stop.wait(RECONNECT_SECONDS)


def _call(calls: Wake) -> None:
    for each in calls:
        each()


def _look(database: Database, calls: Wake, stop: Event) -> None:
    """Whatever was committed before the first look is looked for."""
    known = database.sqlite_version_of_data()
    _call(calls)
    while not stop.wait(LOOK_SECONDS):
        version = database.sqlite_version_of_data()
        if version != known:
            known = version
            _call(calls)


def _listen(database: Database, calls: Wake, stop: Event) -> None:
    """On a connection of its own; whatever was missed while there was none is looked for."""
    engine = create_engine(
        database.url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 5, "application_name": "bellwether-wake"},
    )
    with engine.connect() as connection:
        connection.execute(text(f"LISTEN {CHANNEL}"))
        driver = connection.connection.driver_connection
        assert isinstance(driver, Connection)
        _call(calls)
        while not stop.is_set():
            for _ in driver.notifies(timeout=NOTICE_SECONDS, stop_after=1):
                _call(calls)
