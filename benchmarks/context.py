"""What a benchmark is handed: a folder, databases, and the synthetic district as files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.db import Database
from core.migrate import upgrade
from drills.district.writing import generate
from tools.postgres import PostgresServer

DIALECTS = ("sqlite", "postgresql")


@dataclass
class Context:
    """One run of ``python -m benchmarks``. ``size`` is small or full."""

    folder: Path
    server: PostgresServer
    size: str = "full"
    _number: int = 0

    def district(self) -> Path:
        """The folder of the synthetic district's OneRoster files, written once."""
        folder = self.folder / f"district-{self.size}"
        if not folder.exists():
            generate(folder, size=self.size, seed=2015)
        return folder

    @contextmanager
    def database(self, dialect: str) -> Iterator[Database]:
        """A migrated, empty database that is gone afterwards."""
        self._number += 1
        name = f"bench_{self._number}"
        if dialect == "sqlite":
            path = self.folder / f"{name}.sqlite"
            database = Database(f"sqlite:///{path}")
        else:
            self.server.execute(f"CREATE DATABASE {name}")
            database = Database(self.server.url(name))
        upgrade(database)
        try:
            yield database
        finally:
            database.dispose()
            self._drop(dialect, name)

    def _drop(self, dialect: str, name: str) -> None:
        if dialect == "postgresql":
            self.server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            return
        for suffix in ("", "-wal", "-shm"):
            (self.folder / f"{name}.sqlite{suffix}").unlink(missing_ok=True)
