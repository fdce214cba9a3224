"""The audit table; rows are written once and never changed."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from core.db import Base, Id, JsonDict


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject_type", "subject_id"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    before: Mapped[JsonDict | None]
    after: Mapped[JsonDict | None]
    request_id: Mapped[str | None]
