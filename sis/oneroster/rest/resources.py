"""Resources: every read of the official document. There are none, so that every list is empty."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from sis.oneroster.clients.holder import client_with
from sis.oneroster.rest.links import RESOURCES as ADDRESS
from sis.oneroster.rest.queries.classes import CLASSES
from sis.oneroster.rest.queries.courses import COURSES
from sis.oneroster.rest.queries.materials import RESOURCES
from sis.oneroster.rest.queries.resource import Narrowing, Resource
from sis.oneroster.rest.queries.users import USERS
from sis.oneroster.rest.reading import ALL, answer_list, answer_one, key_of

blueprint = Blueprint("oneroster_resources", __name__, url_prefix=ADDRESS)
BAD_SORT = "invalid_sort_field"
_CORE = ("resource.readonly", "resource-core.readonly")


@blueprint.get("/resources")
@client_with(*_CORE)
def list_resources() -> ResponseReturnValue:
    return answer_list(RESOURCES, sort_code=BAD_SORT)


@blueprint.get("/resources/<path:sourced_id>")
@client_with(*_CORE)
def get_resource(sourced_id: str) -> ResponseReturnValue:
    return answer_one(RESOURCES, sourced_id)


def _nested(parents: str, parent: Resource) -> None:
    def none_of(session: Session, sourced_id: str) -> Narrowing:
        key_of(session, parent, sourced_id)
        return ALL

    @client_with("resource.readonly")
    def read_list(sourced_id: str) -> ResponseReturnValue:
        return answer_list(
            RESOURCES, lambda session: none_of(session, sourced_id), sort_code=BAD_SORT
        )

    rule = f"/{parents}/<path:sourced_id>/resources"
    blueprint.add_url_rule(rule, f"list_resources_of_{parents}", read_list)


_nested("classes", CLASSES)
_nested("courses", COURSES)
_nested("users", USERS)
