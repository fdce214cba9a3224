"""Gradebook: every operation of the official document."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.web.idempotency import idempotent
from core.web.work import writing
from sis.oneroster.clients.holder import client_with
from sis.oneroster.rest import columns
from sis.oneroster.rest.columns import Written
from sis.oneroster.rest.links import GRADEBOOK
from sis.oneroster.rest.queries import gradebook, results
from sis.oneroster.rest.queries.classes import CLASSES, classes_of_school
from sis.oneroster.rest.queries.gradebook import CATEGORIES, LINE_ITEMS, SCORE_SCALES
from sis.oneroster.rest.queries.orgs import ORGS
from sis.oneroster.rest.queries.resource import Narrowing, Resource
from sis.oneroster.rest.queries.results import RESULTS
from sis.oneroster.rest.queries.sessions import ACADEMIC_SESSIONS
from sis.oneroster.rest.queries.users import USERS
from sis.oneroster.rest.reading import ALL, answer_list, answer_one, key_of
from sis.oneroster.rest.writing import Place, answer_delete, answer_post, answer_put

blueprint = Blueprint("oneroster_gradebook", __name__, url_prefix=GRADEBOOK)
BAD_SORT = "invalid_selection_field"
_GRADEBOOK = ("gradebook.readonly", "gradebook-core.readonly")
_ASSESSMENT = ("assessment.readonly", "gradebook.readonly")
_WHOLE = "gradebook.readonly"
_POST = "gradebook.createpost"


def _collection(written: Written, family: str, readers: tuple[str, ...]) -> None:
    """A list, and the reading, storing and deleting of one; ``family`` begins the scopes.

    Who may write the gradebook may write assessments too: many consumers know the gradebook's
    scopes only.
    """
    resource = written.resource
    name = resource.plural
    of_living = resource.status == "active"

    @client_with(*readers)
    def read_list() -> ResponseReturnValue:
        return answer_list(resource, sort_code=BAD_SORT)

    @client_with(*readers)
    def read_one(sourced_id: str) -> ResponseReturnValue:
        return answer_one(resource, sourced_id, of_living)

    @client_with(*sorted({f"{family}.createput", "gradebook.createput"}))
    def put(sourced_id: str) -> ResponseReturnValue:
        return answer_put(written, sourced_id)

    @client_with(*sorted({f"{family}.delete", "gradebook.delete"}))
    def delete(sourced_id: str) -> ResponseReturnValue:
        return answer_delete(written, sourced_id)

    one = f"/{name}/<path:sourced_id>"
    blueprint.add_url_rule(f"/{name}", f"list_{name}", read_list)
    blueprint.add_url_rule(one, f"get_{name}", read_one)
    blueprint.add_url_rule(one, f"put_{name}", put, methods=["PUT"])
    blueprint.add_url_rule(one, f"delete_{name}", delete, methods=["DELETE"])


def _nested(
    address: str, resource: Resource, parent: Resource, part: Callable[[int], Narrowing]
) -> None:
    parents, name = address.split("/")

    @client_with(_WHOLE)
    def read_list(sourced_id: str) -> ResponseReturnValue:
        return answer_list(
            resource,
            lambda session: part(_living(session, parent, sourced_id)),
            sort_code=BAD_SORT,
        )

    rule = f"/{parents}/<path:sourced_id>/{name}"
    blueprint.add_url_rule(rule, f"list_{name}_of_{parents}", read_list)


def _living(session: Session, resource: Resource, sourced_id: str) -> int:
    return key_of(session, resource, sourced_id, resource.status == "active")


_collection(columns.WRITTEN_CATEGORIES, "gradebook", _GRADEBOOK)
_collection(columns.WRITTEN_LINE_ITEMS, "gradebook", _GRADEBOOK)
_collection(columns.WRITTEN_RESULTS, "gradebook", _GRADEBOOK)
_collection(columns.WRITTEN_SCORE_SCALES, "gradebook", _GRADEBOOK)
_collection(columns.WRITTEN_ASSESSMENT_LINE_ITEMS, "assessment", _ASSESSMENT)
_collection(columns.WRITTEN_ASSESSMENT_RESULTS, "assessment", _ASSESSMENT)

# The standard ties categories to no class: every class may use all of them.
_nested("classes/categories", CATEGORIES, CLASSES, lambda _section_id: ALL)
_nested("classes/lineItems", LINE_ITEMS, CLASSES, gradebook.line_items_of_class)
_nested("classes/results", RESULTS, CLASSES, results.results_of_class)
_nested("classes/scoreScales", SCORE_SCALES, CLASSES, gradebook.scales_of_class)
_nested("schools/scoreScales", SCORE_SCALES, ORGS, gradebook.scales_of_school)


@blueprint.get("/classes/<path:section>/lineItems/<path:item>/results")
@client_with(_WHOLE)
def list_results_of_line_item(section: str, item: str) -> ResponseReturnValue:
    def narrow(session: Session) -> Narrowing:
        of_class = gradebook.line_items_of_class(_living(session, CLASSES, section)).conditions
        alive = LINE_ITEMS.status == "active"
        key = key_of(session, LINE_ITEMS, item, alive, *of_class)
        return results.results_of_line_item(key)

    return answer_list(RESULTS, narrow, sort_code=BAD_SORT)


@blueprint.get("/classes/<path:section>/students/<path:student>/results")
@client_with(_WHOLE)
def list_results_of_student(section: str, student: str) -> ResponseReturnValue:
    def narrow(session: Session) -> Narrowing:
        section_id = _living(session, CLASSES, section)
        return results.results_of_student(section_id, _living(session, USERS, student))

    return answer_list(RESULTS, narrow, sort_code=BAD_SORT)


@blueprint.post("/classes/<path:section>/lineItems")
@client_with(_POST)
@idempotent
def post_line_items_of_class(section: str) -> ResponseReturnValue:
    with writing() as session:
        place = Place({"class": _living(session, CLASSES, section)})
        return answer_post(columns.WRITTEN_LINE_ITEMS, session, place)


@blueprint.post("/schools/<path:school>/lineItems")
@client_with(_POST)
@idempotent
def post_line_items_of_school(school: str) -> ResponseReturnValue:
    with writing() as session:
        (its_own,) = classes_of_school(_living(session, ORGS, school)).conditions
        return answer_post(
            columns.WRITTEN_LINE_ITEMS, session, Place(conditions={"class": its_own})
        )


@blueprint.post("/lineItems/<path:item>/results")
@client_with(_POST)
@idempotent
def post_results_of_line_item(item: str) -> ResponseReturnValue:
    with writing() as session:
        place = Place({"lineItem": _living(session, LINE_ITEMS, item)})
        return answer_post(columns.WRITTEN_RESULTS, session, place)


@blueprint.post("/classes/<path:section>/academicSessions/<path:term>/results")
@client_with(_POST)
@idempotent
def post_results_of_session(section: str, term: str) -> ResponseReturnValue:
    with writing() as session:
        section_id = _living(session, CLASSES, section)
        _living(session, ACADEMIC_SESSIONS, term)
        (of_class,) = gradebook.line_items_of_class(section_id).conditions
        place = Place({"class": section_id}, {"lineItem": of_class})
        return answer_post(columns.WRITTEN_RESULTS, session, place)
