"""Engines, sessions and column types for SQLite and PostgreSQL.

Errors never show the values of a statement: they may be names of people.

SQLite runs in WAL mode; writing transactions BEGIN IMMEDIATE, so that two writers queue instead of
losing updates; readers use a second, deferred engine. A unit of work is one ``write()`` block.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import Connection as SqliteConnection
from threading import Lock
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.types import JSON, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is refused at the door."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigKey = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigKey, primary_key=True)]
JsonDict = dict[str, Any]


class Base(DeclarativeBase):
    """Every table of the house; constraint names are the same on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        JsonDict: JSON,
        list[str]: JSON,
        list[int]: JSON,
    }


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_engine(url: str, begin: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": 30}, hide_parameters=True, pool_size=8, max_overflow=64
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


class Database:
    """One database for one process; made from ``DATABASE_URL``."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed.render_as_string(hide_password=False)
        self.dialect = parsed.get_backend_name()
        if self.dialect == "sqlite":
            self.writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE")
            self.reader = _sqlite_engine(self.url, "BEGIN DEFERRED")
        else:
            self.writer = create_engine(
                self.url,
                connect_args={"connect_timeout": 10},
                hide_parameters=True,
                pool_pre_ping=True,
                pool_size=8,
                max_overflow=24,
            )
            self.reader = self.writer
        self.disposed = False
        self._watcher: PoolProxiedConnection | None = None
        self._watching = Lock()
        for engine in {self.writer, self.reader}:
            event.listen(engine, "checkin", self._close_if_disposed)

    def _close_if_disposed(self, _connection: object, entry: ConnectionPoolEntry) -> None:
        """A thread that was still at work at ``dispose`` gives its connection back too late."""
        if self.disposed:
            entry.invalidate()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One unit of work: commits at the end of the block, rolls back on any exception."""
        with Session(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent read; nothing that happens inside is saved."""
        with Session(self.reader, expire_on_commit=False) as session:
            if self.dialect == "postgresql":
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            yield session

    def sqlite_version_of_data(self) -> int:
        """A number that differs once any connection of any process has committed something.

        A connection of its own watches: SQLite tells each connection of the others' commits.
        """
        with self._watching:
            if self._watcher is None:
                self._watcher = self.reader.raw_connection()
            driver = self._watcher.driver_connection
            assert isinstance(driver, SqliteConnection)
            version: int = driver.execute("PRAGMA data_version").fetchone()[0]
            return version

    def dispose(self) -> None:
        """Close every connection: the idle ones now, those at work when they come back."""
        self.disposed = True
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        self.writer.dispose()
        self.reader.dispose()
