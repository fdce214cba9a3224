"""Finding a student. Names and birth dates are sent in the body, never in an address."""

from http import HTTPStatus

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.errors import Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.work import writing
from sis.enrollment.forms import Form, read_form, today
from sis.enrollment.searching import SearchResult, StudentQuery, find_students

blueprint = Blueprint("students", __name__, template_folder="templates", url_prefix="/students")

FIELDS = ("family_name", "given_name", "birth_date", "number")
ENROLLS = "students.enroll"


def _page(form: Form, result: SearchResult | None, status: int) -> ResponseReturnValue:
    page = render_template(
        "enrollment/search.html",
        form=form,
        result=result,
        enrolls=actor().may(ENROLLS),
        everywhere=actor().scope is None,
    )
    return page, status


@blueprint.get("")
@requires("students.read")
def index() -> ResponseReturnValue:
    return _page(Form(dict.fromkeys(FIELDS, "")), None, HTTPStatus.OK)


@blueprint.post("")
@requires("students.read")
def search() -> ResponseReturnValue:
    """Show who fits; a look beyond one's own schools is noted in the same unit of work."""
    form = read_form(*FIELDS)
    born = form.day("birth_date", required=False)
    query = StudentQuery(
        form.text("family_name"), form.text("given_name"), born, form.text("number")
    )
    try:
        if form.errors:
            raise Invalid("Correct the marked field.")
        with writing() as session:
            result = find_students(session, query, by=actor(), now=now(), on=today())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(form, None, refusal.status)
    return _page(form, result, HTTPStatus.OK)
