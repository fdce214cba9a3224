"""Organizations, and what only a school has."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id


class OrganizationType(StrEnum):
    """OneRoster's words, except that its ``local`` is our ESC when its parent is a district."""

    DISTRICT = "district"
    ESC = "esc"
    SCHOOL = "school"
    DEPARTMENT = "department"
    LOCAL = "local"
    STATE = "state"
    NATIONAL = "national"


class SchoolLevel(StrEnum):
    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    HIGH = "high"
    SPAN = "span"
    CONTINUATION = "continuation"
    ALTERNATIVE = "alternative"
    SPECIAL_EDUCATION = "special_education"
    OTHER = "other"


class Organization(Base):
    """``sourced_id`` is the source's own id; ``status`` is active or tobedeleted (kept)."""

    __tablename__ = "organization"
    __table_args__ = (CheckConstraint("status in ('active','tobedeleted')", "status"),)

    id: Mapped[Id]
    sourced_id: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")
    name: Mapped[str]
    type: Mapped[str]
    identifier: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    modified_at: Mapped[datetime]
    import_run_id: Mapped[int | None]


class School(Base):
    """One row for every organization of type school."""

    __tablename__ = "school"
    __table_args__ = (
        CheckConstraint("latitude is null or latitude between -90 and 90", "latitude"),
        CheckConstraint("longitude is null or longitude between -180 and 180", "longitude"),
    )

    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id"), primary_key=True, autoincrement=False
    )
    level: Mapped[str] = mapped_column(default=SchoolLevel.OTHER)
    time_zone: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    cds_code: Mapped[str | None]
    cost_center: Mapped[str | None]
    meal_eligible: Mapped[int | None]
