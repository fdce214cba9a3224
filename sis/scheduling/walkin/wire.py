"""A student's schedule as the JSON API shows and takes it."""

from datetime import date

from pydantic import BaseModel, Field

from core.settings import Strict
from sis.scheduling.walkin.actions import LONGEST_REASON
from sis.scheduling.walkin.queries import Desk
from sis.scheduling.walkin.rules.fitting import Held


class MeetingBody(BaseModel):
    """``days`` are letters of MTWRF, null for every day; the dates are half-open."""

    period: str
    days: str | None
    begins_on: date | None
    ends_on: date | None


class PlaceBody(BaseModel):
    """A place in a section, ``[begins_on, ends_on)`` within the section's term."""

    place: int
    section: int
    title: str
    begins_on: date | None
    ends_on: date | None
    locked: bool
    teacher: str
    room: str
    meetings: list[MeetingBody]


class ScheduleBody(BaseModel):
    """The student's places on a date and later; ``free_periods`` have no section on the date."""

    student: int
    sourced_id: str
    school: int
    on: date
    standing: str
    required_periods: int
    filled_periods: int
    free_periods: list[str]
    places: list[PlaceBody]
    version: str


class ChangeBody(Strict):
    """``on`` is the day on which the change takes effect; today at the school if left out."""

    on: date | None = None


class AddBody(ChangeBody):
    """``reason`` goes over a full section (with master_schedule.write) or a second of a course."""

    section: int
    reason: str = Field("", max_length=LONGEST_REASON)


class PlaceChangeBody(ChangeBody):
    place: int


class SwapBody(PlaceChangeBody):
    """The place is given up for the section: both, or neither."""

    section: int
    reason: str = Field("", max_length=LONGEST_REASON)


class UndoBody(ChangeBody):
    """``edit`` is the student's last change, as the answer to it said."""

    edit: int


class EditBody(BaseModel):
    """What was done; ``edit`` is null when nothing had to be."""

    edit: int | None
    schedule: ScheduleBody


def schedule_body(desk: Desk) -> ScheduleBody:
    return ScheduleBody(
        student=desk.student.person_id,
        sourced_id=desk.student.sourced_id,
        school=desk.school.id,
        on=desk.on,
        standing=desk.student.standing,
        required_periods=desk.grid.required,
        filled_periods=desk.grid.filled,
        free_periods=list(desk.grid.free_periods),
        places=[_place(one) for one in desk.held],
        version=desk.version,
    )


def _place(held: Held) -> PlaceBody:
    return PlaceBody(
        place=held.place_id,
        section=held.offer.section_id,
        title=held.offer.title,
        begins_on=held.span[0],
        ends_on=held.span[1],
        locked=held.locked,
        teacher=held.offer.teacher,
        room=held.offer.room,
        meetings=[
            MeetingBody(period=m.period, days=m.days, begins_on=m.begins_on, ends_on=m.ends_on)
            for m in held.offer.meetings
        ],
    )
