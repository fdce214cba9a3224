"""What a student's list of course requests may look like.

Source: the district's loading order: requests by priority, alternates only for a request that
cannot be filled.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LOWEST_PRIORITY = 99


@dataclass(frozen=True)
class Wish:
    """One line of the list: a course, its priority from 1, and the course that it stands in for."""

    course_id: int
    priority: int
    alternate_of: int | None = None


def problems_of(wishes: Sequence[Wish]) -> dict[int, str]:
    """What is wrong with each line (place in the list -> sentence); empty when nothing is."""
    found: dict[int, str] = {}
    own = {wish.course_id for wish in wishes if wish.alternate_of is None}
    seen: set[int] = set()
    for place, wish in enumerate(wishes):
        sentence = _problem(wish, own, seen)
        if sentence:
            found[place] = sentence
        seen.add(wish.course_id)
    return found


def _problem(wish: Wish, own: set[int], seen: set[int]) -> str:
    if wish.course_id in seen:
        return "This course stands in the list already."
    if not 1 <= wish.priority <= LOWEST_PRIORITY:
        return f"A priority is a whole number from 1 to {LOWEST_PRIORITY}."
    if wish.alternate_of == wish.course_id:
        return "A course cannot stand in for itself."
    if wish.alternate_of is not None and wish.alternate_of not in own:
        return "It stands in for a course that is not asked for, or is an alternate itself."
    return ""


def version_of(lines: Iterable[tuple[object, ...]]) -> str:
    """A short text that changes whenever one of these lines does."""
    plain = "\n".join(repr(line) for line in sorted(lines, key=repr))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Demand:
    """A course in a term: who asks for it, and the seats there are.

    ``requested`` counts students, ``alternates`` those for whom it only stands in; ``seats`` is
    None when a section has no limit.
    """

    course_id: int
    code: str | None
    title: str
    requested: int
    alternates: int
    sections: int
    seats: int | None

    @property
    def missing(self) -> int:
        """Seats that the requests need and the sections do not have."""
        return 0 if self.seats is None else max(0, self.requested - self.seats)

    @property
    def spare(self) -> int:
        return 0 if self.seats is None else max(0, self.seats - self.requested)


@dataclass(frozen=True)
class Bar:
    """One row of the picture, in units of a bar's full length: filled, missing and spare."""

    demand: Demand
    filled: float
    missing: float
    spare: float


def bars(demands: Sequence[Demand], length: float) -> list[Bar]:
    """The rows of the picture in one scale: the largest of all requests and seats is ``length``."""
    most = max((max(d.requested, d.seats or 0) for d in demands), default=0)
    unit = length / most if most else 0.0
    return [
        Bar(
            demand,
            filled=(demand.requested - demand.missing) * unit,
            missing=demand.missing * unit,
            spare=demand.spare * unit,
        )
        for demand in demands
    ]


def by_need(demands: Mapping[int, Demand]) -> list[Demand]:
    """The courses that lack most seats first, then by requests."""
    return sorted(demands.values(), key=lambda d: (-d.missing, -d.requested, d.title, d.course_id))
