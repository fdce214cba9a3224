"""Instances and answers as JSON files; every mistake of a file at once, with its path."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import ConfigError, Problem
from sis.scheduling.engine.instance import (
    WEEK,
    Answer,
    Instance,
    Request,
    Section,
    SectionId,
    Slot,
    Student,
    slots_of,
)

Seats = Annotated[int, Field(ge=0)]
Period = int | str
REMEDY = "docs/scheduling-engine.md describes the format."


_ENTRY_DEPTH = 3
_SHAPES = {
    "sections": "A section is [id, period, seats] or an object with id, meetings and seats",
    "requests": "A request is a course, or an object with course, alternates and priority",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Meeting(_Strict):
    period: Period
    days: Annotated[str, Field(pattern=f"^[{WEEK}]+$")] = WEEK


class _Section(_Strict):
    id: SectionId
    meetings: Annotated[list[_Meeting], Field(min_length=1)]
    seats: Seats | None = None
    track: str = ""


class _Request(_Strict):
    course: str
    alternates: list[str] = []
    priority: Annotated[int, Field(ge=1)] = 1
    protected: bool = False


class _Student(_Strict):
    grade: int = 0
    track: str = ""


class _File(_Strict):
    sections: dict[str, list[tuple[SectionId, Period | list[Period], Seats | None] | _Section]]
    requests: dict[str, list[str | _Request]]
    locked: dict[str, dict[str, SectionId]] = {}
    current: dict[str, dict[str, SectionId]] = {}
    students: dict[str, _Student] = {}
    max_moves: Annotated[int, Field(ge=0)] = 0
    titles: dict[str, str] = {}


class InstanceRefused(ConfigError):
    """What is wrong with an instance, all at once; the command line exits with 2."""

    def __str__(self) -> str:
        lines = [f"  {problem}" for problem in self.problems]
        return "\n".join([f"The instance has {len(lines)} mistakes:", *lines])


def read_instance(text: str) -> Instance:
    """The instance that a JSON text describes. Raises InstanceRefused with every mistake.

    A request for a course without a section is no mistake: it is answered with its reason.
    """
    try:
        file = _File.model_validate_json(text)
    except ValidationError as error:
        raise InstanceRefused(_problems(error)) from error
    sections = tuple(
        _section(course, entry) for course, entries in file.sections.items() for entry in entries
    )
    instance = Instance(sections, _students(file), file.max_moves, file.titles)
    problems = [*_repeated(sections), *_unknown(file), *_impossible_locks(instance)]
    if problems:
        raise InstanceRefused(problems)
    return instance


def write_answer(answer: Answer) -> dict[str, Any]:
    """The answer as JSON, in the order of the instance."""
    figures = answer.figures
    return {
        "placements": answer.placements,
        "reasons": answer.reasons,
        "bound": {
            "placed": figures.placed_bound,
            "complete": figures.complete_bound,
            "proved": figures.proved,
        },
        "figures": {
            "requests": figures.requests,
            "placed": figures.placed,
            "students": figures.students,
            "complete": figures.complete,
            "moves": figures.moves,
            "alternates": figures.alternates,
            "seconds": figures.seconds,
        },
        "shortages": answer.shortages,
    }


def _problems(error: ValidationError) -> list[Problem]:
    seen: dict[str, Problem] = {}
    for entry in error.errors():
        path = _path(entry["loc"])
        seen.setdefault(path, Problem(path, entry["msg"].removesuffix("."), _remedy(path)))
    return list(seen.values())


def _path(location: tuple[int | str, ...]) -> str:
    """Without the names that pydantic gives to the variants of an entry."""
    depth = _ENTRY_DEPTH if location[:1] in (("sections",), ("requests",)) else len(location)
    parts = [str(part) for part in location[:depth]]
    parts += [str(part) for part in location[depth + 1 :]]
    return ".".join(parts) or "instance"


def _remedy(path: str) -> str:
    kind, _, _ = path.partition(".")
    return f"{_SHAPES.get(kind, 'Correct or remove it')}; docs/scheduling-engine.md has the format."


def _section(course: str, entry: tuple[SectionId, Any, int | None] | _Section) -> Section:
    if isinstance(entry, _Section):
        slots: set[Slot] = set()
        for meeting in entry.meetings:
            slots |= slots_of(str(meeting.period), meeting.days)
        return Section(entry.id, course, frozenset(slots), entry.seats, entry.track)
    sid, periods, seats = entry
    several = periods if isinstance(periods, list) else [periods]
    return Section(sid, course, frozenset().union(*(slots_of(str(p)) for p in several)), seats)


def _students(file: _File) -> tuple[Student, ...]:
    found = []
    for name, entries in file.requests.items():
        about = file.students.get(name) or _Student()
        requests: dict[str, Request] = {}
        for entry in entries:
            request = (
                Request(entry)
                if isinstance(entry, str)
                else Request(entry.course, tuple(entry.alternates), entry.priority, entry.protected)
            )
            requests.setdefault(request.course, request)
        locked, current = file.locked.get(name, {}), file.current.get(name, {})
        found.append(
            Student(name, tuple(requests.values()), about.grade, about.track, locked, current)
        )
    return tuple(found)


def _repeated(sections: tuple[Section, ...]) -> list[Problem]:
    counts = Counter(section.id for section in sections)
    return [
        Problem(
            f"sections.{section.course}",
            f"section {section.id} appears {counts[section.id]} times",
            "Give each section an id of its own.",
        )
        for section in sections
        if counts[section.id] > 1
    ]


def _unknown(file: _File) -> list[Problem]:
    known: Mapping[str, Mapping[str, object]] = {
        "locked": file.locked,
        "current": file.current,
        "students": file.students,
    }
    return [
        Problem(f"{key}.{name}", "this student has no entry in requests", "Add one, maybe empty.")
        for key, entries in known.items()
        for name in entries
        if name not in file.requests
    ]


def _impossible_locks(instance: Instance) -> list[Problem]:
    sections = {section.id: section for section in instance.sections}
    problems = []
    load: Counter[SectionId] = Counter()
    for student in instance.students:
        used: set[Slot] = set()
        for course, sid in student.locked.items():
            path = f"locked.{student.id}.{course}"
            section = sections.get(sid)
            if section is None or section.course != course:
                problems.append(Problem(path, f"{course} has no section {sid}", REMEDY))
                continue
            if used & section.slots:
                wrong = f"section {sid} meets when another locked section does"
                problems.append(Problem(path, wrong, "Unlock one of them."))
            used |= section.slots
            load[sid] += 1
            if section.seats is not None and load[sid] == section.seats + 1:
                wrong = f"section {sid} has {section.seats} seats and more locked students"
                problems.append(Problem(path, wrong, "Unlock one, or add seats."))
    return problems
