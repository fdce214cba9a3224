"""Sections as the JSON API shows and takes them."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from core.settings import Strict
from sis.courses.queries import ScheduledSection
from sis.courses.rules.changes import SectionPlan
from sis.courses.rules.meetings import Meeting, parse_days


class MeetingBody(Strict):
    """A class period on letters of MTWRF; without days it is every day."""

    period: str = Field(min_length=1, max_length=20)
    days: str | None = Field(None, max_length=10)


class MeetingShown(BaseModel):
    """A meeting in effect on the date asked for, or later."""

    period: str
    days: str | None
    begins_on: date | None
    ends_on: date | None
    room: str | None


class TeacherShown(BaseModel):
    """Who teaches the section; ``id`` is ours, ``sourced_id`` the source's."""

    id: int
    sourced_id: str
    is_primary: bool
    begins_on: date | None
    ends_on: date | None


class SectionBody(BaseModel):
    """A section on a date; ``free`` and ``seats`` are null without a limit."""

    id: int
    sourced_id: str
    title: str
    code: str | None
    school_id: int
    course_id: int | None
    course_code: str | None
    track: str
    room: str | None
    seats: int | None
    taken: int
    free: int | None
    starts_on: date | None
    ends_on: date | None
    on: date
    meetings: list[MeetingShown]
    teachers: list[TeacherShown]
    modified_at: datetime


class SectionListBody(BaseModel):
    """The sections of a school that run on a date, by title."""

    sections: list[SectionBody]


class PlanBody(Strict):
    """A section as it shall be; ``teacher_ids`` are our ids, the responsible one first."""

    title: str
    code: str | None = None
    room: str | None = None
    seats: int | None = None
    meetings: list[MeetingBody] = []
    teacher_ids: list[int] = []

    def plan(self) -> SectionPlan:
        """The plan for the actions. Raises ValueError when days are not understood."""
        return SectionPlan(
            self.title,
            self.code,
            self.room,
            self.seats,
            tuple(Meeting(one.period, parse_days(one.days)) for one in self.meetings),
            tuple(self.teacher_ids),
        )


class NewSectionBody(PlanBody):
    """A section to be made of a course, in a term."""

    course_id: int
    session_id: int


class ChangeBody(PlanBody):
    """What holds from ``on``; ``accept`` is the token of the refusal would_clash."""

    on: date
    accept: str = ""


def section_body(section: ScheduledSection) -> SectionBody:
    """The section for programs: ids of teachers, never names."""
    return SectionBody(
        id=section.id,
        sourced_id=section.sourced_id,
        title=section.title,
        code=section.code,
        school_id=section.school_id,
        course_id=section.course_id,
        course_code=section.course_code,
        track=section.track,
        room=section.room,
        seats=section.seats,
        taken=section.taken,
        free=section.free,
        starts_on=section.starts_on,
        ends_on=section.ends_on,
        on=section.on,
        meetings=[
            MeetingShown(
                period=m.period, days=m.days, begins_on=m.begins_on, ends_on=m.ends_on, room=m.room
            )
            for m in section.meetings
        ],
        teachers=[
            TeacherShown(
                id=t.person_id,
                sourced_id=t.sourced_id,
                is_primary=t.is_primary,
                begins_on=t.begins_on,
                ends_on=t.ends_on,
            )
            for t in section.teachers
        ],
        modified_at=section.modified_at,
    )
