"""What the service keeps for itself."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from core.db import Base, Id


class RecordChange(Base):
    """PostgreSQL: a statement wrote to a table. A trigger adds the row in the writer's own
    transaction, so that whoever cannot see the row cannot see the change either.
    """

    __tablename__ = "record_change"
    __table_args__ = (Index(None, "table_name", "id"),)

    id: Mapped[Id]
    table_name: Mapped[str]
    at: Mapped[datetime]
