"""Seats by course: how full its sections are, and how evenly.

Source: assumed; a master schedule counts as balanced when the sections of a course differ by no
more than a few students.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

EVEN = 5
"""Sections of one course that differ by no more students than this are even."""


@dataclass(frozen=True)
class Filled:
    """A section's part of the balance; ``seats`` None means without a limit."""

    id: int
    title: str
    course_id: int | None
    course: str
    periods: tuple[str, ...]
    seats: int | None
    taken: int


@dataclass(frozen=True)
class CourseBalance:
    """The sections of a course by period, their seats together, and how far apart they are.

    ``seats`` and ``free`` leave out sections without a limit.
    """

    course_id: int | None
    course: str
    sections: tuple[Filled, ...]

    @property
    def seats(self) -> int:
        return sum(section.seats or 0 for section in self.sections)

    @property
    def taken(self) -> int:
        return sum(section.taken for section in self.sections)

    @property
    def free(self) -> int:
        return sum(
            max(section.seats - section.taken, 0)
            for section in self.sections
            if section.seats is not None
        )

    @property
    def spread(self) -> int:
        """Students in the fullest section more than in the emptiest."""
        sizes = [section.taken for section in self.sections]
        return max(sizes) - min(sizes)

    @property
    def uneven(self) -> bool:
        return self.spread > EVEN

    @property
    def over(self) -> int:
        """Students without a seat."""
        return sum(
            max(section.taken - section.seats, 0)
            for section in self.sections
            if section.seats is not None
        )


def balance(sections: Iterable[Filled]) -> list[CourseBalance]:
    """The courses by name, each with its sections by period."""
    courses: dict[tuple[str, int | None], list[Filled]] = defaultdict(list)
    for section in sections:
        courses[section.course, section.course_id].append(section)
    return [
        CourseBalance(
            course_id, name, tuple(sorted(some, key=lambda one: (one.periods, one.title, one.id)))
        )
        for (name, course_id), some in sorted(
            courses.items(), key=lambda item: (item[0][0], item[0][1] or 0)
        )
    ]
