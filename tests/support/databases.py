"""Migrated databases by the dozen: one template per engine and worker, one copy per test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg

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


# Tests write few rows: deleting them is four times as quick as truncating all that refers to them.
_EMPTY = """
DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    -- Without triggers and foreign keys: any order will do, and nothing refuses to be deleted.
    PERFORM set_config('session_replication_role', 'replica', true);
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
        IF filled THEN
            EXECUTE 'DELETE FROM ' || quote_ident(name);
        END IF;
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
        WHERE last_value IS NOT NULL;
END $$;
"""
_TABLES = """
SELECT string_agg(quote_ident(tablename), ' ' ORDER BY tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
_COUNTERS = """
SELECT coalesce(string_agg(format('SELECT setval(%L, %s);', sequencename, last_value), ' '), '')
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
_SHAPE = """
SELECT count(*) || ' relations, ' || sum(relnatts) || ' columns, ' || max(version_num)
    FROM pg_class, alembic_version
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'S')
"""


class PostgresDatabases:
    """Empties a database and hands it out again; one whose tables a test changed is dropped."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = count(1)
        self._clean: list[str] = []
        server.execute("CREATE DATABASE template_bellwether")
        _migrate(server.url("template_bellwether"))
        self._shape = server.value("template_bellwether", _SHAPE)
        self._seeds = self._rows_of_migrations("template_bellwether")

    def create(self) -> str:
        if self._clean:
            return self._server.url(self._clean.pop())
        name = f"test_{next(self._numbers)}"
        self._server.execute(
            f"CREATE DATABASE {name} TEMPLATE template_bellwether STRATEGY file_copy"
        )
        return self._server.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        try:
            intact = self._server.value(name, _SHAPE) == self._shape
        except psycopg.errors.UndefinedTable:
            intact = False
        if intact:
            self._server.execute(_EMPTY + self._seeds, name)
            self._clean.append(name)
        else:
            self._server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _rows_of_migrations(self, name: str) -> str:
        """Statements that bring back what the migrations themselves put into tables."""
        found = []
        for table in str(self._server.value(name, _TABLES)).split():
            rows = self._server.value(name, f"SELECT jsonb_agg(t)::text FROM {table} t")
            if rows is not None:
                source = f"jsonb_populate_recordset(NULL::{table}, $rows${rows}$rows$)"
                found.append(f"INSERT INTO {table} SELECT * FROM {source};")
        return " ".join([*found, str(self._server.value(name, _COUNTERS))])


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
