"""What the engine is asked about a school: its sections, its students' requests and places."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from sis.courses.queries import ScheduledSection, list_school_sections
from sis.scheduling.engine.instance import (
    Instance,
    Request,
    Section,
    SectionId,
    Slot,
    slots_of,
)
from sis.scheduling.engine.instance import Student as Asking
from sis.scheduling.requests.queries import RequestCard, list_requests
from sis.scheduling.rules import SchedulingRules, required_periods
from sis.scheduling.runs.models import ScheduleRun
from sis.scheduling.runs.queries import Place, course_titles, list_places
from sis.scheduling.students import Student, list_students_at


@dataclass(frozen=True)
class Ground:
    """The school as a run finds it on its date: sections of the term, who sits where."""

    sections: Mapping[int, ScheduledSection]
    places: Mapping[int, list[Place]]
    students: Mapping[int, Student]


@dataclass(frozen=True)
class Plan:
    """A pure instance, and what its answer must be compared with."""

    run_id: int
    instance: Instance
    places: Mapping[tuple[int, int], int]
    without_requests: int


def survey(session: Session, school_id: int, session_id: int, on: date) -> Ground:
    """The ground of a school: a dozen queries whatever its size."""
    listed = list_school_sections(session, school_id, on, upcoming=True)
    sections = {s.id: s for s in listed if session_id in s.session_ids}
    places: dict[int, list[Place]] = defaultdict(list)
    for place in list_places(session, school_id, on):
        if place.section_id in sections:
            places[place.person_id].append(place)
    students = {s.person_id: s for s in list_students_at(session, school_id, on)}
    return Ground(sections, places, students)


def slots(section: ScheduledSection) -> frozenset[Slot]:
    """When the section meets on its date."""
    return frozenset(slot for m in section.current for slot in slots_of(m.period, m.days))


def make_plan(session: Session, run: ScheduleRun, rules: SchedulingRules) -> Plan:
    """The instance of a run. Places in courses that nobody asked for stay as if locked.

    Of the scope "unscheduled" are the students who have fewer periods than they need.
    """
    ground = survey(session, run.school_id, run.session_id, run.effective_on)
    wishes: dict[int, list[RequestCard]] = defaultdict(list)
    for card in list_requests(session, run.school_id, run.session_id):
        if card.person_id in ground.students:
            wishes[card.person_id].append(card)
    wanting = {p for p, s in ground.students.items() if _lacks_periods(ground, s, rules)}
    chosen = [
        person_id
        for person_id in sorted(wishes)
        if run.scope == "all" or run.max_moves or person_id in wanting
    ]
    asking = [_asking(ground, ground.students[p], wishes[p]) for p in chosen]
    if run.scope == "unscheduled":
        asking = [a if int(a.id) in wanting else _keeping_only(a) for a in asking]
    others = Counter(
        place.section_id
        for person_id, places in ground.places.items()
        if person_id not in set(chosen)
        for place in places
    )
    courses = {card.course_id for cards in wishes.values() for card in cards}
    titles = {str(key): title for key, title in course_titles(session, courses).items()}
    instance = Instance(_sections(ground, others), tuple(asking), run.max_moves, titles)
    return Plan(run.id, instance, _place_ids(ground), len(wanting - set(wishes)))


def _lacks_periods(ground: Ground, student: Student, rules: SchedulingRules) -> bool:
    needed = required_periods(student.required_periods, student.grade, rules)
    filled = {
        period
        for place in ground.places.get(student.person_id, ())
        for period in ground.sections[place.section_id].periods
    }
    return len(filled) < needed


def _sections(ground: Ground, others: Mapping[int, int]) -> tuple[Section, ...]:
    """Sections with a course and a meeting; seats without those of students not in the plan."""
    return tuple(
        Section(
            section.id,
            str(section.course_id),
            slots(section),
            None if section.seats is None else max(0, section.seats - others[section.id]),
            section.track,
        )
        for section in ground.sections.values()
        if section.course_id is not None and section.current and section.class_type == "scheduled"
    )


def _asking(ground: Ground, student: Student, cards: Iterable[RequestCard]) -> Asking:
    alternates: dict[int, list[str]] = defaultdict(list)
    own = []
    for card in cards:
        if card.alternate_of_id is None:
            own.append(card)
        else:
            alternates[card.alternate_of_id].append(str(card.course_id))
    requests = tuple(
        Request(str(card.course_id), tuple(alternates[card.id]), card.priority) for card in own
    )
    asked = {course for r in requests for course in (r.course, *r.alternates)}
    locked: dict[str, SectionId] = {}
    current: dict[str, SectionId] = {}
    busy: set[Slot] = set()
    for place in ground.places.get(student.person_id, ()):
        section = ground.sections[place.section_id]
        course = str(section.course_id)
        known = section.course_id is not None and section.class_type == "scheduled"
        if not known or not section.current or course in locked or course in current:
            busy |= slots(section)
        elif place.locked or course not in asked:
            locked[course] = section.id
        else:
            current[course] = section.id
    grade = student.grade or ""
    return Asking(
        str(student.person_id),
        requests,
        int(grade) if grade.isdigit() else 0,
        student.track,
        locked,
        current,
        frozenset(busy),
    )


def _keeping_only(asking: Asking) -> Asking:
    """A student who may be moved, but who asks for nothing new."""
    held = {**asking.locked, **asking.current}
    requests = tuple(r for r in asking.requests if {r.course, *r.alternates} & held.keys())
    return Asking(
        asking.id,
        requests,
        asking.grade,
        asking.track,
        asking.locked,
        asking.current,
        asking.busy,
    )


def _place_ids(ground: Ground) -> dict[tuple[int, int], int]:
    """(person, section) to the place."""
    return {
        (person_id, place.section_id): place.id
        for person_id, places in ground.places.items()
        for place in places
    }
