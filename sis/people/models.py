"""People. A student's place at a school is a school enrolment, not a role here."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id

FAMILY_PREFIX = "substr(lower(family_name), 1, 3)"
GIVEN_PREFIX = "substr(lower(given_name), 1, 3)"
"""What people are searched by; written alike in the index and in queries, or it is not used."""


class Person(Base):
    """Passwords that a source sends are never stored.

    ``identifier`` is the district's own student or staff number; ``ssid`` the state's, 10 digits.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("status in ('active','tobedeleted')", "status"),
        Index("ix_person_name_prefix", text(FAMILY_PREFIX), text(GIVEN_PREFIX)),
    )

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    enabled: Mapped[bool] = mapped_column(default=True)
    given_name: Mapped[str]
    middle_name: Mapped[str | None]
    family_name: Mapped[str]
    preferred_given_name: Mapped[str | None]
    preferred_family_name: Mapped[str | None]
    pronouns: Mapped[str | None]
    username: Mapped[str | None]
    identifier: Mapped[str | None] = mapped_column(index=True)
    ssid: Mapped[str | None] = mapped_column(index=True, unique=True)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    sms: Mapped[str | None]
    grade: Mapped[str | None]
    home_language: Mapped[str | None]
    agent_sourced_ids: Mapped[str | None]
    modified_at: Mapped[datetime] = mapped_column(index=True)
    import_run_id: Mapped[int | None]


class Demographics(Base):
    """Kept apart from the person: read by few, never needed to run the day."""

    __tablename__ = "demographics"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    status: Mapped[str] = mapped_column(default="active")
    birth_date: Mapped[date | None] = mapped_column(index=True)
    sex: Mapped[str | None]
    american_indian_or_alaska_native: Mapped[bool | None]
    asian: Mapped[bool | None]
    black_or_african_american: Mapped[bool | None]
    native_hawaiian_or_other_pacific_islander: Mapped[bool | None]
    white: Mapped[bool | None]
    two_or_more_races: Mapped[bool | None]
    hispanic_or_latino: Mapped[bool | None]
    country_of_birth: Mapped[str | None]
    state_of_birth: Mapped[str | None]
    city_of_birth: Mapped[str | None]
    public_school_residence_status: Mapped[str | None]
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]


class PersonRole(Base):
    """A role at an organization, ``[begins_on, ends_on)``; student at a school is not one."""

    __tablename__ = "person_role"
    __table_args__ = (
        CheckConstraint("status in ('active','tobedeleted')", "status"),
        CheckConstraint("role_type in ('primary','secondary')", "role_type"),
        Index(None, "organization_id", "role"),
    )

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    role: Mapped[str]
    role_type: Mapped[str] = mapped_column(default="primary")
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]
