"""What the commands of one process share; each part is made when a command first asks for it."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loaded when the parts are made
    from core.plugins import Surface
    from core.runtime import Runtime


class Program:
    """``path`` is app.py; the others know how to make the parts.

    A command that works on files alone asks for no part, and so needs neither configuration nor
    database.
    """

    def __init__(
        self,
        path: Path,
        load_surfaces: "Callable[[], Sequence[Surface]]",
        make_runtime: "Callable[[], Runtime]",
    ) -> None:
        self.path = path
        self._load_surfaces, self._make_runtime = load_surfaces, make_runtime

    @cached_property
    def surfaces(self) -> "Sequence[Surface]":
        """What every package offers."""
        return self._load_surfaces()

    @cached_property
    def runtime(self) -> "Runtime":
        """Settings, database and clock; ConfigError lists every problem of the settings."""
        return self._make_runtime()
