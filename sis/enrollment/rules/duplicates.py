"""Is this child known already? Names and birth dates that are suspiciously alike.

Source: the district's known issues name duplicate records as the costliest mistake of enrolling;
the limits are assumed, and stand in ``sis.enrollment.alike_percent``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from sis.enrollment.rules.names import folded

_ABOUT, _ABOUT_YEARS = 2000, 100
"""Nobody enrolled was born in another millennium, whatever digits are swapped."""


@dataclass(frozen=True)
class Alike:
    """From how many percent on names are suspicious: with the same birth date, with one that is
    a slip of the pen away, and with one that differs in its day, month or year alone.
    """

    same: int = 75
    near: int = 85
    other: int = 95


@dataclass(frozen=True)
class Likeness:
    """A known person; the names as they are on record."""

    person_id: int
    given_name: str
    family_name: str
    birth_date: date | None


@dataclass(frozen=True)
class Suspect:
    """``why`` reads ``same birth date, names 92 % alike``; ``percent`` is from 0 to 100."""

    person_id: int
    percent: int
    why: str


def near_dates(birth_date: date) -> dict[date, str]:
    """Dates that a slip of the pen makes of this one, with the slip."""
    found: dict[date, str] = {}
    for digits in _neighbours_swapped(f"{birth_date:%Y%m%d}"):
        _note(found, digits, "birth date with two digits swapped")
    _note(
        found,
        f"{birth_date:%Y}{birth_date:%d}{birth_date:%m}",
        "birth date with day and month swapped",
    )
    found.pop(birth_date, None)
    return found


def suspects(
    given_name: str,
    family_name: str,
    birth_date: date,
    known: Iterable[Likeness],
    alike: Alike,
) -> list[Suspect]:
    """Those of ``known`` who may be the same child, most alike first."""
    name, near = folded(f"{given_name} {family_name}"), near_dates(birth_date)
    found = []
    for one in known:
        how, least = _dates(birth_date, one.birth_date, near, alike)
        percent = names_alike(name, folded(f"{one.given_name} {one.family_name}"))
        if how and percent >= least:
            found.append(Suspect(one.person_id, percent, f"{how}, names {percent} % alike"))
    return sorted(found, key=lambda one: (-one.percent, one.person_id))


def names_alike(one: str, other: str) -> int:
    """Percent, rounded down; the order of the words does not matter. Both are folded."""
    return int(fuzz.token_sort_ratio(one, other))


def _dates(
    wanted: date, known: date | None, near: dict[date, str], alike: Alike
) -> tuple[str, int]:
    """How the dates relate in words, and from which percent names are suspicious then."""
    if known is None:
        return "no birth date on record", alike.other
    if known == wanted:
        return "same birth date", alike.same
    if known in near:
        return near[known], alike.near
    parts = ("year", "month", "day")
    differing = [part for part in parts if getattr(known, part) != getattr(wanted, part)]
    return (
        (f"birth date in another {differing[0]}", alike.other) if len(differing) == 1 else ("", 0)
    )


def _neighbours_swapped(digits: str) -> Iterator[str]:
    for place in range(len(digits) - 1):
        yield digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]


def _note(found: dict[date, str], digits: str, slip: str) -> None:
    try:
        made = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return  # the slip makes no date
    if abs(made.year - _ABOUT) < _ABOUT_YEARS:
        found[made] = slip
