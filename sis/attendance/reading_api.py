"""The JSON API of what is submitted: of all schools in numbers, of one school class by class."""

from datetime import date

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from core.openapi.operation import operation
from core.web.access import requires
from core.web.context import actor, now
from core.web.work import reading
from sis.attendance.api import ON, TAG, as_json, asked_date
from sis.attendance.queries.missing import list_class_states, list_tallies
from sis.calendars.rules import local_date
from sis.organizations.queries import get_school_for, list_schools

blueprint = Blueprint("attendance_reading_api", __name__, url_prefix="/api/v1/attendance/schools")


class TallyBody(BaseModel):
    """Classes of today that have begun, and how many of them are submitted; ``percent`` is null
    before anything has begun.
    """

    school_id: int
    school: str
    name: str
    begun: int
    submitted: int
    percent: int | None


class TallyListBody(BaseModel):
    schools: list[TallyBody]


class ClassStateBody(BaseModel):
    """``due`` is later, now, missing (over and not submitted) or submitted."""

    section_id: int
    title: str
    period: str
    track: str
    roster_size: int
    due: str


class ClassStateListBody(BaseModel):
    on_date: date
    classes: list[ClassStateBody]


@blueprint.get("")
@operation("What is submitted today, by school", tag=TAG, answers={200: TallyListBody})
@requires("attendance.read")
def schools() -> ResponseReturnValue:
    with reading() as session:
        cards = list_schools(session, actor())
        tallies = list_tallies(session, cards, now())
    found = [
        TallyBody(
            school_id=card.id,
            school=card.sourced_id,
            name=card.name,
            begun=tallies[card.id].begun,
            submitted=tallies[card.id].submitted,
            percent=tallies[card.id].percent,
        )
        for card in cards
        if card.id in tallies
    ]
    return as_json(TallyListBody(schools=found))


@blueprint.get("/<int:school_id>/classes")
@operation(
    "The classes of a school's day and where each stands",
    tag=TAG,
    answers={200: ClassStateListBody},
    query=(ON,),
    refusals=(404,),
)
@requires("attendance.read")
def classes(school_id: int) -> ResponseReturnValue:
    with reading() as session:
        school = get_school_for(session, actor(), school_id)
        on = asked_date() or local_date(now(), school.time_zone)
        states = list_class_states(session, school, on, now())
    found = [
        ClassStateBody(
            section_id=state.met.section_id,
            title=state.met.title,
            period=state.met.period,
            track=state.met.track,
            roster_size=state.met.roster_size,
            due=state.due,
        )
        for state in states
    ]
    return as_json(ClassStateListBody(on_date=on, classes=found))
