"""A student's requests as lines of a form: what was typed, what it means, what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sis.scheduling.requests.catalog import CatalogCourse
from sis.scheduling.requests.queries import RequestCard
from sis.scheduling.requests.rules import LOWEST_PRIORITY, Wish, problems_of

BLANK_LINES = 3
MOST_LINES = 40


@dataclass(frozen=True)
class Typed:
    """One line as it stands in the form."""

    course: str = ""
    priority: str = ""
    alternate_of: str = ""
    error: str = ""


@dataclass(frozen=True)
class Parsed:
    """The lines with their errors, and the wishes if there are none."""

    lines: tuple[Typed, ...]
    wishes: tuple[Wish, ...] = field(default=())

    @property
    def is_fine(self) -> bool:
        return not any(line.error for line in self.lines)


def shown(cards: Sequence[RequestCard]) -> tuple[Typed, ...]:
    """The lines of a saved list, with a few blank ones to fill in."""
    labels = {card.id: _label(card.course_code, card.course_title) for card in cards}
    lines = [
        Typed(labels[card.id], str(card.priority), labels.get(card.alternate_of_id or 0, ""))
        for card in cards
    ]
    return (*lines, *(Typed() for _ in range(BLANK_LINES)))


def parse(form: Mapping[str, str], catalog: Sequence[CatalogCourse]) -> Parsed:
    """Read the lines ``course-0``, ``priority-0``, ``alternate-0`` and on; blank ones are none."""
    known = _names(catalog)
    lines = [
        Typed(
            form.get(f"course-{n}", "").strip(),
            form.get(f"priority-{n}", "").strip(),
            form.get(f"alternate-{n}", "").strip(),
        )
        for n in range(MOST_LINES)
    ]
    lines = [line for line in lines if line != Typed() and (line.course or line.alternate_of)]
    read = [_read(line, known) for line in lines]
    wishes = [wish for wish, _ in read if wish is not None]
    errors = [error for _, error in read]
    if not any(errors):
        problems = problems_of(wishes)
        errors = [problems.get(place, "") for place in range(len(lines))]
    marked = tuple(
        Typed(line.course, line.priority, line.alternate_of, error)
        for line, error in zip(lines, errors, strict=True)
    )
    return Parsed(marked, tuple(wishes))


def find_course(text: str, catalog: Sequence[CatalogCourse]) -> int | None:
    """The course that was typed, by its label, code or title; None when none or several fit."""
    found = _names(catalog).get(text.strip().casefold(), set())
    return next(iter(found)) if len(found) == 1 else None


def _names(catalog: Sequence[CatalogCourse]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for course in catalog:
        for name in (course.label, course.code, course.title):
            if name:
                found.setdefault(name.casefold(), set()).add(course.id)
    return found


def _read(line: Typed, known: Mapping[str, set[int]]) -> tuple[Wish | None, str]:
    course, why = _course(line.course, known)
    if course is None:
        return None, why
    priority = line.priority or "1"
    if not (
        priority.isascii() and priority.isdigit() and 1 <= int(priority[:4]) <= LOWEST_PRIORITY
    ):
        return None, f"A priority is a whole number from 1 to {LOWEST_PRIORITY}."
    if not line.alternate_of:
        return Wish(course, int(priority)), ""
    other, why = _course(line.alternate_of, known)
    if other is None:
        return None, why
    return Wish(course, int(priority), other), ""


def _course(text: str, known: Mapping[str, set[int]]) -> tuple[int | None, str]:
    found = known.get(text.casefold(), set())
    if len(found) == 1:
        return next(iter(found)), ""
    if found:
        return None, f"{len(found)} courses are called “{text}”; choose one from the list."
    if not text:
        return None, "Name the course."
    return None, f"The catalog of this school has no course “{text}”."


def _label(code: str | None, title: str) -> str:
    return f"{code} {title}" if code else title
