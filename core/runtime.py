"""What a process carries: settings, database and clock."""

from dataclasses import dataclass
from pathlib import Path

from core.clock import Clock
from core.db import Database
from core.settings import Settings


@dataclass(frozen=True)
class Runtime:
    """Made once at the edge and handed to jobs, handlers, commands and the web application."""

    settings: Settings
    database: Database
    clock: Clock

    @property
    def data_folder(self) -> Path:
        """The folder for everything this installation writes (``VAR``)."""
        return self.settings.var
