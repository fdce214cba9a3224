"""Migrated databases by the dozen: one template per engine and worker, one copy per test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from core.db import Database
from core.migrate import upgrade
from tools.postgres import PostgresServer, running_postgres

DIALECTS = ("sqlite", "postgresql")


class Databases(Protocol):
    """Hands out databases that are migrated to the head and otherwise empty."""

    def create(self) -> str:
        """Make one and return its URL."""

    def drop(self, url: str) -> None:
        """Remove it again."""


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite"
        self._numbers = count(1)
        _migrate(self._url(self._template))

    def create(self) -> str:
        path = self._folder / f"test_{next(self._numbers)}.sqlite"
        shutil.copyfile(self._template, path)
        return self._url(path)

    def drop(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)

    @staticmethod
    def _url(path: Path) -> str:
        return f"sqlite:///{path}"


class PostgresDatabases:
    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = count(1)
        server.execute("CREATE DATABASE template_bellwether")
        _migrate(server.url("template_bellwether"))

    def create(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._server.execute(
            f"CREATE DATABASE {name} TEMPLATE template_bellwether STRATEGY file_copy"
        )
        return self._server.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        self._server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.dispose()


@contextmanager
def postgres_databases() -> Iterator[Databases]:
    with running_postgres() as server:
        yield PostgresDatabases(server)


@contextmanager
def fresh_database(databases: Databases) -> Iterator[Database]:
    """A database of one's own, gone at the end of the block."""
    url = databases.create()
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()
        databases.drop(url)
