"""The JSON API: search, enrol, transfer, withdraw, no-show, undo."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.openapi.operation import operation
from core.web.access import requires
from core.web.body import parse
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import writing
from sis.enrollment.actions import enroll_student, withdraw
from sis.enrollment.change_queries import get_change
from sis.enrollment.forms import policy, today
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.newcomers import NewStudent
from sis.enrollment.no_shows import mark_no_show
from sis.enrollment.queries import get_enrollment_card
from sis.enrollment.searching import StudentQuery, find_students
from sis.enrollment.transfers import transfer
from sis.enrollment.undoing import undo
from sis.enrollment.wire import (
    ChangeBody,
    EnrollBody,
    EnrollmentBody,
    FoundListBody,
    NewStudentBody,
    NoShowBody,
    SearchBody,
    TransferBody,
    TransferredBody,
    WithdrawBody,
    change_body,
    enrollment_body,
    found_body,
)
from sis.organizations.queries import get_school_by_sourced_id, get_school_by_sourced_id_for

blueprint = Blueprint("enrollment_api", __name__, url_prefix="/api/v1")
TAG = "enrollment"


def _json(body: BaseModel, status: int = HTTPStatus.OK) -> Response:
    return make_response(body.model_dump_json(), int(status), {"Content-Type": "application/json"})


def _body(session: Session, enrollment: SchoolEnrollment) -> EnrollmentBody:
    return enrollment_body(enrollment.person_id, get_enrollment_card(session, enrollment.id))


@blueprint.post("/students/search")
@operation(
    "Find students in the whole district; those of other schools are noted as disclosed",
    tag=TAG,
    body=SearchBody,
    answers={200: FoundListBody},
)
@requires("students.read")
def search() -> ResponseReturnValue:
    wanted = parse(SearchBody)
    query = StudentQuery(wanted.family_name, wanted.given_name, wanted.birth_date, wanted.number)
    with writing() as session:
        result = find_students(session, query, by=actor(), now=now(), on=today())
    found = [found_body(one) for one in result.students]
    return _json(FoundListBody(number=result.number, students=found))


@blueprint.post("/enrollments")
@operation(
    "Enrol a new or a known student",
    tag=TAG,
    body=EnrollBody,
    answers={201: EnrollmentBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires("students.enroll")
@idempotent
def enroll() -> ResponseReturnValue:
    wanted = parse(EnrollBody)
    with writing() as session:
        school = get_school_by_sourced_id_for(session, actor(), wanted.school)
        enrollment = enroll_student(
            session,
            school_id=school.id,
            student=_student(wanted),
            grade=wanted.grade,
            track=wanted.track,
            begins_on=wanted.begins_on,
            entry_code=wanted.entry_code,
            entry_reason=wanted.entry_reason,
            is_primary=wanted.is_primary,
            despite=wanted.despite,
            policy=policy(),
            by=actor(),
            now=now(),
        )
        return _json(_body(session, enrollment), HTTPStatus.CREATED)


@blueprint.post("/enrollments/<int:enrollment_id>/transfer")
@operation(
    "Transfer a student: both sides on one boundary",
    tag=TAG,
    body=TransferBody,
    answers={200: TransferredBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires("students.enroll")
@idempotent
def transfer_student(enrollment_id: int) -> ResponseReturnValue:
    wanted = parse(TransferBody)
    with writing() as session:
        moved = transfer(
            session,
            enrollment_id=enrollment_id,
            to_school_id=get_school_by_sourced_id(session, wanted.school).id,
            on=wanted.on,
            track=wanted.track,
            grade=wanted.grade,
            leave=(wanted.leave_code, wanted.leave_reason) if wanted.leave_code else None,
            entry=(wanted.entry_code, wanted.entry_reason) if wanted.entry_code else None,
            seen=wanted.seen,
            policy=policy(),
            by=actor(),
            now=now(),
        )
        left, entered = _body(session, moved.left), _body(session, moved.entered)
    return _json(TransferredBody(left=left, entered=entered))


@blueprint.post("/enrollments/<int:enrollment_id>/withdraw")
@operation(
    "Withdraw a student: the enrolment and its sections end",
    tag=TAG,
    body=WithdrawBody,
    answers={200: EnrollmentBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires("students.enroll")
@idempotent
def withdraw_student(enrollment_id: int) -> ResponseReturnValue:
    wanted = parse(WithdrawBody)
    with writing() as session:
        enrollment = withdraw(
            session,
            enrollment_id=enrollment_id,
            ends_on=wanted.ends_on,
            leave_code=wanted.leave_code,
            leave_reason=wanted.leave_reason,
            seen=wanted.seen,
            policy=policy(),
            by=actor(),
            now=now(),
        )
        return _json(_body(session, enrollment))


@blueprint.post("/enrollments/<int:enrollment_id>/no-show")
@operation(
    "Mark a student as a no-show: the enrolment is deleted, not withdrawn",
    tag=TAG,
    body=NoShowBody,
    answers={200: ChangeBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires("students.enroll")
@idempotent
def no_show(enrollment_id: int) -> ResponseReturnValue:
    wanted = parse(NoShowBody)
    with writing() as session:
        change = mark_no_show(
            session,
            enrollment_id=enrollment_id,
            seen=wanted.seen,
            policy=policy(),
            by=actor(),
            now=now(),
        )
        return _json(change_body(change))


@blueprint.post("/enrollment-changes/<int:change_id>/undo")
@operation(
    "Undo what an office did, within the window",
    tag=TAG,
    answers={200: ChangeBody},
    refusals=(404, 409),
    idempotent=True,
)
@requires("students.enroll")
@idempotent
def take_back(change_id: int) -> ResponseReturnValue:
    with writing() as session:
        undo(session, change_id=change_id, policy=policy(), by=actor(), now=now())
        return _json(change_body(get_change(session, change_id)))


def _student(wanted: EnrollBody) -> NewStudent | int:
    if wanted.student is not None and wanted.person_id is None:
        return _newcomer(wanted.student)
    if wanted.person_id is not None and wanted.student is None:
        return wanted.person_id
    sentence = "Give either student or person_id."
    raise Invalid(sentence, fields={"student": sentence})


def _newcomer(body: NewStudentBody) -> NewStudent:
    return NewStudent(
        given_name=body.given_name,
        family_name=body.family_name,
        middle_name=body.middle_name,
        home_language=body.home_language,
        identifier=body.local_id,
        birth_date=body.birth_date,
        ssid=body.ssid,
    )
