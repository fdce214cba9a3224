"""A student's record: enrolments over time, contacts, addresses, what offices did."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.auth.accounts.queries import names_by_actor
from core.web.access import requires
from core.web.context import actor, now
from core.web.work import writing
from sis.contacts.families import find_siblings
from sis.contacts.models import PersonAddress
from sis.contacts.queries import ContactCard, list_addresses, list_contacts
from sis.contacts.rules import ADDRESS_KINDS, LANGUAGES, RELATIONSHIPS
from sis.enrollment.change_queries import list_changes_of
from sis.enrollment.forms import policy, today
from sis.enrollment.models import EnrollmentChange
from sis.enrollment.queries import StudentCard, get_student_for
from sis.enrollment.rules.timeline import Span, Timeline, draw
from sis.enrollment.search_queries import FoundStudent
from sis.organizations.queries import school_ids_for

blueprint = Blueprint("student", __name__, template_folder="templates", url_prefix="/students")


@dataclass(frozen=True)
class Record:
    """Everything that a student's page shows; ``own`` are the actor's schools, None for all."""

    student: StudentCard
    timeline: Timeline
    contacts: list[ContactCard]
    addresses: list[PersonAddress]
    siblings: list[FoundStudent]
    changes: list[EnrollmentChange]
    names: dict[str, str]
    own: set[int] | None

    def may_change(self, school_id: int) -> bool:
        return self.own is None or school_id in self.own


def _record(session: Session, person_id: int) -> Record:
    student = get_student_for(session, actor(), person_id)
    changes = list_changes_of(session, person_id)
    spans = [
        Span(one.school_name, one.begins_on, one.ends_on, one.is_primary)
        for one in student.enrollments
    ]
    actors = {one.by for one in changes} | {one.undone_by for one in changes if one.undone_by}
    return Record(
        student=student,
        timeline=draw(spans, today()),
        contacts=list_contacts(session, actor(), person_id),
        addresses=list_addresses(session, person_id),
        siblings=find_siblings(session, person_id, by=actor(), now=now(), on=today()),
        changes=changes,
        names=names_by_actor(session, actors),
        own=school_ids_for(session, actor()),
    )


def words() -> dict[str, Any]:
    """What codes mean, for templates."""
    return {
        "languages": LANGUAGES,
        "relationships": RELATIONSHIPS,
        "address_kinds": ADDRESS_KINDS,
        "meanings": {(one.kind, one.code, one.reason): one.meaning for one in policy().codes.codes},
    }


@blueprint.get("/<int:person_id>")
@requires("students.read")
def show(person_id: int) -> ResponseReturnValue:
    with writing() as session:  # siblings of other schools who are shown are noted
        record = _record(session, person_id)
    return render_template(
        "enrollment/student.html",
        record=record,
        today=today(),
        may_undo=policy().may_be_undone,
        now=now(),
        enrolls=actor().may("students.enroll"),
        **words(),
    )
