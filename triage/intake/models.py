"""How far each reader of another package's log has come."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey


class TriageCursor(Base):
    """``position`` is the id of the last row that ``name`` has dealt with."""

    __tablename__ = "triage_cursor"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigKey)
    updated_at: Mapped[datetime]
