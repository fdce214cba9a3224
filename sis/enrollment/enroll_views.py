"""Enrolling in three steps: fill in, look again (duplicates, siblings, late days), save."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict, Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import writing
from sis.contacts.families import find_at_address, find_siblings, track_of_family
from sis.contacts.rules import LANGUAGES, RELATIONSHIPS
from sis.enrollment.day_queries import list_days_taught
from sis.enrollment.enroll_form import (
    FIELDS,
    GRADES,
    Enrolling,
    read_enrolling,
    save_enrolling,
)
from sis.enrollment.forms import (
    FEW_SCHOOLS,
    Form,
    code_options,
    own_schools,
    policy,
    read_form,
    school_options,
    tell,
    today,
)
from sis.enrollment.newcomers import NewStudent
from sis.enrollment.rules.codes import ENTRY
from sis.enrollment.search_queries import FoundStudent
from sis.enrollment.searching import find_alike, look_at
from sis.organizations.choice import label

blueprint = Blueprint("enrolling", __name__, template_folder="templates", url_prefix="/students")


@dataclass(frozen=True)
class Review:
    """What an office should look at before it saves.

    ``late_days`` are the days of instruction from the first day until today, whose attendance the
    enrolment opens; ``family_track`` is the track of the siblings at the school.
    """

    wanted: Enrolling
    alike: Sequence[FoundStudent]
    siblings: Sequence[FoundStudent]
    family_track: str | None
    late_days: Sequence[date]


@blueprint.get("/enroll")
@requires("students.enroll")
def new() -> ResponseReturnValue:
    """An empty form; ``?person=`` enrols somebody whom the records know."""
    return _form(_blank({"person": request.args.get("person", "")}), HTTPStatus.OK)


@blueprint.post("/enroll/form")
@requires("students.enroll")
def form() -> ResponseReturnValue:
    """The form with what was typed before: in the search, or in this form."""
    typed = {name: request.form[name] for name in FIELDS if request.form.get(name)}
    return _form(_blank(typed), HTTPStatus.OK)


@blueprint.post("/enroll/check")
@requires("students.enroll")
def check() -> ResponseReturnValue:
    """Look again before saving; whoever is shown here is noted."""
    typed = read_form(*FIELDS)
    try:
        wanted = read_enrolling(typed, own_schools(), policy(), now())
        with writing() as session:
            review = _review(session, wanted)
    except AppError as refusal:
        typed.refuse(refusal)
        return _form(typed, refusal.status)
    return _reviewed(typed, review, HTTPStatus.OK)


@blueprint.post("/enroll")
@requires("students.enroll")
@idempotent
def save() -> ResponseReturnValue:
    typed = read_form(*FIELDS)
    try:
        wanted = read_enrolling(typed, own_schools(), policy(), now())
        with writing() as session:
            enrollment = save_enrolling(session, wanted, policy=policy(), by=actor(), now=now())
    except (Conflict, Invalid) as refusal:
        typed.refuse(refusal)
        return _form(typed, refusal.status)
    tell(f"Enrolled at {wanted.school.name} from {wanted.begins_on:%-m/%-d/%Y}.")
    return redirect(url_for("student.show", person_id=enrollment.person_id), HTTPStatus.SEE_OTHER)


def _blank(typed: dict[str, str]) -> Form:
    values = dict.fromkeys(FIELDS, "") | {"begins_on": today().isoformat(), "state": "CA"}
    schools = own_schools()
    if len(schools) == 1:
        values["school"] = label(schools[0])
    return Form(values | typed)


def _known(form: Form) -> FoundStudent | None:
    """The person of ``?person=``, whom an office of another school may see as a search does."""
    person_id = form.number("person")
    if person_id is None:
        return None
    with writing() as session:
        return look_at(session, person_id, by=actor(), now=now(), on=today())


def _form(form: Form, status: int) -> ResponseReturnValue:
    schools = own_schools()
    tracks = sorted({track for school in schools for track in school.tracks})
    page = render_template(
        "enrollment/enroll.html",
        form=form,
        known=_known(form),
        schools=school_options(schools),
        few=len(schools) <= FEW_SCHOOLS,
        grade_options=[("", "Choose the grade"), *((grade, grade) for grade in GRADES)],
        tracks=tracks if len(tracks) > 1 else [],
        track_options=[(track, track or "The single track") for track in tracks],
        code_options=code_options(policy().codes.choices(ENTRY, today())),
        languages=LANGUAGES,
        relationships=RELATIONSHIPS,
    )
    return page, status


def _reviewed(form: Form, review: Review, status: int) -> ResponseReturnValue:
    fields = {name: value for name, value in form.values.items() if name != "despite"}
    page = render_template(
        "enrollment/review.html",
        form=form,
        fields=fields,
        review=review,
        known=_known(form),
        languages=LANGUAGES,
        relationships=RELATIONSHIPS,
    )
    return page, status


def _review(session: Session, wanted: Enrolling) -> Review:
    alike: list[FoundStudent] = []
    siblings: list[FoundStudent] = []
    if isinstance(wanted.student, NewStudent):
        newcomer = wanted.student
        alike = find_alike(session, newcomer, policy=policy(), by=actor(), now=now(), on=today())
    else:
        siblings = find_siblings(session, wanted.student, by=actor(), now=now(), on=today())
    if wanted.address is not None:
        key = wanted.address.key
        siblings += find_at_address(session, key, by=actor(), now=now(), on=today())
    school, tomorrow = wanted.school, today() + timedelta(days=1)
    return Review(
        wanted,
        alike,
        siblings,
        track_of_family(siblings, school.id) if len(school.tracks) > 1 else None,
        list_days_taught(session, school.id, wanted.track, wanted.begins_on, tomorrow),
    )
