"""Guardians and other contacts of a student, and addresses by date."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Id

_ACTIVE = text("status = 'active'")
_OPEN = text("ends_on is null")


class StudentContact(Base):
    """One person's relationship to a student; the contact's name, telephone, email and language
    are the contact's own (``person``), so that siblings share them.

    ``position`` is the order in which to call. ``court_order_note`` is for those who may enrol
    students, nobody else.
    """

    __tablename__ = "student_contact"
    __table_args__ = (
        CheckConstraint("status in ('active','ended')", "status"),
        CheckConstraint("position >= 1", "position"),
        CheckConstraint("student_id <> contact_id", "of_another"),
        Index(
            "uq_student_contact_active",
            "student_id",
            "contact_id",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
    )

    id: Mapped[Id]
    student_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[str] = mapped_column(default="active")
    relationship: Mapped[str]
    position: Mapped[int]
    is_guardian: Mapped[bool]
    lives_with: Mapped[bool]
    may_pick_up: Mapped[bool]
    court_order_note: Mapped[str | None]
    modified_at: Mapped[datetime]
    modified_by: Mapped[str]


class PersonAddress(Base):
    """Where a person lives or gets mail, ``[begins_on, ends_on)``; a move closes one row and
    opens another.

    ``match_key`` is the address written one way only, to find who shares it.
    """

    __tablename__ = "person_address"
    __table_args__ = (
        CheckConstraint("kind in ('home','mailing')", "kind"),
        CheckConstraint("ends_on is null or begins_on <= ends_on", "dates"),
        Index(
            "uq_person_address_open",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(default="home")
    street: Mapped[str]
    unit: Mapped[str | None]
    city: Mapped[str]
    state: Mapped[str]
    postal_code: Mapped[str]
    match_key: Mapped[str] = mapped_column(index=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    modified_at: Mapped[datetime]
    modified_by: Mapped[str]
