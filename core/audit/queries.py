"""Reading the audit."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry


def list_entries(
    session: Session,
    *,
    subject_type: str = "",
    subject_id: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> Sequence[AuditEntry]:
    """Newest first, older than ``before_id``; of one kind of subject or one subject, if named."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if subject_type:
        statement = statement.where(AuditEntry.subject_type == subject_type)
    if subject_id:
        statement = statement.where(AuditEntry.subject_id == subject_id)
    if before_id is not None:
        statement = statement.where(AuditEntry.id < before_id)
    return session.scalars(statement).all()
