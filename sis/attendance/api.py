"""The JSON API of attendance."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from core.errors import Invalid
from core.openapi.operation import QueryParameter, operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.attendance.actions.submitting import submit
from sis.attendance.queries.roll import list_my_classes
from sis.attendance.wire import (
    ReceiptBody,
    RollClassListBody,
    SubmissionBody,
    receipt_body,
    roll_body,
)
from sis.settings import SisSettings

blueprint = Blueprint("attendance_api", __name__, url_prefix="/api/v1/attendance")
TAG = "attendance"
ON = QueryParameter("on", "a date; today if left out", {"type": "string", "format": "date"})


def as_json(body: BaseModel, status: int = HTTPStatus.OK) -> Response:
    """The model as a JSON answer."""
    return make_response(body.model_dump_json(), int(status), {"Content-Type": "application/json"})


def asked_date(name: str = "on") -> date | None:
    """The date ``?on=``, or None without one; Invalid when it is none."""
    text = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        message = "Give a date such as 2015-01-12."
        raise Invalid(f"{name}: {message}", fields={name: message}) from error


@blueprint.get("/classes")
@operation("The caller's classes of a day", tag=TAG, answers={200: RollClassListBody}, query=(ON,))
@requires("attendance.take")
def classes() -> ResponseReturnValue:
    with reading() as session:
        return as_json(roll_body(list_my_classes(session, actor(), now(), asked_date())))


@blueprint.post("/submissions")
@operation(
    "Take the attendance of a class that the caller teaches",
    tag=TAG,
    body=SubmissionBody,
    answers={200: ReceiptBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires("attendance.take")
@idempotent
def take() -> ResponseReturnValue:
    roll = parse(SubmissionBody).to_roll()
    policy = runtime().settings.of(SisSettings).attendance
    with writing() as session:
        receipt = submit(session, roll, by=actor(), now=now(), policy=policy)
        return as_json(receipt_body(receipt))
