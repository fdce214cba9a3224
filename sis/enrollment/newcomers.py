"""A child whom the records do not know yet, unless they do."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict
from sis.enrollment.checks import Problems
from sis.enrollment.rules.duplicates import Suspect, suspects
from sis.enrollment.rules.policy import EnrollmentPolicy
from sis.enrollment.search_queries import is_ssid_taken, list_candidates, lock_birth_date
from sis.people.models import Demographics, Person

OWN_SOURCE = "bellwether"
_SSID = re.compile(r"[0-9]{10}")
LONGEST_NAME = 100


@dataclass(frozen=True)
class NewStudent:
    """A student whom the records do not know yet; ``identifier`` is the district's number.

    Without a birth date no duplicates are looked for.
    """

    given_name: str
    family_name: str
    middle_name: str | None = None
    home_language: str | None = None
    identifier: str | None = None
    birth_date: date | None = None
    ssid: str | None = None


def check_newcomer(student: NewStudent, problems: Problems) -> None:
    """Note what is wrong with the names, the birth date and the state's number."""
    for name in ("given_name", "family_name"):
        value = getattr(student, name).strip()
        problems.add(name, "" if value else "A student needs a given and a family name.")
        problems.add(
            name, f"At most {LONGEST_NAME} characters." if len(value) > LONGEST_NAME else ""
        )
    born = student.birth_date
    if born is not None and not date(1900, 1, 1) < born <= problems.today:
        problems.add("birth_date", "Not a birth date of a student.")
    if student.ssid and not _SSID.fullmatch(student.ssid):
        problems.add("ssid", "The state's number (SSID) has 10 digits.")


def find_suspects(session: Session, student: NewStudent, policy: EnrollmentPolicy) -> list[Suspect]:
    """Known people who may be this child, most alike first; none without a birth date."""
    born = student.birth_date
    if born is None:
        return []
    known = list_candidates(session, student.given_name, student.family_name, born)
    return suspects(student.given_name, student.family_name, born, known, policy.alike)


def create_newcomer(
    session: Session,
    student: NewStudent,
    grade: str | None,
    despite: str,
    *,
    policy: EnrollmentPolicy,
    by: Actor,
    now: datetime,
) -> Person:
    """Add the person.

    Raises Conflict with the code possible_duplicate when somebody known is alike and ``despite``
    gives no reason, and ssid_taken.
    """
    if student.birth_date is not None:
        lock_birth_date(session, student.birth_date)
    alike = find_suspects(session, student, policy)
    if alike and not despite.strip():
        raise Conflict(
            f"{_known(len(alike))} Look at them first; to create another student, say why.",
            code="possible_duplicate",
        )
    if student.ssid and is_ssid_taken(session, student.ssid):
        raise Conflict("Another student has this state number (SSID).", code="ssid_taken")
    person = _add(session, student, grade, now)
    after: JsonDict = {"sourced_id": person.sourced_id, "grade": grade}
    if alike:
        after |= {"despite": [one.person_id for one in alike], "reason": despite.strip()}
    subject = ("person", person.id)
    record(session, by=by, action="person.create", subject=subject, after=after, now=now)
    return person


def _known(number: int) -> str:
    if number == 1:
        return "The records know a student who is much alike."
    return f"The records know {number} students who are much alike."


def _add(session: Session, student: NewStudent, grade: str | None, now: datetime) -> Person:
    person = Person(
        sourced_id=str(uuid4()),
        source=OWN_SOURCE,
        given_name=student.given_name.strip(),
        middle_name=student.middle_name,
        family_name=student.family_name.strip(),
        identifier=student.identifier,
        ssid=student.ssid or None,
        grade=grade,
        home_language=student.home_language,
        modified_at=now,
    )
    session.add(person)
    session.flush()
    if student.birth_date is not None:
        session.add(
            Demographics(person_id=person.id, birth_date=student.birth_date, modified_at=now)
        )
        session.flush()
    return person
