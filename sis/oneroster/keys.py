"""From the source's ids to ours: what this import brought, then what the tables hold."""

from dataclasses import dataclass, field
from enum import Enum

import polars as pl
from sqlalchemy import Table

from sis.calendars.models import AcademicSession
from sis.courses.models import Course, Section
from sis.gradebook.models import Category, LineItem, ScoreScale
from sis.oneroster.bulk import dtype
from sis.oneroster.rules import SOURCED_ID
from sis.oneroster.store import Store
from sis.organizations.models import Organization
from sis.people.models import Person


class Kind(Enum):
    """What can be referred to: its table, and the columns that a reference needs to see."""

    ORGANIZATION = (Organization.__table__, ("id", "type"))
    SESSION = (AcademicSession.__table__, ("id", "type", "starts_on", "ends_on"))
    COURSE = (Course.__table__, ("id",))
    SECTION = (Section.__table__, ("id", "school_id", "track"))
    PERSON = (Person.__table__, ("id", "grade"))
    CATEGORY = (Category.__table__, ("id",))
    SCORE_SCALE = (ScoreScale.__table__, ("id",))
    LINE_ITEM = (LineItem.__table__, ("id", "section_id"))

    @property
    def table(self) -> Table:
        table = self.value[0]
        assert isinstance(table, Table)
        return table

    @property
    def columns(self) -> tuple[str, ...]:
        columns: tuple[str, ...] = self.value[1]
        return columns


@dataclass
class Keys:
    """Grows with every file, and with every record that a reference was found to mean."""

    store: Store
    _known: dict[Kind, list[pl.DataFrame]] = field(default_factory=dict)

    def add(self, kind: Kind, frame: pl.DataFrame) -> None:
        """Remember records: a frame with ``sourced_id`` and the kind's columns."""
        self._known.setdefault(kind, []).append(frame.select("sourced_id", *kind.columns))

    def known(self, kind: Kind) -> pl.DataFrame:
        """All that are remembered."""
        parts = self._known.get(kind)
        if not parts:
            schema = {name: dtype(kind.table.c[name]) for name in ("sourced_id", *kind.columns)}
            return pl.DataFrame(schema=schema)
        if len(parts) > 1:
            self._known[kind] = parts = [pl.concat(parts, rechunk=True)]
        return parts[0]

    def resolve(self, kind: Kind, frame: pl.DataFrame, column: str, prefix: str) -> pl.DataFrame:
        """Join what ``column`` refers to, as ``<prefix>_id`` and so on; null where unknown."""
        found = self._join(kind, frame, column, prefix)
        missing = found.filter(pl.col(column).is_not_null() & pl.col(f"{prefix}_id").is_null())
        if missing.is_empty() or not self._look_up(kind, missing[column]):
            return found
        return self._join(kind, frame, column, prefix)

    def _join(self, kind: Kind, frame: pl.DataFrame, column: str, prefix: str) -> pl.DataFrame:
        names = {name: f"{prefix}_{name}" for name in kind.columns}
        known = self.known(kind).rename({**names, "sourced_id": column})
        return frame.join(known, on=column, how="left", maintain_order="left")

    def _look_up(self, kind: Kind, values: pl.Series) -> bool:
        if self.store.was_empty(kind.table):
            return False
        values = values.filter(values.str.contains(SOURCED_ID))
        if values.is_empty():
            return False
        found = self.store.bulk.fetch(
            kind.table, ["sourced_id", *kind.columns], "sourced_id", values
        )
        if found.height:
            self.add(kind, found)
        return bool(found.height)
