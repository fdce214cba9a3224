"""Which school a person means by what they typed or picked."""

import re
from collections.abc import Sequence

from sis.organizations.queries import SchoolCard

_MOST_SUGGESTED = 5
_IN_BRACKETS = re.compile(r"\[([^\[\]]+)\]\s*$")


def label(school: SchoolCard) -> str:
    """``Bell Senior High [S-0012]``: what a list offers, and what ``pick`` reads."""
    return f"{school.name} [{school.sourced_id}]"


def pick(schools: Sequence[SchoolCard], text: str) -> tuple[SchoolCard | None, str]:
    """(the school, ""), or (None, what is wrong as a sentence).

    Understands a label, a sourced id, a whole name, and a part of a name if only one school has it.
    """
    if not text.strip():
        return None, "Choose a school."
    found = _matches(schools, text.strip())
    if len(found) == 1:
        return found[0], ""
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
