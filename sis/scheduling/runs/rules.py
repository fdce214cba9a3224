"""Which students can still take what a run proposed for them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sis.courses.rules.meetings import Meeting, first_clash

LEFT_SCHOOL = "The student is not enrolled here any more."
NO_SECTION = "A section was closed or taken out of the term."
PLACE_CHANGED = "A place that was to be moved was changed or locked by hand."
CLASH = "The student's schedule was changed by hand: a period is taken."
TWICE = "The student was put into the course by hand."
FULL = "A section filled up meanwhile."


@dataclass(frozen=True)
class Seat:
    """A seat that a student is to take, leaving ``from_place_id`` for it."""

    section_id: int
    from_place_id: int | None


class Section(Protocol):
    """What must be known of a section."""

    @property
    def course_id(self) -> int | None: ...
    @property
    def seats(self) -> int | None: ...
    @property
    def taken(self) -> int: ...
    @property
    def meetings(self) -> tuple[Meeting, ...]: ...


class Held(Protocol):
    """A place that a student has."""

    @property
    def id(self) -> int: ...
    @property
    def section_id(self) -> int: ...
    @property
    def locked(self) -> bool: ...


class Standing(Protocol):
    """The school as it is now."""

    @property
    def sections(self) -> Mapping[int, Section]: ...
    @property
    def places(self) -> Mapping[int, Sequence[Held]]: ...
    @property
    def students(self) -> Mapping[int, object]: ...


def fit(seats: Mapping[int, Sequence[Seat]], now: Standing) -> dict[int, str]:
    """Person to the reason why that student's part of a proposal cannot be applied any more.

    The others' parts can be applied together without a section over its seats.
    """
    skipped = {
        person_id: reason
        for person_id, wanted in seats.items()
        if (reason := _misfit(person_id, wanted, now))
    }
    while full := _overfull(seats, skipped, now):
        newcomers = [
            person_id
            for person_id, wanted in seats.items()
            if person_id not in skipped and any(seat.section_id == full for seat in wanted)
        ]
        skipped[max(newcomers)] = FULL
    return skipped


def _misfit(person_id: int, wanted: Sequence[Seat], now: Standing) -> str:
    if person_id not in now.students:
        return LEFT_SCHOOL
    if any(seat.section_id not in now.sections for seat in wanted):
        return NO_SECTION
    held = {place.id: place for place in now.places.get(person_id, ())}
    leaving = {seat.from_place_id for seat in wanted if seat.from_place_id is not None}
    if any(place_id not in held or held[place_id].locked for place_id in leaving):
        return PLACE_CHANGED
    staying = [now.sections[p.section_id] for p in held.values() if p.id not in leaving]
    coming = [now.sections[seat.section_id] for seat in wanted]
    courses = [section.course_id for section in (*staying, *coming) if section.course_id]
    if {s.course_id for s in coming} & {s.course_id for s in staying}:
        return TWICE
    if len(set(courses)) < len(courses) and len({s.course_id for s in coming}) < len(coming):
        return TWICE
    for number, section in enumerate(coming):
        others = [m for other in (*staying, *coming[:number]) for m in other.meetings]
        if first_clash(section.meetings, others) is not None:
            return CLASH
    return ""


def _overfull(
    seats: Mapping[int, Sequence[Seat]], skipped: Mapping[int, str], now: Standing
) -> int | None:
    """A section that the remaining students would overfill, or None."""
    load: Counter[int] = Counter()
    entering: set[int] = set()
    for person_id, wanted in seats.items():
        if person_id in skipped:
            continue
        held = {place.id: place.section_id for place in now.places.get(person_id, ())}
        for seat in wanted:
            load[seat.section_id] += 1
            entering.add(seat.section_id)
            if seat.from_place_id is not None:
                load[held[seat.from_place_id]] -= 1
    for section_id in sorted(entering):
        section = now.sections[section_id]
        if section.seats is not None and section.taken + load[section_id] > section.seats:
            return section_id
    return None
