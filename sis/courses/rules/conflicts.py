"""What is wrong with a master schedule: double bookings and sections that lack something.

Source: the master scheduling checks of the district's issue list (a teacher or a room twice in one
period); which rooms hold several sections at once is policy (``sis.shared_rooms``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from sis.courses.rules.meetings import Meeting, Span, overlap, share_days

HOMEROOM = "homeroom"


class Kind(StrEnum):
    """What can be wrong, in the order in which a report shows it."""

    TEACHER_TWICE = "teacher_twice"
    ROOM_TWICE = "room_twice"
    OVER_SEATS = "over_seats"
    NO_TEACHER = "no_teacher"
    NO_PERIOD = "no_period"
    NO_ROOM = "no_room"


LABELS: Mapping[Kind, str] = {
    Kind.TEACHER_TWICE: "Teacher in two sections at once",
    Kind.ROOM_TWICE: "Room used by two sections at once",
    Kind.OVER_SEATS: "More students than seats",
    Kind.NO_TEACHER: "No teacher",
    Kind.NO_PERIOD: "No period",
    Kind.NO_ROOM: "No room",
}


@dataclass(frozen=True)
class Teaching:
    """A person who teaches a section ``[begins_on, ends_on)``."""

    person_id: int
    name: str
    begins_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Planned:
    """A section as the checks see it; ``span`` is its term, ``taken`` the seats in use."""

    id: int
    title: str
    class_type: str
    span: Span
    seats: int | None
    taken: int
    room: str | None
    meetings: tuple[Meeting, ...]
    teachers: tuple[Teaching, ...]


@dataclass(frozen=True)
class Conflict:
    """One thing wrong; ``since`` is the first date on which it is, None when always."""

    kind: Kind
    section_ids: tuple[int, ...]
    what: str
    since: date | None = None


def find_conflicts(
    sections: Iterable[Planned], *, on: date, shared_rooms: Collection[str] = ()
) -> list[Conflict]:
    """Everything wrong on ``on`` or later, worst kind first, then by sections.

    Rooms are compared without regard to case; a section without a period cannot be in the way of
    another. A homeroom needs no period.
    """
    planned = tuple(sections)
    shared = {room_key(name) for name in shared_rooms}
    found = [
        *_twice(Kind.TEACHER_TWICE, _teachers(planned), on),
        *_twice(Kind.ROOM_TWICE, _rooms(planned, shared), on),
        *(conflict for section in planned for conflict in _lacks(section, on)),
    ]
    order = list(Kind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.section_ids, one.what))


def room_key(name: str) -> str:
    """What is the same for two spellings of one room."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True)
class _Booking:
    """``who`` is taken in a period by a section during ``span``."""

    who: str
    section: Planned
    days: str | None
    span: Span


Bookings = Mapping[tuple[object, str], list[_Booking]]


def _teachers(sections: Iterable[Planned]) -> Bookings:
    booked: dict[tuple[object, str], list[_Booking]] = defaultdict(list)
    for section in sections:
        for meeting in section.meetings:
            for one in section.teachers:
                span = overlap(section.span, _span(meeting), (one.begins_on, one.ends_on))
                if span:
                    booking = _Booking(one.name, section, meeting.days, span)
                    booked[one.person_id, meeting.period].append(booking)
    return booked


def _rooms(sections: Iterable[Planned], shared: Collection[str]) -> Bookings:
    booked: dict[tuple[object, str], list[_Booking]] = defaultdict(list)
    for section in sections:
        for meeting in section.meetings:
            room = meeting.room or section.room
            span = overlap(section.span, _span(meeting))
            if room and span and room_key(room) not in shared:
                booking = _Booking(f"Room {room}", section, meeting.days, span)
                booked[room_key(room), meeting.period].append(booking)
    return booked


def _span(meeting: Meeting) -> Span:
    return meeting.begins_on, meeting.ends_on


def _twice(kind: Kind, booked: Bookings, on: date) -> Iterator[Conflict]:
    seen = set()
    for (_, period), bookings in booked.items():
        for one, other in combinations(bookings, 2):
            both = overlap(one.span, other.span, (on, None))
            pair = tuple(sorted((one.section.id, other.section.id)))
            if both is None or pair[0] == pair[1] or not share_days(one.days, other.days):
                continue
            what = f"{one.who} in period {period}: {one.section.title} and {other.section.title}"
            if (pair, one.who, period) not in seen:
                seen.add((pair, one.who, period))
                since = both[0] if both[0] != on else None
                yield Conflict(kind, pair, what, since)


def _lacks(section: Planned, on: date) -> Iterator[Conflict]:
    mine = (section.id,)
    lasting = [one for one in section.teachers if overlap((one.begins_on, one.ends_on), (on, None))]
    if section.seats is not None and section.taken > section.seats:
        what = f"{section.title}: {section.taken} students, {section.seats} seats"
        yield Conflict(Kind.OVER_SEATS, mine, what)
    if not lasting:
        yield Conflict(Kind.NO_TEACHER, mine, f"{section.title} has no teacher")
    if not section.meetings and section.class_type != HOMEROOM:
        yield Conflict(Kind.NO_PERIOD, mine, f"{section.title} meets in no period")
    rooms = [meeting.room or section.room for meeting in section.meetings] or [section.room]
    if not all(rooms):
        yield Conflict(Kind.NO_ROOM, mine, f"{section.title} has no room")
