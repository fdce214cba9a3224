"""The plan of one school's rollover: which sections, which placements, and what stays behind."""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sis.courses.rules.meetings import Meeting, first_clash
from sis.rollover.rules.policy import Action, How, Reason, Rule, Rules, rule_for, stable_key


@dataclass(frozen=True)
class OldSection:
    """A section on the last day of the old term; ``spans`` when its own terms reach the new one.

    ``meetings`` carry no dates.
    """

    id: int
    title: str
    course_id: int | None
    class_type: str
    track: str
    meetings: tuple[Meeting, ...]
    teacher_ids: tuple[int, ...]
    spans: bool = False


@dataclass(frozen=True)
class NewSection:
    """A section that is in the new term before the rollover; ``taken`` counts its students."""

    id: int
    course_id: int | None
    class_type: str
    track: str
    meetings: tuple[Meeting, ...]
    teacher_ids: tuple[int, ...]
    seats: int | None
    taken: int


@dataclass(frozen=True)
class OldPlace:
    """A student's place on the last day of the old term; ``lasts`` when it goes on by itself."""

    id: int
    section_id: int
    person_id: int
    key: str
    locked: bool
    lasts: bool


@dataclass(frozen=True)
class NewPlace:
    """A student's place in a section of the new term; ``lasting`` unless ended or deleted."""

    section_id: int
    person_id: int
    key: str
    lasting: bool


@dataclass(frozen=True)
class SchoolRecords:
    """All that a school's plan depends on.

    ``earlier`` says where sections went in an earlier run: from id to new id, None when that was
    cancelled. ``enrolled`` are the students enrolled on the first day of the new term. ``stamp``
    makes the ids of new rows the same each time.
    """

    school_id: int
    stamp: str
    old: Sequence[OldSection]
    new: Sequence[NewSection]
    places: Sequence[OldPlace]
    new_places: Sequence[NewPlace]
    enrolled: Collection[int]
    earlier: Mapping[int, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionStep:
    """``to_id`` is None for a section that must be made; ``course_id`` is the new course."""

    from_id: int
    how: How
    to_id: int | None
    course_id: int | None
    key: str


@dataclass(frozen=True)
class PlaceStep:
    """A place to be written, in the section that ``from_section_id`` goes to."""

    from_id: int
    from_section_id: int
    person_id: int
    locked: bool
    key: str


@dataclass(frozen=True)
class Plan:
    """What to write, what is there already, and what is left behind and why."""

    sections: tuple[SectionStep, ...]
    left_sections: Mapping[int, Reason]
    places: tuple[PlaceStep, ...]
    kept_places: tuple[int, ...]
    left_places: Mapping[int, Reason]


def plan_school(school: SchoolRecords, rules: Rules, *, students: bool = True) -> Plan:
    """What rolling this school over does; planning again after it has been done plans nothing."""
    steps, left = _sections(school, rules)
    if not students:
        return Plan(tuple(steps), left, (), (), {})
    return _places(school, {step.from_id: step for step in steps}, left, tuple(steps))


Shape = tuple[int | None, str, str, frozenset[tuple[str, str | None]], frozenset[int]]


def _shape(section: OldSection | NewSection, course_id: int | None) -> Shape:
    """What makes two sections of different terms the same: course, kind, times and teachers."""
    return (
        course_id,
        section.class_type,
        section.track,
        frozenset((meeting.period, meeting.days) for meeting in section.meetings),
        frozenset(section.teacher_ids),
    )


def _sections(school: SchoolRecords, rules: Rules) -> tuple[list[SectionStep], dict[int, Reason]]:
    taken = {*school.earlier.values(), *(one.id for one in school.old)}
    free: dict[Shape, deque[int]] = defaultdict(deque)
    for one in school.new:
        if one.id not in taken:
            free[_shape(one, one.course_id)].append(one.id)
    steps: list[SectionStep] = []
    left: dict[int, Reason] = {}
    for section in school.old:
        step = _step(school, section, rule_for(rules, school.school_id, section.course_id), free)
        if isinstance(step, Reason):
            left[section.id] = step
        else:
            steps.append(step)
    return steps, left


def _step(
    school: SchoolRecords, section: OldSection, rule: Rule, free: Mapping[Shape, deque[int]]
) -> SectionStep | Reason:
    key = stable_key(school.stamp, f"section {section.id}")
    if section.spans or rule.action is Action.CONTINUE:
        return SectionStep(section.id, How.CONTINUED, section.id, section.course_id, key)
    if rule.action is Action.END:
        return Reason.COURSE_ENDS
    course_id = rule.to_course_id if rule.action is Action.MAP else section.course_id
    if section.id in school.earlier:
        to_id = school.earlier[section.id]
        if to_id is None:
            return Reason.CANCELLED
        return SectionStep(section.id, How.MATCHED, to_id, course_id, key)
    same = free.get(_shape(section, course_id))
    if same:
        return SectionStep(section.id, How.MATCHED, same.popleft(), course_id, key)
    return SectionStep(section.id, How.CREATED, None, course_id, key)


def _places(
    school: SchoolRecords,
    steps: Mapping[int, SectionStep],
    left: Mapping[int, Reason],
    sections: tuple[SectionStep, ...],
) -> Plan:
    room = _Room(school, steps)
    meetings = {section.id: section.meetings for section in school.old}
    written, kept, refused = [], [], {}
    going_on = {step.from_id for step in sections if step.how is How.CONTINUED}
    for place in sorted(
        school.places,
        key=lambda one: (not (one.lasts and one.section_id in going_on), not one.locked, one.id),
    ):
        step = steps.get(place.section_id)
        if step is None:
            refused[place.id] = left[place.section_id]
            continue
        key = stable_key(school.stamp, place.key)
        reason = room.refusal(place, step, key, meetings[place.section_id])
        if reason is None:
            room.take(place, step)
            written.append(
                PlaceStep(place.id, place.section_id, place.person_id, place.locked, key)
            )
        elif reason == KEPT:
            kept.append(place.id)
        else:
            refused[place.id] = Reason(reason)
    return Plan(sections, left, tuple(written), tuple(kept), refused)


KEPT = "kept"


class _Room:
    """Who has which place in the new term while the plan grows."""

    def __init__(self, school: SchoolRecords, steps: Mapping[int, SectionStep]) -> None:
        """What a student had beside each other in the old term may stay so in the new one."""
        self._enrolled = frozenset(school.enrolled)
        self._seats = {one.id: one.seats for one in school.new}
        self._taken = Counter({one.id: one.taken for one in school.new})
        self._lasting = {(p.section_id, p.person_id) for p in school.new_places if p.lasting}
        self._ended = {p.key for p in school.new_places if not p.lasting}
        self._carried: set[tuple[int, int]] = set()
        self._mine: dict[int, list[int]] = defaultdict(list)
        self._meetings = {one.id: one.meetings for one in school.new}
        carried = {
            (steps[place.section_id].to_id, place.person_id)
            for place in school.places
            if place.section_id in steps
        }
        for section_id, person_id in sorted(self._lasting - carried):
            self._mine[person_id].append(section_id)

    def refusal(
        self, place: OldPlace, step: SectionStep, key: str, meetings: Sequence[Meeting]
    ) -> str | None:
        """None when the place is to be written, KEPT when it is there, else the reason."""
        if (step.from_id, place.person_id) in self._carried:
            return Reason.TWICE
        if step.how is How.CONTINUED and place.lasts:
            self._carried.add((step.from_id, place.person_id))
            return KEPT
        if step.to_id is not None and (step.to_id, place.person_id) in self._lasting:
            self._carried.add((step.from_id, place.person_id))
            return KEPT
        if key in self._ended:
            self._carried.add((step.from_id, place.person_id))
            return Reason.CHANGED
        if place.person_id not in self._enrolled:
            return Reason.LEFT
        if self._clashes(place.person_id, step.to_id, meetings):
            return Reason.PERIOD_TAKEN
        return Reason.FULL if step.how is How.MATCHED and self._full(step.to_id) else None

    def take(self, place: OldPlace, step: SectionStep) -> None:
        self._carried.add((step.from_id, place.person_id))
        if step.to_id is not None:
            self._taken[step.to_id] += 1

    def _clashes(self, person_id: int, to_id: int | None, meetings: Sequence[Meeting]) -> bool:
        others = (
            meeting
            for section_id in self._mine.get(person_id, ())
            if section_id != to_id
            for meeting in self._meetings.get(section_id, ())
        )
        return first_clash(meetings, others) is not None

    def _full(self, to_id: int | None) -> bool:
        seats = self._seats.get(to_id or 0)
        return seats is not None and self._taken[to_id or 0] >= seats
