"""Accounts and the organizations they are limited to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class UserAccount(Base):
    """``username`` is kept in small letters, so capitals make no difference.

    ``person_key`` is the id by which the records know the holder (a teacher with sections).
    """

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("username <> ''", name="username_given"),
        CheckConstraint("username = lower(username)", name="username_small"),
    )

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    person_key: Mapped[str | None] = mapped_column(unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class UserScope(Base):
    """``scope`` is the sourced id of an organization; no row means the whole district."""

    __tablename__ = "user_scope"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    scope: Mapped[str] = mapped_column(primary_key=True)
