"""The JSON of the enrolment API."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from sis.enrollment.models import EnrollmentChange
from sis.enrollment.queries import EnrollmentCard
from sis.enrollment.search_queries import FoundStudent


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SearchBody(_Body):
    """Three letters of the family name and the birth date, or a number."""

    family_name: str = Field("", max_length=100)
    given_name: str = Field("", max_length=100)
    birth_date: date | None = None
    number: str = Field("", max_length=50)


class NewStudentBody(_Body):
    given_name: str = Field(max_length=100)
    family_name: str = Field(max_length=100)
    middle_name: str | None = Field(None, max_length=100)
    birth_date: date
    home_language: str | None = Field(None, max_length=10)
    local_id: str | None = Field(None, max_length=50)
    ssid: str | None = None


class EnrollBody(_Body):
    """``student`` is new, or ``person_id`` is a known one; ``school`` is a sourced id."""

    school: str
    student: NewStudentBody | None = None
    person_id: int | None = None
    grade: str = Field(max_length=10)
    track: str = ""
    begins_on: date
    entry_code: str
    entry_reason: str = ""
    is_primary: bool = True
    despite: str = Field("", max_length=1000, description="why, although somebody is much alike")


class TransferBody(_Body):
    """``seen`` is the enrolment's ``modified_at`` when this was decided."""

    school: str
    on: date
    track: str = ""
    grade: str | None = None
    leave_code: str | None = None
    leave_reason: str = ""
    entry_code: str | None = None
    entry_reason: str = ""
    seen: datetime | None = None


class WithdrawBody(_Body):
    ends_on: date
    leave_code: str
    leave_reason: str = ""
    seen: datetime | None = None


class NoShowBody(_Body):
    seen: datetime | None = None


class EnrollmentBody(BaseModel):
    """One enrolment, ``[begins_on, ends_on)``."""

    id: int
    person_id: int
    school_id: int
    school_name: str
    track: str
    grade: str | None
    begins_on: date | None
    ends_on: date | None
    is_primary: bool
    entry_code: str | None
    entry_reason: str | None
    leave_code: str | None
    leave_reason: str | None
    modified_at: datetime


class TransferredBody(BaseModel):
    left: EnrollmentBody
    entered: EnrollmentBody


class PlaceBody(BaseModel):
    enrollment_id: int
    school_name: str
    grade: str | None
    begins_on: date | None


class FoundBody(BaseModel):
    person_id: int
    name: str
    birth_date: date | None
    grade: str | None
    is_own: bool
    why: str
    enrollments: list[PlaceBody]


class FoundListBody(BaseModel):
    """``number`` may be more than are shown."""

    number: int
    students: list[FoundBody]


class ChangeBody(BaseModel):
    id: int
    kind: str
    person_id: int
    at: datetime
    undone_at: datetime | None


def enrollment_body(person_id: int, card: EnrollmentCard) -> EnrollmentBody:
    values = {
        name: getattr(card, name) for name in EnrollmentBody.model_fields if name != "person_id"
    }
    return EnrollmentBody(person_id=person_id, **values)


def found_body(found: FoundStudent) -> FoundBody:
    return FoundBody(
        person_id=found.person_id,
        name=found.name,
        birth_date=found.birth_date,
        grade=found.grade,
        is_own=found.is_own,
        why=found.why,
        enrollments=[
            PlaceBody(
                enrollment_id=one.id,
                school_name=one.school_name,
                grade=one.grade,
                begins_on=one.begins_on,
            )
            for one in found.enrollments
        ],
    )


def change_body(change: EnrollmentChange) -> ChangeBody:
    return ChangeBody(
        id=change.id,
        kind=change.kind,
        person_id=change.person_id,
        at=change.at,
        undone_at=change.undone_at,
    )
