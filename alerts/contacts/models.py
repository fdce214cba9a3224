"""People's addresses and their notification rules."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, BigKey, Id


class Contact(Base):
    """One address of one person; it is used once it is verified.

    ``code_digest`` is kept of the code that was sent last, ``code_attempts`` counts wrong ones.
    Times are the machine's.
    """

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("method IN ('mail', 'sms', 'voice', 'slack', 'push')", name="method"),
        CheckConstraint("address <> ''", name="address"),
        CheckConstraint("(code_digest IS NULL) = (code_expires_at IS NULL)", name="code"),
        UniqueConstraint("user_id", "method", "address"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    method: Mapped[str]
    address: Mapped[str]
    added_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    code_digest: Mapped[str | None]
    code_sent_at: Mapped[datetime | None]
    code_expires_at: Mapped[datetime | None]
    code_attempts: Mapped[int]


class NotificationRule(Base):
    """``severity`` (empty: any) is told to the contact so many minutes after the page began."""

    __tablename__ = "notification_rule"
    __table_args__ = (
        CheckConstraint("severity IN ('', 'critical', 'warning', 'info')", name="severity"),
        CheckConstraint("after_minutes BETWEEN 0 AND 1440", name="after"),
        UniqueConstraint("contact_id", "severity", "after_minutes"),
        Index(None, "user_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(BigKey, ForeignKey("contact.id", ondelete="CASCADE"))
    severity: Mapped[str]
    after_minutes: Mapped[int]
