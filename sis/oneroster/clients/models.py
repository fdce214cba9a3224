"""OAuth 2 clients and access tokens; all their times are the machine's."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class OAuthClient(Base):
    """Only the SHA-256 of the secret is kept. ``scopes`` are short names such as roster.readonly.

    ``organizations`` are sourced ids of schools, or of organizations above them, that the client
    is limited to; None means the whole district.
    """

    __tablename__ = "oauth_client"
    __table_args__ = (CheckConstraint("name <> ''", "name_given"),)

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[str]
    name: Mapped[str]
    scopes: Mapped[list[str]]
    organizations: Mapped[list[str] | None]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OAuthToken(Base):
    """An access token, by the SHA-256 of it."""

    __tablename__ = "oauth_token"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("oauth_client.id", ondelete="CASCADE"))
    scopes: Mapped[list[str]]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
