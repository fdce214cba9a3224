"""Course requests: of a student, of a grade, and of a school beside the seats it offers."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict, Invalid, NotFound
from core.web import query
from core.web.access import requires
from core.web.context import actor, now, visit
from core.web.idempotency import idempotent
from core.web.paging import after, limit, page_of
from core.web.work import reading, writing
from sis.calendars.rules import local_date
from sis.organizations.queries import SchoolCard, get_school_for
from sis.scheduling.requests.actions import request_for_grade, save_requests
from sis.scheduling.requests.catalog import (
    Term,
    list_catalog,
    list_demand,
    list_terms,
)
from sis.scheduling.requests.form import Typed, find_course, parse, shown
from sis.scheduling.requests.queries import (
    list_requests_of,
    requests_version,
    students_with_request,
)
from sis.scheduling.requests.rules import bars
from sis.scheduling.roll import list_grades
from sis.scheduling.students import get_student_at, list_students_at

blueprint = Blueprint(
    "requests", __name__, template_folder="../templates", url_prefix="/scheduling"
)
BAR_LENGTH = 460.0
BARS_SHOWN = 20


@blueprint.get("/<int:school_id>/requests")
@requires("students.read")
def tally(school_id: int) -> ResponseReturnValue:
    """Requests beside seats, the students without any, and mass entry."""
    return _tally(school_id)


@blueprint.get("/<int:school_id>/requests/without")
@requires("students.read")
def without(school_id: int) -> ResponseReturnValue:
    """The students who ask for nothing in the term."""
    grade, size, cursor = query.words("grade", most=20), limit(100), after(int)
    with reading() as session:
        school, on = _school(session, school_id)
        term, terms = _term(session, school_id, on)
        asking = students_with_request(session, school_id, term.id) if term else set()
        students = list_students_at(session, school_id, on, grade=grade or None)
        rows = [one for one in students if one.person_id not in asking]
        grades = list_grades(session, school_id, on)
    start = cursor[0] if cursor else 0
    return render_template(
        "scheduling/without_requests.html",
        school=school,
        term=term,
        terms=terms,
        total=len(students),
        missing=len(rows),
        page=page_of(rows[start : start + size + 1], size, lambda _: (start + size,)),
        asked={"grade": grade, "term": term.id if term else ""},
        grades=grades,
        first=not start,
    )


@blueprint.post("/<int:school_id>/requests/grade")
@requires("students.schedule")
@idempotent
def for_grade(school_id: int) -> ResponseReturnValue:
    """Ask for a course for a whole grade; a refused form comes back as it was typed."""
    with reading() as session:
        _, on = _school(session, school_id)
        course = find_course(request.form.get("course", ""), list_catalog(session, school_id))
    priority = request.form.get("priority", "1").strip() or "1"
    number = int(priority) if priority.isascii() and priority.isdigit() else 0
    try:
        with writing() as session:
            done = request_for_grade(
                session,
                school_id=school_id,
                session_id=_form_term(),
                course_id=course or 0,
                grade=request.form.get("grade", ""),
                priority=number,
                on=on,
                by=actor(),
                now=now(),
            )
    except Invalid as refusal:
        return _tally(school_id, refusal), refusal.status
    _tell(f"{done.added} more ask for it now; {done.had} did already.")
    return redirect(
        url_for("requests.tally", school_id=school_id, term=_form_term()), HTTPStatus.SEE_OTHER
    )


@blueprint.get("/<int:school_id>/students/<int:person_id>/requests")
@requires("students.read")
def show(school_id: int, person_id: int) -> ResponseReturnValue:
    """What one student asks for, as a form."""
    return _student(school_id, person_id)


@blueprint.post("/<int:school_id>/students/<int:person_id>/requests")
@requires("students.schedule")
@idempotent
def save(school_id: int, person_id: int) -> ResponseReturnValue:
    """Save the whole list; a refused one is shown again with everything that was typed."""
    with reading() as session:
        _, on = _school(session, school_id)
        parsed = parse(request.form, list_catalog(session, school_id))
    if not parsed.is_fine:
        refusal: AppError = Invalid("Some lines cannot be saved; nothing was.")
        return _student(school_id, person_id, parsed.lines, refusal), refusal.status
    try:
        with writing() as session:
            save_requests(
                session,
                person_id=person_id,
                school_id=school_id,
                session_id=_form_term(),
                wishes=parsed.wishes,
                on=on,
                version=request.form.get("version"),
                by=actor(),
                now=now(),
            )
    except (Conflict, Invalid) as refused:
        return _student(school_id, person_id, parsed.lines, refused), refused.status
    _tell("The requests are saved.")
    back = url_for("requests.show", school_id=school_id, person_id=person_id, term=_form_term())
    return redirect(back, HTTPStatus.SEE_OTHER)


def _tally(school_id: int, refusal: AppError | None = None) -> str:
    with reading() as session:
        school, on = _school(session, school_id)
        term, terms = _term(session, school_id, on)
        demand = list_demand(session, school_id, term.id) if term else []
        asking = students_with_request(session, school_id, term.id) if term else set()
        students = list_students_at(session, school_id, on)
        catalog, grades = list_catalog(session, school_id), list_grades(session, school_id, on)
    return render_template(
        "scheduling/requests.html",
        school=school,
        term=term,
        terms=terms,
        demand=demand,
        bars=bars(demand[:BARS_SHOWN], BAR_LENGTH),
        students=len(students),
        without=sum(one.person_id not in asking for one in students),
        catalog=catalog,
        grades=grades,
        grade_options=[(one, one) for one in grades],
        may_change=actor().may("students.schedule"),
        typed=request.form,
        refusal=refusal,
    )


def _student(
    school_id: int,
    person_id: int,
    lines: tuple[Typed, ...] | None = None,
    refusal: AppError | None = None,
) -> str:
    with reading() as session:
        school, on = _school(session, school_id)
        student = get_student_at(session, actor(), school_id, person_id, on)
        term, terms = _term(session, school_id, on)
        cards = list_requests_of(session, person_id, school_id, term.id) if term else []
        catalog = list_catalog(session, school_id)
    saved = shown(cards)
    return render_template(
        "scheduling/student_requests.html",
        school=school,
        student=student,
        term=term,
        terms=terms,
        cards=cards,
        lines=saved if lines is None else (*lines, *saved[len(cards) :]),
        version=requests_version(cards),
        catalog=catalog,
        may_change=actor().may("students.schedule"),
        refusal=refusal,
    )


def _school(session: Session, school_id: int) -> tuple[SchoolCard, date]:
    school = get_school_for(session, actor(), school_id)
    return school, local_date(now(), school.time_zone)


def _term(session: Session, school_id: int, on: date) -> tuple[Term | None, list[Term]]:
    """The term asked for, else the first that the school teaches in; None when there is none."""
    terms = list_terms(session, school_id, on)
    asked = query.number("term", 0) or _form_term()
    if not asked:
        return (terms[0] if terms else None), terms
    chosen = next((one for one in terms if one.id == asked), None)
    if chosen is None:
        raise NotFound("There is no such term, or it has ended.")
    return chosen, terms


def _form_term() -> int:
    text = request.form.get("term", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _tell(sentence: str) -> None:
    if visit().by_cookie:
        flash(sentence, "ok")
