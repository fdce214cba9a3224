"""What an import did, by file; the numbers add up or the import fails."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FIRST_LINES = 5


@dataclass
class Warnings:
    """How often something was accepted with a grain of salt, and the first lines of it."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, count: int, lines: Iterator[int]) -> None:
        self.count += count
        for line in lines:
            if len(self.lines) < FIRST_LINES:
                self.lines.append(line)


@dataclass
class FileSummary:
    """Rows of one file.

    ``not_kept`` are rows of a file that this installation does not store; ``not_in_file`` are
    records of the same source that a bulk file no longer has (they are kept as they are).
    """

    name: str
    mode: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    not_kept: int = 0
    not_in_file: int = 0
    warnings: dict[str, Warnings] = field(default_factory=dict)

    @property
    def imported(self) -> int:
        return self.new + self.changed

    def warn(self, reason: str, count: int, lines: Iterator[int]) -> None:
        self.warnings.setdefault(reason, Warnings()).add(count, lines)

    def check(self) -> None:
        """Raise if a row was lost on the way: that is a bug, and nothing may be saved."""
        accounted = self.imported + self.unchanged + self.rejected + self.not_kept
        if accounted != self.rows:
            raise RuntimeError(f"{self.name}: {self.rows} rows came in, {accounted} went out")


@dataclass
class ImportSummary:
    """The whole run. ``derived`` counts records that follow from others rather than from a row."""

    source: str
    version: str
    path: str
    dry_run: bool
    run_id: int | None = None
    files: list[FileSummary] = field(default_factory=list)
    derived: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    rejects: Path | None = None
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    @property
    def imported(self) -> int:
        return sum(file.imported for file in self.files)

    @property
    def unchanged(self) -> int:
        return sum(file.unchanged for file in self.files)

    @property
    def rejected(self) -> int:
        return sum(file.rejected for file in self.files)

    @property
    def not_kept(self) -> int:
        return sum(file.not_kept for file in self.files)

    def file(self, name: str) -> FileSummary:
        """The numbers of one file; KeyError when the set does not hold it."""
        return {file.name: file for file in self.files}[name]

    def counts(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return {
            "source": self.source,
            "version": self.version,
            "path": self.path,
            "dry_run": self.dry_run,
            "run": self.run_id,
            "rows": self.rows,
            "imported": self.imported,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "not_kept": self.not_kept,
            "files": {
                file.name: {**asdict(file), "imported": file.imported} for file in self.files
            },
            "derived": self.derived,
            "warnings": self.warnings,
            "rejects": None if self.rejects is None else self.rejects.name,
            "seconds": round(self.seconds, 2),
        }
