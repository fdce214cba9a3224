"""Asking for a run, keeping what the engine proposes, and applying it.

A proposal is applied student by student: whoever cannot take all of it any more, because a seat, a
meeting or an enrolment changed meanwhile, keeps what is there and is told apart.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from core.audit.actions import record, record_many
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Invalid
from sis.calendars.rules import local_date
from sis.organizations.queries import get_school_for
from sis.scheduling.actions import OWN_SOURCE, note_change
from sis.scheduling.engine.instance import Answer
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.requests.catalog import get_term
from sis.scheduling.runs.models import ScheduleRun, ScheduleRunPlacement, ScheduleRunRefusal
from sis.scheduling.runs.planning import Plan, survey
from sis.scheduling.runs.queries import (
    find_run_by_key,
    list_proposed,
    list_section_enrollments,
    lock_run,
    lock_sections,
)
from sis.scheduling.runs.rules import Seat, fit

SCOPES = ("all", "unscheduled")
MOST_MOVES = 10_000


def request_run(
    session: Session,
    *,
    school_id: int,
    session_id: int,
    scope: str,
    max_moves: int,
    key: str,
    by: Actor,
    now: datetime,
) -> ScheduleRun:
    """Queue a run; with a known key, the run that there is.

    Its proposal holds from today, or from the term's first day. Raises NotFound (school, term)
    and Invalid (scope, moves, a term that has ended).
    """
    school = get_school_for(session, by, school_id)
    known = find_run_by_key(session, key)
    if known is not None and known.school_id == school_id:
        return known
    term, today = get_term(session, session_id), local_date(now, school.time_zone)
    _check(scope, max_moves, term.ends_on, today)
    run = ScheduleRun(
        key=key,
        school_id=school_id,
        session_id=session_id,
        scope=scope,
        max_moves=max_moves,
        effective_on=max(today, term.starts_on),
        requested_at=now,
        requested_by=by.id,
        requested_by_name=by.name,
    )
    session.add(run)
    session.flush()
    after: JsonDict = {"school_id": school_id, "session_id": session_id, "scope": scope}
    _record(session, run, "request", by, now, after)
    return run


def _check(scope: str, max_moves: int, ends_on: date, today: date) -> None:
    fields = {}
    if scope not in SCOPES:
        fields["scope"] = f"Use one of {', '.join(SCOPES)}."
    if not 0 <= max_moves <= MOST_MOVES:
        fields["max_moves"] = f"Give a whole number from 0 to {MOST_MOVES}."
    if ends_on <= today:
        fields["session_id"] = "This term has ended."
    if fields:
        raise Invalid("The run cannot be started.", fields=fields)


def begin_run(session: Session, run_id: int, now: datetime) -> ScheduleRun | None:
    """Take a waiting run for computing; None when somebody else has it or it is done."""
    run = lock_run(session, run_id)
    if run.status not in ("queued", "running"):
        return None
    run.status, run.started_at = "running", now
    return run


def keep_preview(session: Session, plan: Plan, answer: Answer, now: datetime) -> None:
    """Store what the engine proposes; the school's records stay as they are."""
    run = lock_run(session, plan.run_id)
    if run.status != "running":
        return
    people = {student.id: student for student in plan.instance.students}
    for name, row in answer.placements.items():
        before = {**people[name].current, **people[name].locked}
        session.add_all(
            ScheduleRunPlacement(
                run_id=run.id,
                person_id=int(name),
                section_id=int(sid),
                from_place_id=plan.places.get((int(name), int(before[course])))
                if course in before
                else None,
            )
            for course, sid in row.items()
            if sid is not None and before.get(course) != sid
        )
    session.add_all(
        ScheduleRunRefusal(run_id=run.id, person_id=int(name), course_id=int(course), reason=reason)
        for name, reasons in answer.reasons.items()
        for course, reason in reasons.items()
    )
    run.status, run.previewed_at = "previewed", now
    run.figures = _figures(plan, answer)


def _figures(plan: Plan, answer: Answer) -> JsonDict:
    figures, before = answer.figures, 0
    for student in plan.instance.students:
        held = {**student.current, **student.locked}
        filled = [not held.keys().isdisjoint((r.course, *r.alternates)) for r in student.requests]
        before += bool(filled) and all(filled)
    return {
        "requests": figures.requests,
        "placed": figures.placed,
        "placed_bound": figures.placed_bound,
        "students": figures.students,
        "complete": figures.complete,
        "complete_before": before,
        "complete_bound": figures.complete_bound,
        "proved": figures.proved,
        "moves": figures.moves,
        "alternates": figures.alternates,
        "seconds": figures.seconds,
        "without_requests": plan.without_requests,
        "shortages": {
            plan.instance.title(course): count for course, count in answer.shortages.items()
        },
    }


def fail_run(session: Session, run_id: int, failure: str) -> None:
    """Say why a run came to nothing."""
    run = lock_run(session, run_id)
    if run.status == "running":
        run.status, run.failure = "failed", failure


def check_seen(run: ScheduleRun, seen: Collection[str] | None) -> None:
    """Raise Conflict with the code changed unless the run is still in a state of ``seen``."""
    if seen is not None and run.status not in seen:
        who = {"applied": run.applied_by_name, "undone": run.undone_by_name}.get(run.status)
        now = f"{run.status} by {who}" if who else run.status
        raise Conflict(f"This run is {now} meanwhile; look at it again.", code="changed")


def apply_run(
    session: Session,
    run_id: int,
    *,
    by: Actor,
    now: datetime,
    seen: Collection[str] | None = None,
) -> ScheduleRun:
    """Give the proposed seats. Raises NotFound, and Conflict with the code not_previewed, or
    changed when the run is in none of the states ``seen``.

    Sections are held meanwhile. A student for whom something changed since the preview is
    skipped with the reason; nobody's schedule is changed by half, and no section is overfilled.
    """
    run = lock_run(session, run_id)
    get_school_for(session, by, run.school_id)
    check_seen(run, seen)
    if run.status != "previewed":
        raise Conflict(
            f"This run is {run.status}: only a preview can be applied.", code="not_previewed"
        )
    lock_sections(session, run.school_id)
    on = max(run.effective_on, _today(session, run, by, now))
    ground = survey(session, run.school_id, run.session_id, on)
    proposed = list_proposed(session, run.id)
    skipped = fit(_seats(proposed), ground)
    applied = _give(session, run, [p for p in proposed if p.person_id not in skipped], on, now)
    for placement in proposed:
        placement.skipped = skipped.get(placement.person_id)
    run.status, run.applied_at, run.applied_by_name = "applied", now, by.name
    run.effective_on = on
    run.figures = {**(run.figures or {}), "applied": len(applied), "skipped": len(skipped)}
    _record_places(session, applied, "section.add_student", by, now)
    _record(session, run, "apply", by, now, {"places": len(applied), "skipped": len(skipped)})
    return run


def _today(session: Session, run: ScheduleRun, by: Actor, now: datetime) -> date:
    return local_date(now, get_school_for(session, by, run.school_id).time_zone)


def _seats(proposed: Iterable[ScheduleRunPlacement]) -> Mapping[int, list[Seat]]:
    seats: dict[int, list[Seat]] = defaultdict(list)
    for placement in proposed:
        seats[placement.person_id].append(Seat(placement.section_id, placement.from_place_id))
    return seats


def _give(
    session: Session,
    run: ScheduleRun,
    proposed: list[ScheduleRunPlacement],
    on: date,
    now: datetime,
) -> list[SectionEnrollment]:
    left = list_section_enrollments(session, (p.from_place_id for p in proposed if p.from_place_id))
    pairs = []
    for placement in proposed:
        old = left.get(placement.from_place_id or 0)
        if old is not None:
            placement.from_ended_on = old.ends_on
            end_place(old, on, now)
        pairs.append((placement, new_place(placement.person_id, placement.section_id, on, now)))
    session.add_all(place for _, place in pairs)
    session.flush()
    for placement, place in pairs:
        placement.place_id = place.id
    for person_id in sorted({placement.person_id for placement in proposed}):
        note_change(session, person_id=person_id, now=now)
    return [place for _, place in pairs]


def new_place(person_id: int, section_id: int, on: date, now: datetime) -> SectionEnrollment:
    """A student's place from ``on``, not yet saved."""
    return SectionEnrollment(
        sourced_id=str(uuid4()),
        source=OWN_SOURCE,
        section_id=section_id,
        person_id=person_id,
        role="student",
        begins_on=on,
        modified_at=now,
    )


def end_place(place: SectionEnrollment, on: date, now: datetime) -> None:
    """End a place before ``on``; one that never began becomes an empty interval."""
    if place.begins_on is not None and place.begins_on > on:
        place.begins_on = on
    place.ends_on, place.modified_at = on, now


def _record_places(
    session: Session, places: list[SectionEnrollment], action: str, by: Actor, now: datetime
) -> None:
    changes = [
        (place.id, None, {"person_id": place.person_id, "section_id": place.section_id})
        for place in places
    ]
    record_many(
        session,
        by=by,
        action=action,
        subject_type="section_enrollment",
        changes=changes,
        now=now,
    )


def _record(
    session: Session, run: ScheduleRun, verb: str, by: Actor, now: datetime, after: JsonDict
) -> None:
    record(
        session,
        by=by,
        action=f"schedule_run.{verb}",
        subject=("schedule_run", run.id),
        after=after,
        now=now,
    )
