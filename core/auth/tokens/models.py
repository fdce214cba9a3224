"""API tokens; all their times are the machine's."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class ApiToken(Base):
    """Only the SHA-256 of the secret is kept; ``prefix`` is the part that people may see.

    ``scopes`` are permission words; ``organizations`` None means the whole district.
    """

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"),)

    id: Mapped[Id]
    name: Mapped[str]
    prefix: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    scopes: Mapped[list[str]]
    organizations: Mapped[list[str] | None]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
