"""Migrated, empty databases by the thousand: a few are emptied and handed out again and again.

Handed out again is the ``Database`` itself with its engines: what SQLAlchemy compiled for one test,
and on PostgreSQL what a connection knows of the tables, serves the next.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import QueuePool

from core.db import Database
from core.migrate import upgrade
from tests.support.postgres import PostgresStore
from tools.postgres import running_postgres

DIALECTS = ("sqlite", "postgresql")


class Store(Protocol):
    """Where the databases of one engine are kept."""

    def create(self) -> str:
        """Make one that is migrated to the head and otherwise empty; return its URL."""

    def empty(self, database: Database) -> bool:
        """Make one so again whose connections are idle; False when it cannot be."""

    def drop(self, database: Database) -> None:
        """Remove one that was disposed of."""


class SqliteStore:
    """Files; an emptied one is a new copy of the template under the old name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite"
        self._numbers = count(1)
        migrate(_url(self._template))

    def create(self) -> str:
        path = self._folder / f"test_{next(self._numbers)}.sqlite"
        shutil.copyfile(self._template, path)
        return _url(path)

    def empty(self, database: Database) -> bool:
        database.writer.dispose()
        database.reader.dispose()
        self.drop(database)
        shutil.copyfile(self._template, _path(database.url))
        return True

    def drop(self, database: Database) -> None:
        path = _path(database.url)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


class Databases:
    """Hands out databases that are migrated to the head and otherwise empty."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._idle: list[Database] = []

    def take(self) -> Database:
        return self._idle.pop() if self._idle else Database(self._store.create())

    def give_back(self, database: Database, *, at_rest: bool) -> None:
        """Keep one for the next who asks, if nobody has hold of it and it can be emptied."""
        if at_rest and _all_idle(database) and self._store.empty(database):
            self._idle.append(database)
        else:
            database.dispose()
            self._store.drop(database)

    def close(self) -> None:
        for database in self._idle:
            database.dispose()


def migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.dispose()


@contextmanager
def sqlite_databases(folder: Path) -> Iterator[Databases]:
    databases = Databases(SqliteStore(folder))
    yield databases
    databases.close()


@contextmanager
def postgres_databases() -> Iterator[Databases]:
    with running_postgres() as server:
        server.execute("CREATE DATABASE template_bellwether")
        migrate(server.url("template_bellwether"))
        store = PostgresStore(server, "template_bellwether")
        databases = Databases(store)
        yield databases
        databases.close()
        store.close()


@contextmanager
def fresh_database(databases: Databases) -> Iterator[Database]:
    """A database of one's own for the length of a block."""
    database, threads = databases.take(), set(threading.enumerate())
    try:
        yield database
    finally:
        databases.give_back(database, at_rest=threads.issuperset(threading.enumerate()))


def _all_idle(database: Database) -> bool:
    """Whether nobody disposed of it, and every connection is back in its pool."""
    pools = [engine.pool for engine in (database.writer, database.reader)]
    out = [pool.checkedout() for pool in pools if isinstance(pool, QueuePool)]
    return not database.disposed and not any(out)


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
