"""People by id, as others show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from sis.people.models import Person


@dataclass(frozen=True)
class PersonCard:
    """``name`` is the preferred name with the family name last; ids are ours and the source's."""

    id: int
    sourced_id: str
    name: str
    grade: str | None
    home_language: str | None


def list_people(session: Session, ids: Iterable[int]) -> list[PersonCard]:
    """The people with these ids, by id; unknown ids are left out."""
    statement = select(Person).where(Person.id.in_(set(ids))).order_by(Person.id)
    return [_card(person) for person in session.scalars(statement)]


def get_person(session: Session, person_id: int) -> PersonCard:
    """One person; NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(f"There is no person {person_id}.")
    return _card(person)


def name_of(person: Person) -> str:
    """The name that the person goes by, the family name last."""
    given = person.preferred_given_name or person.given_name
    family = person.preferred_family_name or person.family_name
    return f"{given} {family}"


def _card(person: Person) -> PersonCard:
    return PersonCard(
        person.id, person.sourced_id, name_of(person), person.grade, person.home_language
    )
