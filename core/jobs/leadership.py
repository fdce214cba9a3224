"""At most one scheduler runs jobs: a lock that the database or the kernel takes back when its
holder dies.
"""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from core.logs import logger
from core.runtime import Runtime

log = logger(__name__)

ADVISORY_LOCK = 4207849485
LOCK_FILE = "scheduler.lock"
_NOTICE_DEATH = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "bellwether-scheduler-lock",
}


class Leadership(Protocol):
    """Asked again and again by one thread."""

    def hold(self) -> bool:
        """Take the lock or make sure that it is still ours; False when somebody else has it."""

    def give_up(self) -> None:
        """Let the next one have it."""


class FileLeadership:
    """For SQLite: a lock on a file in the data folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / LOCK_FILE
        self._file: int | None = None

    def hold(self) -> bool:
        if self._file is not None:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def give_up(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class AdvisoryLeadership:
    """For PostgreSQL: an advisory lock on a connection of its own, checked at each ``hold``."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_NOTICE_DEATH
        )
        self._connection: Connection | None = None

    def hold(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            return self._take()
        except SQLAlchemyError as error:
            log.warning("scheduler_lock_connection_failed", error=str(error))
            self._drop()
            return False

    def _take(self) -> bool:
        connection = self._engine.connect()
        taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        if taken:
            self._connection = connection
            return True
        connection.close()
        return False

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # ends the session at the server, and the lock with it
            connection.close()

    def give_up(self) -> None:
        self._drop()


def leadership(runtime: Runtime) -> Leadership:
    """The lock that suits the database."""
    if runtime.database.dialect == "postgresql":
        return AdvisoryLeadership(runtime.database.url)
    return FileLeadership(runtime.data_folder)
