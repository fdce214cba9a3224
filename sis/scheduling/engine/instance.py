"""What the engine is asked, and what it answers. All of it can be pickled and sent to a worker."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Slot = tuple[str, str]
"""A period and a day of the week (one letter of MTWRF)."""

SectionId = int | str
WEEK = "MTWRF"


def slots_of(period: str, days: str | None = None) -> frozenset[Slot]:
    """The slots of a meeting; no ``days`` means every day of the week."""
    return frozenset((period, day) for day in days or WEEK)


@dataclass(frozen=True)
class Section:
    """A class that meets in ``slots``; ``seats`` None is without a limit.

    A section with a ``track`` takes students of that track only.
    """

    id: SectionId
    course: str
    slots: frozenset[Slot]
    seats: int | None
    track: str = ""


@dataclass(frozen=True)
class Request:
    """A wish for a course; ``alternates`` are courses to try instead, in this order.

    ``priority`` counts from 1, the most wanted. A ``protected`` request (a course that the student
    needs to graduate) counts as ``PROTECTED_WORTH`` others where seats are short.
    """

    course: str
    alternates: tuple[str, ...] = ()
    priority: int = 1
    protected: bool = False


PROTECTED_WORTH = 10


@dataclass(frozen=True)
class Student:
    """``locked`` and ``current`` map a course to the student's section of it.

    A locked place never changes. A current place that is good (known, no clash, within the seats)
    is kept; it changes its section only as one of the instance's moves. ``busy`` are slots that
    are not to be filled. ``grade`` breaks ties: upper grades get seats first.
    """

    id: str
    requests: tuple[Request, ...]
    grade: int = 0
    track: str = ""
    locked: Mapping[str, SectionId] = field(default_factory=dict)
    current: Mapping[str, SectionId] = field(default_factory=dict)
    busy: frozenset[Slot] = frozenset()


@dataclass(frozen=True)
class Instance:
    """One school. ``titles`` are the courses' names for explanations, where they differ.

    At most ``max_moves`` good current places may change their section to make room.
    """

    sections: tuple[Section, ...]
    students: tuple[Student, ...]
    max_moves: int = 0
    titles: Mapping[str, str] = field(default_factory=dict)

    def title(self, course: str) -> str:
        return self.titles.get(course) or course


@dataclass(frozen=True)
class Figures:
    """``placed`` requests have a section, ``complete`` students have all of theirs.

    ``placed_bound`` and ``complete_bound`` are what no schedule can exceed; the second one among
    schedules that place as many requests as possible. ``proved`` says that both are reached.
    ``moves`` counts good places that changed their section, ``alternates`` requests that another
    course fills.
    """

    requests: int
    placed: int
    complete: int
    students: int
    placed_bound: int
    complete_bound: int
    proved: bool
    moves: int
    alternates: int
    seconds: float


@dataclass(frozen=True)
class Answer:
    """Student to requested course to section (None: unfilled), and why one is not as wished.

    A request that an alternate fills maps to None, and the alternate to its section.
    """

    placements: Mapping[str, Mapping[str, SectionId | None]]
    reasons: Mapping[str, Mapping[str, str]]
    figures: Figures
    shortages: Mapping[str, int]
