"""Telling how far an import is."""

from typing import Protocol


class Progress(Protocol):
    """Hears of every chunk; sizes are bytes."""

    def begin(self, size: int) -> None:
        """The whole set has this size."""

    def advance(self, file: str, size: int, rows: int) -> None:
        """``size`` more bytes are in; ``rows`` of this file so far."""

    def end(self) -> None:
        """All files are in."""


class Silent:
    def begin(self, size: int) -> None:
        """Say nothing."""

    def advance(self, file: str, size: int, rows: int) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


SILENT = Silent()
