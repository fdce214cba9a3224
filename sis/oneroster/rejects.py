"""The rejected rows, written to a CSV file as they are found."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from sis.oneroster.rules import shortened

HEADER = ("file", "line", "column", "value", "reason", "remedy")


@dataclass(frozen=True)
class Reason:
    """Why a row is refused, and what its sender can do."""

    text: str
    remedy: str


class Rejects:
    """The file is made with the first reject. Values of a password column are never written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(
        self, file: str, column: str, reason: Reason, rows: Iterable[tuple[int, str | None]]
    ) -> None:
        """Write one row for each (line, value)."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(HEADER)
        writer = csv.writer(self._file)
        for line, value in rows:
            shown = "" if column == "password" else _harmless(shortened(value or ""))
            writer.writerow((f"{file}.csv", line, column, shown, reason.text, reason.remedy))
            self.count += 1
        self._file.flush()


def _harmless(value: str) -> str:
    """A value that a spreadsheet would run as a formula becomes text."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@")) else value
