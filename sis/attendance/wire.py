"""Attendance as the JSON API shows and takes it; people and sections by our own ids."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from core.settings import Strict
from sis.attendance.actions.submitting import Receipt, Roll
from sis.attendance.queries.roll import RollClass
from sis.attendance.rules.status import Kind

Identifier = Annotated[int, Field(ge=1, lt=2**63)]


class ExceptionBody(Strict):
    """A student who was not there the whole time; ``minutes`` are those missed."""

    person_id: Identifier
    kind: Kind
    minutes: Annotated[int | None, Field(ge=1, le=600)] = None


class SubmissionBody(Strict):
    """Everybody else on the roster was present. ``version`` is the one seen, 0 for none;
    ``listed`` are the students whom the list showed.
    """

    section_id: Identifier
    on_date: date
    period: Annotated[str, Field(max_length=40)] = ""
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    exceptions: Annotated[list[ExceptionBody], Field(max_length=500)] = []
    listed: Annotated[list[Identifier] | None, Field(max_length=500)] = None

    @field_validator("exceptions")
    @classmethod
    def _each_student_once(cls, found: list[ExceptionBody]) -> list[ExceptionBody]:
        if len({one.person_id for one in found}) < len(found):
            raise ValueError("a student comes twice")
        return found

    def to_roll(self) -> Roll:
        return Roll(
            self.section_id,
            self.on_date,
            self.period,
            self.version,
            {one.person_id: (one.kind, one.minutes) for one in self.exceptions},
            None if self.listed is None else frozenset(self.listed),
        )


class ReceiptBody(BaseModel):
    """What was saved; ``notes`` are sentences that the teacher should read."""

    section_id: int
    on_date: date
    period: str
    version: int
    saved_at: datetime
    roster_size: int
    office_differs: list[int]
    departed: list[int]
    unlisted: list[int]
    notes: list[str]


class RollRowBody(BaseModel):
    person_id: int
    name: str
    kind: Kind
    status: str
    reason_code: str | None
    minutes: int | None
    office: bool


class RollClassBody(BaseModel):
    """``due`` is later, now, missing or submitted; times of the bells are the school's own."""

    section_id: int
    title: str
    location: str | None
    on_date: date
    period: str
    begins_at: str | None
    ends_at: str | None
    due: str
    version: int
    saved_at: datetime | None
    students: list[RollRowBody]


class RollClassListBody(BaseModel):
    classes: list[RollClassBody]


def receipt_body(receipt: Receipt) -> ReceiptBody:
    submission = receipt.submission
    return ReceiptBody(
        section_id=submission.section_id,
        on_date=submission.on_date,
        period=submission.period,
        version=submission.version,
        saved_at=submission.modified_at,
        roster_size=submission.roster_size,
        office_differs=list(receipt.office_differs),
        departed=list(receipt.departed),
        unlisted=list(receipt.unlisted),
        notes=notes_of(receipt),
    )


def notes_of(receipt: Receipt) -> list[str]:
    """What the teacher should know besides "saved"."""
    notes = []
    if count := len(receipt.office_differs):
        whom = _students(count)
        notes.append(f"The office has recorded something else for {whom}, and that stands.")
    if count := len(receipt.departed):
        notes.append(f"{_students(count)} left this class; nothing was recorded for them.")
    if count := len(receipt.unlisted):
        notes.append(
            f"{_students(count)} joined this class after your list was shown and counted as "
            "present. Load the page again and look."
        )
    return notes


def _students(count: int) -> str:
    return f"{count} student{'s' if count != 1 else ''}"


def roll_body(classes: Sequence[RollClass]) -> RollClassListBody:
    return RollClassListBody(
        classes=[
            RollClassBody(
                section_id=one.section_id,
                title=one.title,
                location=one.location,
                on_date=one.on_date,
                period=one.period,
                begins_at=f"{one.ring.starts_at:%H:%M}" if one.ring else None,
                ends_at=f"{one.ring.ends_at:%H:%M}" if one.ring else None,
                due=one.due,
                version=one.version,
                saved_at=one.saved_at,
                students=[RollRowBody(**vars(row)) for row in one.rows],
            )
            for one in classes
        ]
    )
