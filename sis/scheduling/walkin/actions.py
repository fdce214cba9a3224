"""Changing a student's day at the desk: add, drop, swap, lock, and taking the last change back.

Each takes the student's row first, then checks that nobody changed the schedule since the caller
looked at it, so that of two counselors at once one is told.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.errors import Conflict, Invalid
from sis.enrollment.queries import find_active
from sis.people.models import Person
from sis.scheduling.actions import add_to_section, drop_from_section
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.queries import get_section_card
from sis.scheduling.students import get_student_at
from sis.scheduling.walkin.models import ScheduleEdit
from sis.scheduling.walkin.queries import (
    get_offer,
    get_place_of,
    list_held,
    schedule_version,
)
from sis.scheduling.walkin.rules.fitting import FULL, SAME_COURSE, Held, Refusal, judge, locked

OVERFILL = "master_schedule.write"
"""Who may change a section's seats may also put one student too many into it."""

LONGEST_REASON = 300


class ScheduleChanged(Conflict):
    """Somebody else changed this student's schedule since the caller looked at it."""

    code = "schedule_changed"


@dataclass(frozen=True)
class Sitting:
    """One student at the desk, and one change: effective ``on``, asked for on ``today``.

    Both are local dates of the school. ``version`` is that of the schedule which the caller saw;
    None takes it as it is.
    """

    person_id: int
    school_id: int
    on: date
    today: date
    version: str | None
    by: Actor
    now: datetime


def add(session: Session, sitting: Sitting, section_id: int, *, reason: str = "") -> ScheduleEdit:
    """Give the student the section from ``sitting.on``.

    ``reason`` goes over a full section (for those who may change its seats) and over a second
    section of the same course. Raises NotFound, Invalid, ScheduleChanged, and Conflict with the
    code has_ended, not_enrolled, already_in_section, same_course, section_full or period_clash.
    """
    begin(session, sitting)
    place = _give(session, sitting, section_id, reason=_checked(reason))
    return keep(session, sitting, "add", to_place=place, reason=reason)


def drop(session: Session, sitting: Sitting, place_id: int) -> ScheduleEdit:
    """End the place before ``sitting.on``; what was before stays, with its attendance.

    Raises NotFound, ScheduleChanged, and Conflict with the code locked.
    """
    begin(session, sitting)
    place = _leave(session, sitting, place_id)
    before = place.begins_on, place.ends_on
    _end(session, sitting, place)
    return keep(session, sitting, "drop", from_place=place, before=before)


def swap(
    session: Session, sitting: Sitting, place_id: int, section_id: int, *, reason: str = ""
) -> ScheduleEdit:
    """Drop the place and give the section in one: both, or neither. Raises what they raise."""
    begin(session, sitting)
    place = _leave(session, sitting, place_id)
    for one in sorted({place.section_id, section_id}):  # in one order, so that no two swaps lock
        get_section_card(session, one, sitting.on)
    before = place.begins_on, place.ends_on
    given = _give(session, sitting, section_id, reason=_checked(reason), instead_of=place)
    return keep(
        session,
        sitting,
        "swap",
        to_place=given,
        from_place=place,
        before=before,
        reason=reason,
    )


def set_lock(
    session: Session, sitting: Sitting, place_id: int, *, is_locked: bool
) -> ScheduleEdit | None:
    """Lock the place, so that neither the engine nor a hand moves it, or unlock it.

    None when it is so already. Raises NotFound and ScheduleChanged.
    """
    begin(session, sitting)
    place = _place(session, sitting, place_id)
    if place.locked == is_locked:
        return None
    mark_locked(session, sitting, place, is_locked=is_locked)
    return keep(session, sitting, "lock" if is_locked else "unlock", to_place=place)


def begin(session: Session, sitting: Sitting) -> None:
    """Lock the student, then the enrolment (as enrolling does), and refuse an outdated version."""
    get_student_at(session, sitting.by, sitting.school_id, sitting.person_id, sitting.on)
    session.get(Person, sitting.person_id, with_for_update={"key_share": True})
    find_active(session, person_id=sitting.person_id, school_id=sitting.school_id, on=sitting.on)
    if sitting.version is None:
        return
    found = schedule_version(session, sitting.person_id, sitting.school_id, sitting.today)
    if found != sitting.version:
        raise ScheduleChanged(
            "Somebody else changed this student's schedule while you looked at it. Nothing of"
            " yours is done yet: look at what stands here now, and do it again if it still fits."
        )


def _checked(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        sentence = f"Use at most {LONGEST_REASON} characters."
        raise Invalid(f"The reason is too long. {sentence}", fields={"reason": sentence})
    return reason


def _place(session: Session, sitting: Sitting, place_id: int) -> SectionEnrollment:
    return get_place_of(session, place_id, person_id=sitting.person_id, school_id=sitting.school_id)


def _leave(session: Session, sitting: Sitting, place_id: int) -> SectionEnrollment:
    place = _place(session, sitting, place_id)
    held = {one.place_id: one for one in _held(session, sitting)}
    if place_id not in held:
        raise Conflict("The student is not in this section any more.", code="not_in_section")
    if place.locked:
        raise conflict(locked(held[place_id]))
    return place


def _held(session: Session, sitting: Sitting) -> list[Held]:
    return list_held(session, sitting.person_id, sitting.school_id, sitting.on)


def _give(
    session: Session,
    sitting: Sitting,
    section_id: int,
    *,
    reason: str,
    instead_of: SectionEnrollment | None = None,
) -> SectionEnrollment:
    """Judge with the section locked, then drop what it replaces and add it."""
    get_section_card(session, section_id, sitting.on)
    over = may_go_over(sitting.by) if reason else frozenset[str]()
    refusal = judge(
        get_offer(session, sitting.school_id, section_id, sitting.on),
        _held(session, sitting),
        on=sitting.on,
        enrolled=is_enrolled(session, sitting),
        leaving=instead_of.id if instead_of else None,
        over=over,
    )
    if refusal is not None:
        raise conflict(refusal)
    if instead_of is not None:
        _end(session, sitting, instead_of)
    return add_to_section(
        session,
        person_id=sitting.person_id,
        section_id=section_id,
        begins_on=sitting.on,
        by=sitting.by,
        now=sitting.now,
        overfill=FULL in over,
    )


def is_enrolled(session: Session, sitting: Sitting) -> bool:
    person_id, school_id = sitting.person_id, sitting.school_id
    return bool(find_active(session, person_id=person_id, school_id=school_id, on=sitting.on))


def may_go_over(by: Actor) -> frozenset[str]:
    """The codes of the refusals that this actor may go over with a reason."""
    return frozenset({SAME_COURSE, FULL} if by.may(OVERFILL) else {SAME_COURSE})


def conflict(refusal: Refusal) -> Conflict:
    return Conflict(refusal.sentence, code=refusal.code)


def _end(session: Session, sitting: Sitting, place: SectionEnrollment) -> None:
    drop_from_section(
        session,
        person_id=sitting.person_id,
        section_id=place.section_id,
        ends_on=sitting.on,
        by=sitting.by,
        now=sitting.now,
    )
    session.flush()


def mark_locked(
    session: Session, sitting: Sitting, place: SectionEnrollment, *, is_locked: bool
) -> None:
    place.locked, place.modified_at = is_locked, sitting.now
    record(
        session,
        by=sitting.by,
        action="section.lock" if is_locked else "section.unlock",
        subject=("section_enrollment", place.id),
        before={"locked": not is_locked},
        after={"locked": is_locked},
        now=sitting.now,
    )


def keep(
    session: Session,
    sitting: Sitting,
    kind: str,
    *,
    to_place: SectionEnrollment | None = None,
    from_place: SectionEnrollment | None = None,
    before: tuple[date | None, date | None] = (None, None),
    reason: str = "",
    undoes_id: int | None = None,
) -> ScheduleEdit:
    edit = ScheduleEdit(
        person_id=sitting.person_id,
        school_id=sitting.school_id,
        kind=kind,
        to_place_id=to_place.id if to_place else None,
        from_place_id=from_place.id if from_place else None,
        from_began_on=before[0],
        from_ended_on=before[1],
        effective_on=sitting.on,
        reason=reason.strip() or None,
        undoes_id=undoes_id,
        made_at=sitting.now,
        made_by=sitting.by.id,
        made_by_name=sitting.by.name,
    )
    session.add(edit)
    session.flush()
    return edit
