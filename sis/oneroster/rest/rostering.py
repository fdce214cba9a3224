"""Rostering: every read of the official document. Nested lists want the whole roster's scope."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from sis.oneroster.clients.holder import client_with
from sis.oneroster.rest.links import ROSTERING
from sis.oneroster.rest.queries import classes, courses, enrollments, orgs, sessions, users
from sis.oneroster.rest.queries.classes import CLASSES
from sis.oneroster.rest.queries.courses import COURSES
from sis.oneroster.rest.queries.demographics import DEMOGRAPHICS
from sis.oneroster.rest.queries.enrollments import ENROLLMENTS
from sis.oneroster.rest.queries.orgs import ORGS
from sis.oneroster.rest.queries.resource import Narrowing, Resource
from sis.oneroster.rest.queries.sessions import ACADEMIC_SESSIONS
from sis.oneroster.rest.queries.users import USERS
from sis.oneroster.rest.reading import ALL, answer_list, answer_one, key_of

blueprint = Blueprint("oneroster_rostering", __name__, url_prefix=ROSTERING)
BAD_SORT = "invalid_selection_field"
_CORE = ("roster.readonly", "roster-core.readonly")
_WHOLE = ("roster.readonly",)


def _collection(
    name: str, resource: Resource, part: Narrowing = ALL, scopes: tuple[str, ...] = _CORE
) -> None:
    """``/name`` and ``/name/{sourcedId}``."""

    @client_with(*scopes)
    def read_list() -> ResponseReturnValue:
        return answer_list(resource, lambda _session: part, sort_code=BAD_SORT)

    @client_with(*scopes)
    def read_one(sourced_id: str) -> ResponseReturnValue:
        return answer_one(resource, sourced_id, *part.conditions)

    blueprint.add_url_rule(f"/{name}", f"list_{name}", read_list)
    blueprint.add_url_rule(f"/{name}/<path:sourced_id>", f"get_{name}", read_one)


def _nested(
    address: str, resource: Resource, parent: Resource, part: Callable[[int], Narrowing]
) -> None:
    """``/parents/{sourcedId}/name``: of one object that there must be."""
    parents, name = address.split("/")

    @client_with(*_WHOLE)
    def read_list(sourced_id: str) -> ResponseReturnValue:
        return answer_list(
            resource,
            lambda session: part(key_of(session, parent, sourced_id)),
            sort_code=BAD_SORT,
        )

    rule = f"/{parents}/<path:sourced_id>/{name}"
    blueprint.add_url_rule(rule, f"list_{name}_of_{parents}", read_list)


def _of_class_in_school(name: str, resource: Resource, part: Callable[[int], Narrowing]) -> None:
    """``/schools/{sourcedId}/classes/{sourcedId}/name``."""

    def narrow(session: Session, school: str, section: str) -> Narrowing:
        school_id = key_of(session, ORGS, school)
        its_own = classes.classes_of_school(school_id).conditions
        return part(key_of(session, CLASSES, section, *its_own))

    @client_with(*_WHOLE)
    def read_list(school: str, section: str) -> ResponseReturnValue:
        return answer_list(
            resource, lambda session: narrow(session, school, section), sort_code=BAD_SORT
        )

    rule = f"/schools/<path:school>/classes/<path:section>/{name}"
    blueprint.add_url_rule(rule, f"list_{name}_of_class_in_school", read_list)


def _students_classes(person_id: int) -> Narrowing:
    return classes.classes_of_person(person_id, "student")


def _teachers_classes(person_id: int) -> Narrowing:
    return classes.classes_of_person(person_id, "teacher")


_collection("academicSessions", ACADEMIC_SESSIONS)
_collection("terms", ACADEMIC_SESSIONS, sessions.TERMS)
_collection("gradingPeriods", ACADEMIC_SESSIONS, sessions.GRADING_PERIODS)
_collection("orgs", ORGS)
_collection("schools", ORGS, orgs.SCHOOLS)
_collection("courses", COURSES)
_collection("classes", CLASSES)
_collection("users", USERS)
_collection("students", USERS, users.STUDENTS)
_collection("teachers", USERS, users.TEACHERS)
_collection("enrollments", ENROLLMENTS)
_collection("demographics", DEMOGRAPHICS, scopes=("roster-demographics.readonly",))

_nested("classes/students", USERS, CLASSES, users.students_of_class)
_nested("classes/teachers", USERS, CLASSES, users.teachers_of_class)
_nested("courses/classes", CLASSES, COURSES, classes.classes_of_course)
_nested("schools/classes", CLASSES, ORGS, classes.classes_of_school)
_nested("schools/courses", COURSES, ORGS, courses.courses_of_school)
_nested("schools/enrollments", ENROLLMENTS, ORGS, enrollments.enrollments_of_school)
_nested("schools/students", USERS, ORGS, users.students_of_school)
_nested("schools/teachers", USERS, ORGS, users.teachers_of_school)
_nested("schools/terms", ACADEMIC_SESSIONS, ORGS, sessions.terms_of_school)
_nested("students/classes", CLASSES, USERS, _students_classes)
_nested("teachers/classes", CLASSES, USERS, _teachers_classes)
_nested("users/classes", CLASSES, USERS, classes.classes_of_person)
_nested("terms/classes", CLASSES, ACADEMIC_SESSIONS, classes.classes_of_term)
_nested("terms/gradingPeriods", ACADEMIC_SESSIONS, ACADEMIC_SESSIONS, sessions.grading_periods_of)

_of_class_in_school("enrollments", ENROLLMENTS, enrollments.enrollments_of_class)
_of_class_in_school("students", USERS, users.students_of_class)
_of_class_in_school("teachers", USERS, users.teachers_of_class)
