"""Taking a run back as one: every student of it whose schedule nobody touched since."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record, record_many
from core.auth.actor import Actor
from core.errors import Conflict
from sis.calendars.rules import local_date
from sis.organizations.queries import get_school_for
from sis.scheduling.actions import note_change
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.runs.actions import check_seen, end_place, new_place
from sis.scheduling.runs.models import ScheduleRun, ScheduleRunPlacement
from sis.scheduling.runs.planning import Ground, survey
from sis.scheduling.runs.queries import (
    list_proposed,
    list_section_enrollments,
    lock_run,
    lock_sections,
)

CHANGED = "Not undone: the student's place was changed after the run."
NO_SEAT = "Not undone: the seat that the student had before is taken."

Places = dict[int, SectionEnrollment]


def undo_run(
    session: Session,
    run_id: int,
    *,
    by: Actor,
    now: datetime,
    seen: Collection[str] | None = None,
) -> ScheduleRun:
    """End the places that the run gave, and give back those that it took, from today.

    A student is undone whole or not at all: who was changed or locked by hand since, or whose
    former seat is taken, keeps the schedule, and the run says so. Raises NotFound, and Conflict
    with the code not_applied, or changed when the run is in none of the states ``seen``.
    """
    run = lock_run(session, run_id)
    school = get_school_for(session, by, run.school_id)
    check_seen(run, seen)
    if run.status != "applied":
        raise Conflict(f"This run is {run.status}: nothing can be undone.", code="not_applied")
    lock_sections(session, run.school_id)
    on = max(local_date(now, school.time_zone), run.effective_on)
    ground = survey(session, run.school_id, run.session_id, on)
    by_person: dict[int, list[ScheduleRunPlacement]] = defaultdict(list)
    for placement in list_proposed(session, run.id):
        if placement.place_id is not None:
            by_person[placement.person_id].append(placement)
    rows = [placement for mine in by_person.values() for placement in mine]
    ids = [i for p in rows for i in (p.place_id, p.from_place_id) if i is not None]
    places = list_section_enrollments(session, ids)
    kept = _kept(run, by_person, places, ground)
    undone = []
    for person_id, mine in by_person.items():
        for placement in mine:
            placement.skipped = kept.get(person_id)
        if person_id not in kept:
            undone += _take_back(session, run, mine, places, on, now)
            note_change(session, person_id=person_id, now=now)
    run.status, run.undone_at, run.undone_by_name = "undone", now, by.name
    run.figures = {**(run.figures or {}), "undone": len(undone), "kept": len(kept)}
    _record(session, run, undone, by, now)
    return run


def _kept(
    run: ScheduleRun,
    by_person: dict[int, list[ScheduleRunPlacement]],
    places: Places,
    ground: Ground,
) -> dict[int, str]:
    """Person to the reason why that student keeps what the run gave."""
    kept = {
        person_id: CHANGED
        for person_id, mine in by_person.items()
        if any(_touched(run, placement, places) for placement in mine)
    }
    while full := _overfull(by_person, kept, places, ground):
        returning = [
            person_id
            for person_id, mine in by_person.items()
            if person_id not in kept and full in _returns(mine, places)
        ]
        kept[max(returning)] = NO_SEAT
    return kept


def _overfull(
    by_person: dict[int, list[ScheduleRunPlacement]],
    kept: dict[int, str],
    places: Places,
    ground: Ground,
) -> int | None:
    """A section that those who go back would overfill, or that is closed; None when they fit."""
    load: Counter[int] = Counter()
    returning: set[int] = set()
    for person_id, mine in by_person.items():
        if person_id not in kept:
            load.subtract(placement.section_id for placement in mine)
            load.update(_returns(mine, places))
            returning.update(_returns(mine, places))
    for section_id in sorted(returning):
        section = ground.sections.get(section_id)
        if section is None:
            return section_id
        if section.seats is not None and section.taken + load[section_id] > section.seats:
            return section_id
    return None


def _returns(mine: list[ScheduleRunPlacement], places: Places) -> list[int]:
    """The sections that a student gets back."""
    return [places[p.from_place_id].section_id for p in mine if p.from_place_id is not None]


def _touched(run: ScheduleRun, placement: ScheduleRunPlacement, places: Places) -> bool:
    given = places[placement.place_id or 0]
    if given.status != "active" or given.locked or given.modified_at != run.applied_at:
        return True
    left = places.get(placement.from_place_id or 0)
    return left is not None and left.modified_at != run.applied_at


def _take_back(
    session: Session,
    run: ScheduleRun,
    mine: list[ScheduleRunPlacement],
    places: Places,
    on: date,
    now: datetime,
) -> list[SectionEnrollment]:
    ended = []
    for placement in mine:
        given, left = places[placement.place_id or 0], places.get(placement.from_place_id or 0)
        end_place(given, on, now)
        ended.append(given)
        if left is None:
            continue
        if on <= run.effective_on:
            left.ends_on, left.modified_at = placement.from_ended_on, now
        else:
            again = new_place(placement.person_id, left.section_id, on, now)
            again.ends_on = placement.from_ended_on
            session.add(again)
    return ended


def _record(
    session: Session, run: ScheduleRun, undone: list[SectionEnrollment], by: Actor, now: datetime
) -> None:
    changes = [
        (place.id, {"ends_on": None}, {"ends_on": str(place.ends_on), "run_id": run.id})
        for place in undone
    ]
    record_many(
        session,
        by=by,
        action="section.drop_student",
        subject_type="section_enrollment",
        changes=changes,
        now=now,
    )
    record(
        session,
        by=by,
        action="schedule_run.undo",
        subject=("schedule_run", run.id),
        after=run.figures,
        now=now,
    )
