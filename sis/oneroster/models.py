"""One row per import that was saved."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from core.db import Base, Id, JsonDict


class ImportRun(Base):
    """What came in. ``path`` is a name without its folders; ``counts`` is the summary by file."""

    __tablename__ = "import_run"

    id: Mapped[Id]
    source: Mapped[str]
    format: Mapped[str]
    path: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counts: Mapped[JsonDict]
    actor: Mapped[str]
