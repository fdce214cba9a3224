"""Databases of one PostgreSQL server, emptied by what a test left in them."""

from itertools import count

import psycopg
from sqlalchemy import make_url

from core.db import Database
from tools.postgres import PostgresServer

Connection = psycopg.Connection[tuple[object, ...]]

_TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY tablename
"""
_SHAPE = """
SELECT count(*) || ' relations, ' || sum(relnatts) || ' columns, ' || max(version_num)
    FROM pg_class, alembic_version
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'S')
"""
# Whoever is still at work: the processes and threads that a test killed or forgot.
_END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (state <> 'idle' OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory'))
"""
_COUNTERS = """
SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL
"""


class PostgresStore:
    """Empties a database over a connection that stays open, because a new one first has to learn
    every table; one whose tables a test changed is dropped.
    """

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server, self._template = server, template
        self._numbers = count(1)
        self._keepers: dict[str, Connection] = {}
        with server.connect(template) as connection:
            tables = [str(name) for (name,) in connection.execute(_TABLES)]
            self._shape = connection.execute(_SHAPE).fetchone()
            self._rows = {table: _rows(connection, table) for table in tables}
            self._counters = {name: last for name, last in connection.execute(_COUNTERS)}
        self._changed = " UNION ALL ".join(map(self._is_changed, tables)).encode()

    def create(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy")
        return self._server.url(name)

    def empty(self, database: Database) -> bool:
        """False for changed tables, and when a test ended every connection, the keeper's too."""
        keeper = self._keeper(_name(database))
        try:
            if keeper.execute(_SHAPE, prepare=True).fetchone() != self._shape:
                return False
        except (psycopg.errors.UndefinedTable, psycopg.OperationalError):
            return False
        keeper.execute(_END_OTHERS, prepare=True)
        statements = self._repairs(keeper)
        if statements:
            keeper.execute(" ".join(statements).encode())
        return True

    def drop(self, database: Database) -> None:
        name = _name(database)
        if name in self._keepers:
            self._keepers.pop(name).close()
        self._server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        for keeper in self._keepers.values():
            keeper.close()

    def _keeper(self, name: str) -> Connection:
        """Its deletes fire no trigger and ask no foreign key: any order of tables will do."""
        if name not in self._keepers:
            keeper = self._keepers[name] = self._server.connect(name)
            keeper.execute("SET session_replication_role = replica")
        return self._keepers[name]

    def _is_changed(self, table: str) -> str:
        rows = self._rows[table]
        if rows is None:
            return f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})"
        kept = f"SELECT jsonb_agg(t)::text FROM {table} t"
        return f"SELECT '{table}' WHERE ({kept}) IS DISTINCT FROM $rows${rows}$rows$"

    def _repairs(self, keeper: Connection) -> list[str]:
        """Statements that bring back the template's rows and counters, which are few."""
        repairs = []
        for (table,) in keeper.execute(self._changed, prepare=True).fetchall():
            # Tests write few rows: deleting them is quicker than truncating what refers to them.
            repairs.append(f"DELETE FROM {table};")
            rows = self._rows[str(table)]
            if rows is not None:
                source = f"jsonb_populate_recordset(NULL::{table}, $rows${rows}$rows$)"
                repairs.append(f"INSERT INTO {table} SELECT * FROM {source};")
        for counter, value in keeper.execute(_COUNTERS, prepare=True).fetchall():
            first = self._counters.get(counter)
            if first is None:
                repairs.append(f"SELECT setval('{counter}', 1, false);")
            elif first != value:
                repairs.append(f"SELECT setval('{counter}', {first});")
        return repairs


def _rows(connection: Connection, table: str) -> object:
    """What the migrations themselves put into the table, as JSON; None for nothing."""
    found = connection.execute(f"SELECT jsonb_agg(t)::text FROM {table} t".encode()).fetchone()
    return None if found is None else found[0]


def _name(database: Database) -> str:
    return str(make_url(database.url).database)
