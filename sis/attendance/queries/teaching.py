"""A teacher's classes of a day, and who sits in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Invalid, NotFound
from sis.attendance.queries.classes import list_bells_of, slots
from sis.attendance.rules.meetings import Bells
from sis.courses.models import Section
from sis.organizations.models import School
from sis.organizations.queries import school_ids_for
from sis.people.models import Person
from sis.people.queries import name_of
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import in_section_on, runs_on


@dataclass(frozen=True)
class TaughtClass:
    """A class that the actor teaches; ``zone`` is the IANA zone of its school."""

    section_id: int
    school_id: int
    title: str
    period: str
    zone: str
    day_type: str


@dataclass(frozen=True)
class Seated:
    """A student on a roster, as the roll shows them."""

    person_id: int
    name: str


def teaches(person_key: str | BindParameter[str] | None, on: date) -> ColumnElement[bool]:
    """The condition of a section that the person (by sourced id) teaches on ``on``."""
    return exists().where(
        SectionEnrollment.section_id == Section.id,
        SectionEnrollment.role == "teacher",
        SectionEnrollment.person_id == Person.id,
        Person.sourced_id == person_key,
        in_section_on(on),
    )


def list_sections_taught_in(session: Session, actor: Actor, zone: str, on: date) -> list[int]:
    """Ids of the sections that the actor teaches on ``on``, at the actor's schools of a zone."""
    statement = (
        select(Section.id, Section.school_id)
        .join(School, School.organization_id == Section.school_id)
        .where(School.time_zone == zone, runs_on(on), teaches(actor.person_key, on))
        .order_by(Section.id)
    )
    rows = session.execute(statement).all()
    allowed = school_ids_for(session, actor) if rows else None
    return [section for section, school in rows if allowed is None or school in allowed]


def get_taught_class(
    session: Session, actor: Actor, *, section_id: int, on: date, period: str
) -> TaughtClass:
    """The class, if the actor teaches it and it meets then.

    NotFound when it is not one of the actor's sections; Invalid, with the reason, when it does not
    meet on that date and period.
    """
    wanted = {"section_id": section_id, "period": period, "person_key": actor.person_key}
    row = session.execute(_taught_on(on), wanted).first()
    if row is None:
        _refuse(session, actor, section_id, on)
        raise Invalid(
            f"This class does not meet on {on}{f' in period {period}' if period else ''}: look at "
            "the calendar, the section's meetings and its roster.",
            code="class_does_not_meet",
        )
    found = TaughtClass(*row)
    _refuse_foreign_school(session, actor, found.school_id, section_id)
    bells = list_bells_of(session, [found.school_id]).get(found.school_id, Bells())
    if not bells.held(found.day_type, period):
        raise Invalid(
            f"Period {period} is not held on {on}, a {found.day_type} day.",
            code="class_does_not_meet",
        )
    return found


@lru_cache(maxsize=16)
def _taught_on(on: date) -> Select[int, int, str, str, str, str]:
    """The statement for ``section_id``, ``period`` and ``person_key``.

    To build it takes longer than to run it, and every submission of a day asks for the same one.
    """
    slot = slots(on, Section.id == bindparam("section_id"))
    return (
        select(
            Section.id,
            Section.school_id,
            Section.title,
            slot.c.period,
            School.time_zone,
            slot.c.day_type,
        )
        .join(slot, slot.c.section_id == Section.id)
        .join(School, School.organization_id == Section.school_id)
        .where(
            slot.c.period == bindparam("period"),
            teaches(bindparam("person_key", type_=Person.sourced_id.type), on),
        )
    )


def _refuse(session: Session, actor: Actor, section_id: int, on: date) -> None:
    statement = select(Section.school_id).where(
        Section.id == section_id, Section.status == "active", teaches(actor.person_key, on)
    )
    school_id = session.scalar(statement)
    if school_id is None:
        raise NotFound(f"You do not teach the section {section_id} on {on}.")
    _refuse_foreign_school(session, actor, school_id, section_id)


def _refuse_foreign_school(session: Session, actor: Actor, school_id: int, section_id: int) -> None:
    allowed = school_ids_for(session, actor)
    if allowed is not None and school_id not in allowed:
        raise NotFound(f"There is no section {section_id} in the schools of your account.")


def list_rosters(
    session: Session, section_ids: Collection[int], on: date
) -> dict[int, list[Seated]]:
    """Section id -> its students on ``on``, by family name and given name."""
    statement = (
        select(SectionEnrollment.section_id, Person)
        .join(Person, Person.id == SectionEnrollment.person_id)
        .where(
            and_(
                SectionEnrollment.section_id.in_(section_ids),
                SectionEnrollment.role == "student",
                in_section_on(on),
            )
        )
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    found: dict[int, dict[int, Seated]] = {}
    for section_id, person in session.execute(statement):
        roster = found.setdefault(section_id, {})
        roster.setdefault(person.id, Seated(person.id, name_of(person)))
    return {section_id: list(roster.values()) for section_id, roster in found.items()}


def was_ever_in(session: Session, section_id: int, person_ids: Collection[int]) -> set[int]:
    """Those of the persons who are or were students of the section on any date."""
    statement = select(SectionEnrollment.person_id).where(
        SectionEnrollment.section_id == section_id,
        SectionEnrollment.role == "student",
        SectionEnrollment.person_id.in_(person_ids),
    )
    return set(session.scalars(statement))
