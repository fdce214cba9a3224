"""What the tests of the import have at hand."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from core.auth.actor import system
from core.db import Base, Database
from sis.oneroster.importing import import_oneroster
from sis.oneroster.summary import ImportSummary
from sis.settings import SisSettings
from tests.sis.oneroster.sets import RosterSet

OPENING_DAY = datetime(2015, 1, 12, 14, 30, tzinfo=UTC)


class Importer:
    """Imports sets into one database, and looks at what came of it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.rejects = folder / "rejects.csv"
        self._folder = folder
        self._number = 0

    def __call__(
        self, roster: RosterSet | Path, *, now: datetime = OPENING_DAY, dry_run: bool = False
    ) -> ImportSummary:
        self._number += 1
        if isinstance(roster, RosterSet):
            roster = roster.folder(self._folder / f"set{self._number}")
        self.rejects.unlink(missing_ok=True)
        return import_oneroster(
            self.database,
            roster,
            rejects=self.rejects,
            now=now,
            by=system("importer"),
            settings=SisSettings(),
            dry_run=dry_run,
        )

    def rejected(self) -> list[dict[str, str]]:
        if not self.rejects.exists():
            return []
        with self.rejects.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def rows(self, table: str) -> list[dict[str, object]]:
        """All rows of a table, in the order of its key."""
        stored = Base.metadata.tables[table]
        with self.database.read() as session:
            found = session.execute(select(stored).order_by(*stored.primary_key.columns))
            return [dict(row) for row in found.mappings()]

    def by_sourced_id(self, table: str) -> dict[str, dict[str, object]]:
        return {str(row["sourced_id"]): row for row in self.rows(table)}

    def counts(self) -> dict[str, int]:
        """Rows of every table that an import writes to, audit and runs included."""
        with self.database.read() as session:
            return {table.name: _count(session.scalar, table) for table in _written()}


def _written() -> list[Table]:
    names = (
        "organization school academic_session calendar calendar_date class_period course section "
        "section_term section_meeting person person_role demographics school_enrollment "
        "section_enrollment"
    )
    return [Base.metadata.tables[name] for name in names.split()]


def _count(scalar: Callable[..., object], table: Table) -> int:
    found = scalar(select(func.count()).select_from(table))
    assert isinstance(found, int)
    return found


@pytest.fixture
def importer(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)
