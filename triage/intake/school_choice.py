"""Which school a person means by what they typed or picked."""

import re
from collections.abc import Sequence

from core.auth.actor import Actor
from sis.organizations.queries import SchoolCard

NO_SCHOOL = "No single school"
_MOST_SUGGESTED = 5
_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]\s*$")


def label(school: SchoolCard) -> str:
    """``Bell Senior High [S-0012]``: what the list offers, and what ``choose`` reads."""
    return f"{school.name} [{school.sourced_id}]"


def choose(schools: Sequence[SchoolCard], text: str, by: Actor) -> tuple[int | None, str | None]:
    """(school id, None), or (None, what is wrong); (None, None) when no single school is meant.

    Understands a label, a sourced id, a whole name, and a part of a name if only one school has it.
    """
    text = text.strip()
    if by.scope is None and text in ("", NO_SCHOOL):
        return None, None
    if not text:
        return None, "Choose your school."
    found = _matches(schools, text)
    if len(found) == 1:
        return found[0].id, None
    if not found:
        return None, "No school is called that. Choose one from the list."
    names = ", ".join(one.name for one in found[:_MOST_SUGGESTED])
    more = ", …" if len(found) > _MOST_SUGGESTED else ""
    return None, f"Several schools fit ({names}{more}). Choose one from the list."


def _matches(schools: Sequence[SchoolCard], text: str) -> list[SchoolCard]:
    bracketed = _IN_BRACKETS.search(text)
    sourced_id = bracketed.group(1).strip() if bracketed else text
    by_id = [one for one in schools if one.sourced_id == sourced_id]
    if by_id or bracketed:
        return by_id
    wanted = text.casefold()
    whole = [one for one in schools if one.name.casefold() == wanted]
    return whole or [one for one in schools if wanted in one.name.casefold()]
