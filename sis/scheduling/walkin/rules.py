"""A student's day as a grid, which sections fit into it, and why the others do not.

Source: the district's definition of a complete schedule (``sis.scheduling.rules``), and its list of
complaints about other systems: false conflicts, refusals without a reason.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sis.courses.rules.meetings import WEEKDAYS, Meeting, Span, overlap, share_days, within
from sis.scheduling.rules import HOMEROOM, filled_periods


@dataclass(frozen=True)
class Offer:
    """A section that the school teaches; ``seats`` None is without a limit, ``span`` its term."""

    section_id: int
    title: str
    course_id: int | None
    course_title: str
    grades: frozenset[str]
    subjects: str
    track: str
    class_type: str
    seats: int | None
    taken: int
    span: Span
    meetings: tuple[Meeting, ...]
    teacher: str
    room: str

    @property
    def free(self) -> int | None:
        return None if self.seats is None else max(0, self.seats - self.taken)

    @property
    def when(self) -> str:
        """``3, 4 (MWF)``."""
        return ", ".join(dict.fromkeys(meeting.when for meeting in self.meetings))


@dataclass(frozen=True)
class Held:
    """The student's place in a section; ``span`` is when it lasts, within the section's term."""

    place_id: int
    offer: Offer
    span: Span
    locked: bool


@dataclass(frozen=True)
class Refusal:
    """Why a section cannot be had: a stable word and a sentence."""

    code: str
    sentence: str


FULL = "section_full"
SAME_COURSE = "same_course"


def judge(
    offer: Offer,
    held: Sequence[Held],
    *,
    on: date,
    enrolled: bool,
    leaving: int | None = None,
    over: Collection[str] = (),
) -> Refusal | None:
    """Why the student cannot have the section from ``on``; None when nothing is in the way.

    ``leaving`` is the place that is given up for it; refusals with a code in ``over`` are passed.
    """
    left = next((one for one in held if one.place_id == leaving), None)
    staying = [one for one in held if one.place_id != leaving]
    stay = overlap(offer.span, (on, None))
    if stay is None:
        return Refusal("has_ended", f"{offer.title} has ended by {on}.")
    if not enrolled:
        return Refusal("not_enrolled", f"The student is not enrolled at this school on {on}.")
    if left is not None and left.locked:
        return locked(left)
    reasons = (
        _taken_already(offer, staying, stay),
        _full(offer),
        _clash(offer, staying, stay),
    )
    return next((one for one in reasons if one is not None and one.code not in over), None)


def locked(place: Held) -> Refusal:
    """The refusal to move a student out of a place that was locked by hand."""
    return Refusal("locked", f"{place.offer.title} is locked; unlock it first.")


def _taken_already(offer: Offer, staying: Sequence[Held], stay: Span) -> Refusal | None:
    for one in staying:
        if one.offer.section_id == offer.section_id:
            return Refusal("already_in_section", f"The student is in {offer.title} already.")
    for one in staying:
        same = offer.course_id is not None and one.offer.course_id == offer.course_id
        if same and overlap(stay, one.span):
            return Refusal(
                SAME_COURSE,
                f"The student takes {offer.course_title} already, in {one.offer.title}"
                f" (period {one.offer.when}): swap it instead.",
            )
    return None


def _full(offer: Offer) -> Refusal | None:
    if offer.free != 0:
        return None
    return Refusal(FULL, f"{offer.title} is full: {offer.taken} of {offer.seats} seats are taken.")


def _clash(offer: Offer, staying: Sequence[Held], stay: Span) -> Refusal | None:
    for one in staying:
        meeting = _first_clash(offer, one, stay)
        if meeting is not None:
            sentence = f"Period {meeting.when} is taken by {one.offer.title}."
            return Refusal("period_clash", sentence)
    return None


def _first_clash(offer: Offer, one: Held, stay: Span) -> Meeting | None:
    for mine in offer.meetings:
        for other in one.offer.meetings:
            if (
                mine.period == other.period
                and share_days(mine.days, other.days)
                and overlap(stay, one.span, _span(mine), _span(other))
            ):
                return mine
    return None


def _span(meeting: Meeting) -> Span:
    return meeting.begins_on, meeting.ends_on


@dataclass(frozen=True)
class Cell:
    """Neighbouring days of one period that look the same; ``held`` is empty where it is free."""

    days: str
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Row:
    """One period of the week; ``free_days`` are the letters of MTWRF without a section."""

    period: str
    hours: str
    cells: tuple[Cell, ...]

    @property
    def free_days(self) -> str:
        return "".join(cell.days for cell in self.cells if not cell.held)

    @property
    def held(self) -> tuple[Held, ...]:
        return tuple(dict.fromkeys(one for cell in self.cells for one in cell.held))


@dataclass(frozen=True)
class Grid:
    """A student's week on a date, and how much of it is missing."""

    rows: tuple[Row, ...]
    without_period: tuple[Held, ...]
    required: int
    filled: int

    @property
    def missing(self) -> int:
        return max(0, self.required - self.filled)

    @property
    def free_periods(self) -> tuple[str, ...]:
        """Periods with no section at all; none matter to a student who sits in one room."""
        return tuple(row.period for row in self.rows if row.free_days == WEEKDAYS)

    def next_free(self, after: str = "") -> str:
        """The first free period after ``after``, else the first of all; empty when none is."""
        labels = [row.period for row in self.rows]
        start = labels.index(after) + 1 if after in labels else 0
        later = [label for label in labels[start:] if label in self.free_periods]
        return next(iter([*later, *self.free_periods]), "")


def grid(held: Sequence[Held], bells: Mapping[str, str], *, on: date, required: int) -> Grid:
    """The week of the places in effect on ``on``; ``bells`` is label -> hours in their order."""
    current = [one for one in held if within(*one.span, on)]
    labels = list(bells)
    met = {m.period for one in current for m in _meetings(one, on)}
    labels += sorted(met - bells.keys())
    return Grid(
        rows=tuple(_row(label, bells.get(label, ""), current, on) for label in labels),
        without_period=tuple(one for one in current if not _meetings(one, on)),
        required=required,
        filled=_filled(current, required, on),
    )


def _meetings(one: Held, on: date) -> list[Meeting]:
    return [m for m in one.offer.meetings if within(m.begins_on, m.ends_on, on)]


def _row(label: str, hours: str, current: Sequence[Held], on: date) -> Row:
    cells: list[Cell] = []
    for day in WEEKDAYS:
        here = tuple(
            one
            for one in current
            if any(m.period == label and share_days(m.days, day) for m in _meetings(one, on))
        )
        if cells and cells[-1].held == here:
            cells[-1] = Cell(cells[-1].days + day, here)
        else:
            cells.append(Cell(day, here))
    return Row(label, hours, tuple(cells))


def _filled(current: Sequence[Held], required: int, on: date) -> int:
    """As the kept answer counts: a section that never meets has a period of its own."""
    periods: dict[str, bool] = {}
    for one in current:
        homeroom = one.offer.class_type == HOMEROOM
        labels = [m.period for m in _meetings(one, on)]
        if not one.offer.meetings:
            labels = [f"#{one.offer.section_id}"]
        for label in labels:
            periods[label] = periods.get(label, True) and homeroom
    return filled_periods(required, periods)


@dataclass(frozen=True)
class Asked:
    """What the student asks for: course -> priority, and course -> the course it stands in for."""

    wanted: Mapping[int, int]
    alternates: Mapping[int, int]


@dataclass(frozen=True)
class Candidate:
    """A section for a period, why it stands where it stands, and why not, if it does not fit."""

    offer: Offer
    why: str
    refusal: Refusal | None


def candidates(
    offers: Iterable[Offer],
    held: Sequence[Held],
    *,
    asked: Asked,
    grade: str | None,
    track: str,
    on: date,
    enrolled: bool,
    leaving: int | None,
) -> list[Candidate]:
    """The sections in their order: those that fit, and first what was asked for, then the grade."""
    giving_up = next((h.offer.section_id for h in held if h.place_id == leaving), None)
    found = []
    for offer in offers:
        if offer.section_id == giving_up:
            continue
        refusal = judge(offer, held, on=on, enrolled=enrolled, leaving=leaving)
        rank, why = _rank(offer, asked, grade, track)
        found.append(((refusal is not None, rank), Candidate(offer, why, refusal)))
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], _order(pair[1].offer)))]


def _order(offer: Offer) -> tuple[int, str, int]:
    return -(offer.free if offer.free is not None else 1_000), offer.title, offer.section_id


def _rank(offer: Offer, asked: Asked, grade: str | None, track: str) -> tuple[tuple[int, int], str]:
    course = offer.course_id
    if track != offer.track:
        return (4, 0), f"track {offer.track}" if offer.track else "another track"
    if course is not None and course in asked.wanted:
        return (0, asked.wanted[course]), f"asked for, priority {asked.wanted[course]}"
    if course in asked.alternates:
        return (1, 0), "asked for as an alternate"
    if grade is not None and grade in offer.grades:
        return (2, 0), f"grade {grade}"
    return (3, 0), f"grades {', '.join(sorted(offer.grades))}" if offer.grades else ""
