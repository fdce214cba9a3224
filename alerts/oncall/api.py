"""On-call as JSON: who is on now, the shifts of a schedule, and overrides."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.orm import Session

from alerts.oncall.actions_covers import cover, uncover
from alerts.oncall.board import names_of
from alerts.oncall.models import OnCallSchedule
from alerts.oncall.queries import find_schedule, list_schedules, load
from alerts.oncall.rules.shifts import LOOK_AROUND, Shift, final_shifts, gaps, who_is_on
from alerts.oncall.views import COVER, READ
from core.auth.accounts.queries import get_account, list_people
from core.errors import Invalid, NotFound
from core.openapi.operation import QueryParameter, operation
from core.web import query
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing

blueprint = Blueprint("oncall_api", __name__, url_prefix="/api/v1/on-call")
TAG = "on-call"
LONGEST = timedelta(days=92)


class ShiftBody(BaseModel):
    """One person's stretch; ``source`` is the layer, ``origin`` why it is theirs. Times are UTC."""

    username: str
    name: str
    begins_at: datetime
    ends_at: datetime
    origin: str
    source: str


class ScheduleBody(BaseModel):
    """A schedule and who is on call in it now; null for nobody."""

    schedule: str
    description: str
    zone: str
    on_call: ShiftBody | None


class OnCallList(BaseModel):
    """Every schedule in use, by name."""

    schedules: list[ScheduleBody]


class GapBody(BaseModel):
    """A stretch in which somebody should be on call and nobody is."""

    begins_at: datetime
    ends_at: datetime


class ShiftList(BaseModel):
    """The final schedule, in order, and its gaps."""

    schedule: str
    shifts: list[ShiftBody]
    gaps: list[GapBody]


class NewCover(BaseModel):
    """Somebody who is on call in the stretch, whoever's turn it is."""

    username: str = Field(min_length=1, max_length=100)
    begins_at: AwareDatetime
    ends_at: AwareDatetime
    note: str = Field(default="", max_length=500)


class CoverBody(BaseModel):
    """An override that was made."""

    id: int
    schedule: str
    username: str
    begins_at: datetime
    ends_at: datetime


def _json(body: BaseModel, status: int = HTTPStatus.OK) -> Response:
    return make_response(body.model_dump_json(), int(status), {"Content-Type": "application/json"})


def _schedule(session: Session, name: str) -> OnCallSchedule:
    found = find_schedule(session, name)
    if found is None:
        raise NotFound("There is no such on-call schedule.")
    return found


def _usernames(session: Session, shifts: list[Shift]) -> Mapping[int, str]:
    people = list_people(session, {shift.user_id for shift in shifts})
    return {user_id: person.username for user_id, person in people.items()}


def _bodies(session: Session, shifts: list[Shift]) -> list[ShiftBody]:
    usernames = _usernames(session, shifts)
    names = names_of(session, {shift.user_id for shift in shifts})
    return [
        ShiftBody(
            username=usernames[shift.user_id],
            name=names[shift.user_id],
            begins_at=shift.begins_at,
            ends_at=shift.ends_at,
            origin=shift.origin.value,
            source=shift.source,
        )
        for shift in shifts
    ]


@blueprint.get("")
@operation("Who is on call now, in every schedule", tag=TAG, answers={200: OnCallList})
@requires(READ)
def index() -> ResponseReturnValue:
    with reading() as session:
        rows = list_schedules(session)
        schedules = load(session, rows, now() - LOOK_AROUND, now() + LOOK_AROUND)
        found = {row.id: who_is_on(schedules[row.id], now()) for row in rows}
        on = [shift for shift in found.values() if shift is not None]
        bodies = dict(zip(map(id, on), _bodies(session, on), strict=True))
    return _json(
        OnCallList(
            schedules=[
                ScheduleBody(
                    schedule=row.name,
                    description=row.description,
                    zone=row.zone,
                    on_call=bodies.get(id(found[row.id])),
                )
                for row in rows
            ]
        )
    )


@blueprint.get("/<name>/shifts")
@operation(
    "The shifts and gaps of a schedule",
    tag=TAG,
    answers={200: ShiftList},
    query=(
        QueryParameter("from", "ISO 8601 with an offset; now if left out"),
        QueryParameter("until", "a week after `from` if left out; at most 92 days after it"),
    ),
    refusals=(404, 422),
)
@requires(READ)
def shifts(name: str) -> ResponseReturnValue:
    since = query.moment("from", now())
    until = query.moment("until", since + timedelta(days=7))
    if not since < until <= since + LONGEST:
        message = f"It is after from, and at most {LONGEST.days} days."
        raise Invalid(f"until: {message}", fields={"until": message})
    with reading() as session:
        row = _schedule(session, name)
        schedule = load(session, [row], since, until)[row.id]
        listed = _bodies(session, final_shifts(schedule, since, until))
        missing = [GapBody(begins_at=a, ends_at=b) for a, b in gaps(schedule, since, until)]
    return _json(ShiftList(schedule=name, shifts=listed, gaps=missing))


@blueprint.post("/<name>/covers")
@operation(
    "Make an override",
    tag=TAG,
    body=NewCover,
    answers={201: CoverBody},
    refusals=(404,),
    idempotent=True,
)
@requires(COVER)
@idempotent
def make_cover(name: str) -> ResponseReturnValue:
    wanted = parse(NewCover)
    with writing() as session:
        row = _schedule(session, name)
        person = get_account(session, wanted.username)
        found = cover(
            session,
            row.id,
            user_id=person.id,
            begins_at=wanted.begins_at,
            ends_at=wanted.ends_at,
            note=wanted.note,
            by=actor(),
            now=now(),
        )
        body = CoverBody(
            id=found.id,
            schedule=name,
            username=person.username,
            begins_at=found.begins_at,
            ends_at=found.ends_at,
        )
    return _json(body, HTTPStatus.CREATED)


@blueprint.delete("/<name>/covers/<int:cover_id>")
@operation("Take an override back, from now on", tag=TAG, answers={204: None}, refusals=(404, 409))
@requires(COVER)
def remove_cover(name: str, cover_id: int) -> ResponseReturnValue:
    with writing() as session:
        uncover(session, _schedule(session, name).id, cover_id, by=actor(), now=now())
    return "", HTTPStatus.NO_CONTENT
