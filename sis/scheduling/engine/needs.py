"""From an instance to what is left to decide: cells with room, and what each student still needs.

Sections of one course that meet at the same times are one **cell**: to a student they are the
same. Slots that the same sections use are one **hour**, so that a school without block days has
as many hours as periods.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sis.scheduling.engine.instance import (
    PROTECTED_WORTH,
    Instance,
    Request,
    Section,
    SectionId,
    Slot,
    Student,
)

UNLIMITED = 1_000_000
MOST_PRIORITY_POINTS = 9
FIRST_CHOICE_POINTS = 20


@dataclass(frozen=True)
class Cell:
    """``room`` counts the seats that no locked or kept place takes."""

    course: str
    hours: frozenset[int]
    track: str
    sections: tuple[Section, ...]
    room: int


@dataclass(frozen=True)
class Want:
    """A request that is still open: cells that could fill it, with the points of each.

    ``held`` is the cell of a current place that may move; such a want is always filled.
    """

    course: str
    cells: tuple[int, ...]
    points: tuple[int, ...]
    worth: int = 1
    held: int | None = None


@dataclass(frozen=True)
class Need:
    """What a student still wants; students with equal needs are interchangeable.

    ``whole`` says that all wants make the student complete: no other request is beyond help.
    """

    wants: tuple[Want, ...]
    whole: bool

    @cached_property
    def _digest(self) -> int:
        return hash((self.wants, self.whole))

    def __hash__(self) -> int:
        """Worked out once: needs are looked up far more often than made."""
        return self._digest


@dataclass(frozen=True)
class Problem:
    """``fixed`` are the places that stay; ``needs`` has the students with something to decide."""

    instance: Instance
    cells: tuple[Cell, ...]
    needs: Mapping[str, Need]
    fixed: Mapping[str, Mapping[str, SectionId]]
    taken: Mapping[SectionId, int]


@dataclass
class _Kept:
    """The places of the students that stay, and the seats they take."""

    sections: Mapping[SectionId, Section]
    taken: dict[SectionId, int] = field(default_factory=lambda: defaultdict(int))
    places: dict[str, dict[str, SectionId]] = field(default_factory=dict)
    held: dict[str, dict[str, SectionId]] = field(default_factory=dict)


def state(instance: Instance) -> Problem:
    """What is left to decide, after locks and good places."""
    kept = _keep(instance)
    hours = _hours(instance.sections)
    cells, cell_of = _cells(instance.sections, hours, kept.taken)
    by_course: dict[str, list[int]] = defaultdict(list)
    for number, cell in enumerate(cells):
        by_course[cell.course].append(number)
    needs: dict[str, Need] = {}
    known: dict[Need, Need] = {}
    for student in instance.students:
        fixed = kept.places[student.id]
        busy = {hours[slot] for slot in student.busy if slot in hours}
        busy.update(hours[slot] for sid in fixed.values() for slot in kept.sections[sid].slots)
        need = _need(student, fixed, kept.held[student.id], busy, cells, by_course, cell_of)
        if need.wants:
            needs[student.id] = known.setdefault(need, need)
    return Problem(instance, cells, needs, kept.places, kept.taken)


def _keep(instance: Instance) -> _Kept:
    kept = _Kept({section.id: section for section in instance.sections})
    used: dict[str, set[Slot]] = {}
    for student in instance.students:
        used[student.id] = set(student.busy)
        kept.places[student.id], kept.held[student.id] = {}, {}
        for course, sid in student.locked.items():
            kept.places[student.id][course] = sid
            kept.taken[sid] += 1
            used[student.id] |= kept.sections[sid].slots
    for student in instance.students:
        asked = {course for r in student.requests for course in (r.course, *r.alternates)}
        for course, sid in student.current.items():
            section = kept.sections.get(sid)
            if section is None or course in student.locked or not _good(section, course, student):
                continue
            full = section.seats is not None and kept.taken[sid] >= section.seats
            if course not in asked or full or used[student.id] & section.slots:
                continue
            movable = instance.max_moves > 0
            (kept.held if movable else kept.places)[student.id][course] = sid
            kept.taken[sid] += 1
            used[student.id] |= section.slots
    return _released(kept)


def _good(section: Section, course: str, student: Student) -> bool:
    return section.course == course and section.track in ("", student.track)


def _released(kept: _Kept) -> _Kept:
    """Held places are decided again, so their seats count as free until then."""
    for places in kept.held.values():
        for sid in places.values():
            kept.taken[sid] -= 1
    return kept


def _hours(sections: Iterable[Section]) -> dict[Slot, int]:
    """Slot to hour: slots that exactly the same sections use are one hour."""
    users: dict[Slot, list[int]] = defaultdict(list)
    for number, section in enumerate(sections):
        for slot in section.slots:
            users[slot].append(number)
    order: dict[tuple[int, ...], int] = {}
    return {slot: order.setdefault(tuple(users[slot]), len(order)) for slot in sorted(users)}


def _cells(
    sections: Iterable[Section], hours: Mapping[Slot, int], taken: Mapping[SectionId, int]
) -> tuple[tuple[Cell, ...], dict[SectionId, int]]:
    merged: dict[tuple[str, tuple[int, ...], str], list[Section]] = defaultdict(list)
    for section in sections:
        when = tuple(sorted({hours[slot] for slot in section.slots}))
        merged[section.course, when, section.track].append(section)
    cells: list[Cell] = []
    cell_of: dict[SectionId, int] = {}
    for (course, when, track), members in merged.items():
        room = sum(
            UNLIMITED if s.seats is None else max(0, s.seats - taken.get(s.id, 0)) for s in members
        )
        cell_of.update({s.id: len(cells) for s in members})
        cells.append(Cell(course, frozenset(when), track, tuple(members), min(room, UNLIMITED)))
    return tuple(cells), cell_of


def _need(
    student: Student,
    fixed: Mapping[str, SectionId],
    held: Mapping[str, SectionId],
    busy: set[int],
    cells: tuple[Cell, ...],
    by_course: Mapping[str, list[int]],
    cell_of: Mapping[SectionId, int],
) -> Need:
    def cells_of(course: str) -> list[int]:
        return [
            number
            for number in by_course.get(course, ())
            if cells[number].track in ("", student.track) and not cells[number].hours & busy
        ]

    wants, whole = [], True
    for request in student.requests:
        courses = (request.course, *request.alternates)
        if any(course in fixed for course in courses):
            continue
        mine = next((course for course in courses if course in held), None)
        open_courses = courses if mine is None else (mine,)
        options = [
            (number, _points(student, request, rank))
            for rank, course in enumerate(open_courses)
            for number in cells_of(course)
        ]
        if not options:
            whole = False
            continue
        numbers, points = zip(*options, strict=True)
        worth = PROTECTED_WORTH if request.protected else 1
        at = None if mine is None else cell_of[held[mine]]
        wants.append(Want(request.course, numbers, points, worth, at))
    return Need(tuple(sorted(wants, key=lambda want: (want.course, want.cells))), whole)


def _points(student: Student, request: Request, rank: int) -> int:
    """Points of filling a request by its alternate number ``rank`` (0: itself).

    They decide between schedules that fill equally many: the wish before its alternates, then
    priority, then the upper grade.
    """
    wish = max(0, FIRST_CHOICE_POINTS - rank)
    return wish + max(0, MOST_PRIORITY_POINTS + 1 - request.priority) + min(student.grade, 12)
