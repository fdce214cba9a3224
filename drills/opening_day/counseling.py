"""What school staff do in the records: place students, enroll them, take them out."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import AppError, Conflict
from drills.district.courses import CATALOGUE
from drills.opening_day.queries import find_outcome
from sis.enrollment.actions import NewStudent, enroll_student
from sis.scheduling.actions import add_to_section, drop_from_section
from sis.scheduling.queries import SectionCard, list_open_sections, list_sections_of

_GRADE_OF = {course.title: course.grade for course in CATALOGUE}
_TRIES = 3


def counselor(school: str) -> Actor:
    """A member of staff who may change the records of that school (sourced id) only."""
    return Actor(
        kind="user",
        id=f"drill:{school}",
        name="Counseling office",
        role="school_staff",
        permissions=frozenset({"schools.read", "students.enroll", "students.schedule"}),
        scope=frozenset({school}),
    )


def _course(section: SectionCard) -> str:
    return section.title.split(", period ")[0]


def _candidates(free: list[SectionCard], what: JsonDict, taken: set[str]) -> list[SectionCard]:
    """New courses of the student's own grade first, then the sections with most free seats."""

    def preference(section: SectionCard) -> tuple[bool, bool, int, int]:
        course = _course(section)
        seats = (section.seats or 1000) - section.taken
        return (course in taken, _GRADE_OF.get(course) != what["grade"], -seats, section.id)

    fit = (
        section
        for section in free
        if section.class_type == "scheduled"
        and section.track == what["track"]
        and section.id != what.get("avoid")
    )
    return sorted(fit, key=preference)


def _person(session: Session, what: JsonDict, key: str) -> int | None:
    """The student of the event, or the one whose enrolment this event follows."""
    if "person_id" in what:
        return int(what["person_id"])
    arrived = find_outcome(session, key.removesuffix("/schedule")) or {}
    return arrived.get("person_id")


def _place(
    session: Session, person_id: int, choices: list[SectionCard], by: Actor, now: datetime, on: date
) -> SectionCard | None:
    """The first of the sections that takes the student."""
    for section in choices[:_TRIES]:
        try:
            add_to_section(
                session, person_id=person_id, section_id=section.id, begins_on=on, by=by, now=now
            )
        except Conflict:
            continue  # somebody was faster with the seat or the period: try the next one
        return section
    return None


def schedule(session: Session, what: JsonDict, key: str, on: date, now: datetime) -> JsonDict:
    """Give a student a section in every period that is missing; how many were found.

    The synthetic district numbers its periods from 1.
    """
    person_id = _person(session, what, key)
    if person_id is None:
        return {"refused": "not_enrolled"}
    own = [s for s in list_sections_of(session, person_id, on) if s.school_id == what["school_id"]]
    taken = {_course(section) for section in own}
    filled = {period for section in own for period in section.periods}
    missing = [str(n) for n in range(1, what["required"] + 1) if str(n) not in filled]
    added = 0
    for period in missing[: max(0, what["required"] - len(filled))]:
        free = list_open_sections(session, what["school_id"], on, period)
        choices = _candidates(free, what, taken)
        section = _place(session, person_id, choices, counselor(what["school"]), now, on)
        if section is not None:
            taken.add(_course(section))
            added += 1
    return {"added": added}


def enroll(session: Session, what: JsonDict, key: str, on: date, now: datetime) -> JsonDict:
    """Enroll a student whom the records do not know."""
    enrollment = enroll_student(
        session,
        school_id=what["school_id"],
        student=NewStudent(
            given_name=what["given_name"],
            family_name=what["family_name"],
            home_language=what["home_language"],
        ),
        grade=what["grade"],
        begins_on=on,
        track=what["track"],
        entry_code="E1",
        by=counselor(what["school"]),
        now=now,
    )
    return {"person_id": enrollment.person_id}


def drop(session: Session, what: JsonDict, key: str, on: date, now: datetime) -> JsonDict:
    """Take a student out of a section that is cancelled."""
    drop_from_section(
        session,
        person_id=what["person_id"],
        section_id=what["section_id"],
        ends_on=on,
        by=counselor(what["school"]),
        now=now,
    )
    return {}


_DOES: dict[str, Callable[[Session, JsonDict, str, date, datetime], JsonDict]] = {
    "schedule": schedule,
    "enroll": enroll,
    "drop": drop,
}


def perform(
    session: Session, kind: str, payload: JsonDict, key: str, on: date, now: datetime
) -> JsonDict:
    """Do what the event says and return its outcome; a refusal is an outcome too."""
    try:
        with session.begin_nested():
            return _DOES[kind](session, payload, key, on, now)
    except AppError as refusal:
        return {"refused": refusal.code}
