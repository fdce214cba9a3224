"""Names compared as an ear hears them: without capitals, accents and marks."""

import unicodedata
from itertools import product

PREFIX = 3
"""So many letters of a name are indexed."""

_ACCENTED = {
    "a": "áàâãäåÁÀÂÃÄÅ",
    "c": "çÇ",
    "e": "éèêëÉÈÊË",
    "i": "íìîïÍÌÎÏ",
    "n": "ñÑ",
    "o": "óòôõöÓÒÔÕÖ",
    "u": "úùûüÚÙÛÜ",
    "y": "ýÝ",
}


def folded(text: str) -> str:
    """``"  Núñez-O'Hara "`` is ``"nunez ohara"``: plain small letters, single spaces."""
    words = "".join(
        letter if letter.isalnum() else "" if letter in "'’`." else " " for letter in _plain(text)
    )
    return " ".join(words.split())


def _plain(text: str) -> str:
    """Small letters without marks; taken apart twice, for what casefolding puts together."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def spellings(letters: str) -> set[str]:
    """How a name that begins with these letters (at most three) may be written.

    Databases differ in which capitals they turn small (SQLite: A to Z only), so accented
    capitals are among them.
    """
    plain = _plain(letters)[:PREFIX]
    return {"".join(way) for way in product(*(one + _ACCENTED.get(one, "") for one in plain))}


def begins_with(name: str, letters: str) -> bool:
    """Whether the name, or a later word of it (``de la Cruz``), begins with the letters."""
    wanted = folded(letters)
    words = folded(name).split()
    return not wanted or any(
        " ".join(words[number:]).startswith(wanted) for number in range(len(words))
    )
