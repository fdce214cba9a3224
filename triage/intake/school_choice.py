"""Which school a ticket is about, by what somebody typed or picked."""

from collections.abc import Sequence

from core.auth.actor import Actor
from sis.organizations.choice import pick
from sis.organizations.queries import SchoolCard

NO_SCHOOL = "No single school"


def choose(schools: Sequence[SchoolCard], text: str, by: Actor) -> tuple[int | None, str | None]:
    """(school id, None), or (None, what is wrong); (None, None) when no single school is meant."""
    if by.scope is None and text.strip() in ("", NO_SCHOOL):
        return None, None
    if not text.strip():
        return None, "Choose your school."
    school, wrong = pick(schools, text)
    return (school.id, None) if school else (None, wrong)
