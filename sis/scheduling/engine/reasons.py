"""Why a request has no place, or another than asked for, in a sentence for a counselor."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from sis.scheduling.engine.instance import (
    WEEK,
    Instance,
    Request,
    Section,
    SectionId,
    Slot,
    Student,
)

Places = Mapping[str, Mapping[str, SectionId]]
LARGEST_VIOLATOR = 7


class Explainer:
    """Knows the seats that are left when everybody has been placed."""

    def __init__(self, instance: Instance, places: Places) -> None:
        self._instance, self._places = instance, places
        self._offered: dict[str, list[Section]] = defaultdict(list)
        for section in instance.sections:
            self._offered[section.course].append(section)
        self._sections = {section.id: section for section in instance.sections}
        self._load = Counter(sid for mine in places.values() for sid in mine.values())
        self.short: Counter[str] = Counter()
        for student in instance.students:
            for request in student.requests:
                if not any(course in places[student.id] for course in _courses(request)):
                    self.short[request.course] += self._is_full(request.course, student)

    def explain(self, student: Student) -> dict[str, str]:
        """Requested course to the reason, for each request that is not filled as asked."""
        mine = self._places[student.id]
        found = {}
        for request in student.requests:
            if request.course in mine:
                continue
            reason = self._why(student, request.course)
            stand_in = next((course for course in request.alternates if course in mine), None)
            if stand_in is not None:
                reason = f"Filled by the alternate {self._title(stand_in)}: {_lower(reason)}"
            elif request.alternates:
                others = [self._why(student, course) for course in request.alternates]
                reason = " ".join([reason, "Its alternates fail too:", *others])
            found[request.course] = reason
        return found

    def _why(self, student: Student, course: str) -> str:
        title = self._title(course)
        sections = self._of(course, student)
        if not self._offered[course]:
            return f"{title} is not offered: there is no section of it."
        if not sections:
            track = student.track or "without a name"
            return f"{title} has no section in the student's track {track}."
        return (
            self._locked_out(student, course, sections)
            or self._beyond_help(student, course)
            or self._no_seat(course, sections)
            or self._collides(student, course, sections)
        )

    def _locked_out(self, student: Student, course: str, sections: Sequence[Section]) -> str:
        blocking: set[str] = set()
        for section in sections:
            if section.slots & student.busy:
                blocking.add("the periods that are kept free for the student")
                continue
            locks = [
                self._title(other)
                for other, sid in student.locked.items()
                if section.slots & self._sections[sid].slots
            ]
            if not locks:
                return ""
            blocking.update(locks)
        held = _listed(sorted(blocking))
        verb = "is" if len(blocking) == 1 else "are"
        when = self._when(sections)
        return f"{self._title(course)} meets only in {when}, where {held} {verb} locked."

    def _beyond_help(self, student: Student, course: str) -> str:
        """The fewest of the student's courses that no choice of periods can hold together."""
        others = [
            other
            for request in student.requests
            if request.course != course and not set(_courses(request)) & set(student.locked)
            for other in [request.course]
            if len(request.alternates) == 0 and self._of(other, student)
        ]
        for size in range(1, min(LARGEST_VIOLATOR, len(others)) + 1):
            for group in combinations(others, size):
                together = (course, *group)
                options = [self._patterns(student, member) for member in together]
                if all(options) and _fit(options[1:]) and not _fit(options):
                    return self._violation(student, together)
        return ""

    def _violation(self, student: Student, together: Sequence[str]) -> str:
        meetings = [self._when(self._of(member, student)) for member in together]
        first, *rest = [self._title(member) for member in together]
        if len(together) == 2 and meetings[0] == meetings[1]:
            return f"{first} meets only in {meetings[0]}, where {rest[0]} also meets only."
        facts = [
            f"{self._title(member)} in {when}"
            for member, when in zip(together, meetings, strict=True)
        ]
        return (
            f"{first} cannot be taken together with {_listed(rest)}, whatever the seats: "
            f"they meet only at these times: {'; '.join(facts)}."
        )

    def _no_seat(self, course: str, sections: Sequence[Section]) -> str:
        seats = sum(section.seats or 0 for section in sections)
        if any(self._has_room(section) for section in sections):
            return ""
        short = self.short[course]
        title = self._title(course)
        if not seats:
            return f"{title} has no seats: give its sections seats."
        wanting = f"{short} short; add a section" if short else "free one or add a section"
        return f"All {seats} seats of {title} are taken: {wanting}."

    def _collides(self, student: Student, course: str, sections: Sequence[Section]) -> str:
        free = [section for section in sections if self._has_room(section)]
        blocking = sorted(
            {
                self._title(other)
                for other, sid in self._places[student.id].items()
                if any(section.slots & self._sections[sid].slots for section in free)
            }
        )
        clash = f", where the student has {_listed(blocking)}" if blocking else ""
        return (
            f"{self._title(course)} has free seats only in {self._when(free)}{clash}; "
            "no other section of those courses with a free seat makes room."
        )

    def _patterns(self, student: Student, course: str) -> list[frozenset[Slot]]:
        taken = set(student.busy)
        for sid in student.locked.values():
            taken |= self._sections[sid].slots
        return list({s.slots for s in self._of(course, student) if not s.slots & taken})

    def _of(self, course: str, student: Student) -> list[Section]:
        return [s for s in self._offered[course] if s.track in ("", student.track)]

    def _is_full(self, course: str, student: Student) -> bool:
        sections = self._of(course, student)
        return bool(sections) and not any(map(self._has_room, sections))

    def _has_room(self, section: Section) -> bool:
        return section.seats is None or self._load[section.id] < section.seats

    def _title(self, course: str) -> str:
        return self._instance.title(course)

    def _when(self, sections: Sequence[Section]) -> str:
        """``period 3`` or ``periods 2 and 5 (M, W)``: when the sections meet."""
        names = sorted({name for section in sections for name in _meetings(section.slots)})
        return f"period{'s' if len(names) > 1 else ''} {_listed(names)}"


def _meetings(slots: frozenset[Slot]) -> list[str]:
    days: dict[str, str] = defaultdict(str)
    for period, day in sorted(slots, key=lambda slot: (slot[0], WEEK.find(slot[1]))):
        days[period] += day
    return [p if which == WEEK else f"{p} ({', '.join(which)})" for p, which in days.items()]


def _fit(options: Sequence[Sequence[frozenset[Slot]]], busy: frozenset[Slot] = frozenset()) -> bool:
    """Whether one pattern of each can be chosen so that no two overlap."""
    if not options:
        return True
    return any(_fit(options[1:], busy | slots) for slots in options[0] if not slots & busy)


def _courses(request: Request) -> tuple[str, ...]:
    return (request.course, *request.alternates)


def _listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last


def _lower(sentence: str) -> str:
    """The sentence as it continues another; a course's title keeps its letters."""
    return sentence.replace("All ", "all ", 1) if sentence.startswith("All ") else sentence
