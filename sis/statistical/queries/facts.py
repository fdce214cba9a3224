"""The facts of a school month, for one track or for every school of the district.

Schools whose months have the same days are looked up together, some dozens at a time: five or six
selects a time, and never more of them in memory.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from sis.attendance.queries.classes import list_bells_of
from sis.attendance.rules.meetings import Bells
from sis.statistical.queries.seating import (
    Key,
    MeetingDays,
    list_seats,
    list_sections,
    list_stays,
)
from sis.statistical.queries.taking import list_missed, list_reports, list_submitted
from sis.statistical.rules.days import MonthDays, bits
from sis.statistical.rules.facts import (
    Missed,
    MonthFacts,
    MonthFrame,
    Period,
    Report,
    Seat,
    SectionFacts,
    Stay,
    StudentFacts,
)
from sis.statistical.rules.policy import Form

BATCH = 40
"""Schools that are looked up together."""


@dataclass(frozen=True)
class _Batch:
    """What the database knows of some schools; students by (school id, person id)."""

    stays: Mapping[Key, list[tuple[str, Stay]]]
    seats: Mapping[Key, list[Seat]]
    reports: Mapping[Key, list[Report]]
    missed: Mapping[Key, list[Missed]]
    sections: Mapping[int, MeetingDays]
    submitted: Mapping[int, Mapping[str, int]]
    bells: Mapping[int, Bells]


def list_facts(session: Session, frames: Iterable[MonthFrame]) -> Iterator[MonthFacts]:
    """The facts of every frame, frames with the same days one after the other."""
    same = sorted(frames, key=lambda frame: (_span(frame), frame.school_id, frame.track))
    for _, group in groupby(same, key=_span):
        found = list(group)
        for batch in _batches(found):
            yield from _facts(session, batch)


def get_facts(session: Session, frame: MonthFrame) -> MonthFacts:
    """The facts of one frame."""
    return next(list_facts(session, [frame]))


def _span(frame: MonthFrame) -> tuple[object, ...]:
    return frame.days.days, frame.days.over, frame.opens_on, frame.ends_on


def _batches(frames: Sequence[MonthFrame]) -> Iterator[list[MonthFrame]]:
    """Some dozens of schools each, the tracks of a school together."""
    batch: list[MonthFrame] = []
    schools: set[int] = set()
    for frame in frames:
        if len(schools) == BATCH and frame.school_id not in schools:
            yield batch
            batch, schools = [], set()
        batch.append(frame)
        schools.add(frame.school_id)
    if batch:
        yield batch


def _facts(session: Session, frames: Sequence[MonthFrame]) -> Iterator[MonthFacts]:
    frame = frames[0]
    found = _look_up(session, {one.school_id for one in frames}, frame, _by_minutes(frames))
    students = _by_school(found)
    for one in frames:
        keys = students.get(one.school_id, [])
        yield _month(one, found, keys)


def _by_minutes(frames: Sequence[MonthFrame]) -> set[int]:
    return {frame.school_id for frame in frames if frame.form is Form.CONTINUATION}


def _look_up(
    session: Session, school_ids: Collection[int], frame: MonthFrame, by_minutes: Collection[int]
) -> _Batch:
    days = frame.days
    return _Batch(
        stays=list_stays(session, school_ids, frame),
        seats=list_seats(session, school_ids, days),
        reports=list_reports(session, school_ids, days),
        missed=list_missed(session, by_minutes, days) if by_minutes else {},
        sections=list_sections(session, school_ids, days),
        submitted=list_submitted(session, school_ids, days),
        bells=list_bells_of(session, school_ids),
    )


def _by_school(found: _Batch) -> dict[int, list[Key]]:
    """The students of each school, those without a seat and those without an enrolment too."""
    students: dict[int, list[Key]] = {}
    for key in sorted(found.stays.keys() | found.seats.keys()):
        students.setdefault(key[0], []).append(key)
    return students


def _month(frame: MonthFrame, found: _Batch, keys: Sequence[Key]) -> MonthFacts:
    bells = found.bells.get(frame.school_id, Bells())
    students = [student for key in keys if (student := _student(frame, found, key))]
    used = {seat.section_id for student in students for seat in student.seats}
    held = _Held(bells, frame.days)
    sections = {section_id: _section(found, section_id, held) for section_id in sorted(used)}
    by_minutes = frame.form is Form.CONTINUATION
    return MonthFacts(frame, sections, students, bells if by_minutes else Bells())


def _student(frame: MonthFrame, found: _Batch, key: Key) -> StudentFacts | None:
    """The student as the track of the frame sees it; None when it does not.

    Days of enrolment in another track are that track's. A student who is on a roster and enrolled
    nowhere at the school is seen by the track of the section.
    """
    all_stays = found.stays.get(key, ())
    stays = tuple(stay for track, stay in all_stays if track == frame.track)
    seats = found.seats.get(key, ())
    if not stays:
        if all_stays:
            return None
        seats = [seat for seat in seats if found.sections[seat.section_id].track == frame.track]
        if not seats:
            return None
    if len(stays) < len(all_stays):
        elsewhere = _days_elsewhere(frame, all_stays)
        seats = [seat._replace(roster=seat.roster & ~elsewhere) for seat in seats]
    reports = tuple(found.reports.get(key, ()))
    return StudentFacts(key[1], stays, tuple(seats), reports, tuple(found.missed.get(key, ())))


def _days_elsewhere(frame: MonthFrame, stays: Iterable[tuple[str, Stay]]) -> int:
    here, elsewhere = 0, 0
    for track, stay in stays:
        days = frame.days.within(stay.begins_on, stay.ends_on)
        if track == frame.track:
            here |= days
        else:
            elsewhere |= days
    return elsewhere & ~here


def _section(found: _Batch, section_id: int, held: "_Held") -> SectionFacts:
    section = found.sections[section_id]
    submitted = found.submitted.get(section_id, {})
    periods = []
    for label in sorted(section.periods.keys() | submitted.keys()):
        in_effect, meets = section.periods.get(label, (0, 0))
        periods.append(Period(label, in_effect, meets & held.of(label), submitted.get(label, 0)))
    return SectionFacts(section_id, section.title, section.homeroom, tuple(periods))


class _Held:
    """The days taught whose type of day rings a period, worked out once for each period."""

    def __init__(self, bells: Bells, days: MonthDays) -> None:
        self._bells = bells
        self._days = days
        self._known: dict[str, int] = {}

    def of(self, label: str) -> int:
        mask = self._known.get(label)
        if mask is None:
            types = self._days.day_types
            taught = bits(self._days.taught)
            mask = sum(1 << one for one in taught if self._bells.held(types[one], label))
            self._known[label] = mask
        return mask
