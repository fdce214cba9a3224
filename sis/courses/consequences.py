"""What a change of a section would do to its students and to other sections, before it is made."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import Invalid
from sis.courses.queries import ScheduledSection, get_section_for, list_school_sections
from sis.courses.rows import list_other_meetings, list_staff
from sis.courses.rules.changes import Preview, SectionPlan, problems, student_clashes
from sis.courses.rules.conflicts import Kind, Planned, Teaching, find_conflicts

BOOKINGS = (Kind.TEACHER_TWICE, Kind.ROOM_TWICE, Kind.OVER_SEATS)
SharedRooms = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A section as it shall be from ``on`` on.

    ``version`` is the ``modified_at`` that the person saw, None when any will do; ``accepted`` is
    the token of the consequences that the person has seen and wants nevertheless.
    """

    plan: SectionPlan
    on: date
    version: datetime | None = None
    accepted: str = ""


def planned(section: ScheduledSection) -> Planned:
    """The section as the conflict rules see it."""
    return Planned(
        id=section.id,
        title=section.title,
        class_type=section.class_type,
        span=(section.starts_on, section.ends_on),
        seats=section.seats,
        taken=section.taken,
        room=section.location,
        meetings=section.meetings,
        teachers=tuple(
            Teaching(t.person_id, t.name, t.begins_on, t.ends_on) for t in section.teachers
        ),
    )


def plan_of(section: ScheduledSection) -> SectionPlan:
    """The section as it is on its date, as a plan that changes nothing."""
    rooms = {meeting.room or section.location for meeting in section.current}
    return SectionPlan(
        title=section.title,
        code=section.code,
        room=rooms.pop() if len(rooms) == 1 else section.location,
        seats=section.seats,
        meetings=tuple(
            replace(m, begins_on=None, ends_on=None, room=None) for m in section.current
        ),
        teacher_ids=tuple(t.person_id for t in section.current_teachers),
    )


def preview_change(
    session: Session,
    actor: Actor,
    section_id: int,
    change: Change,
    shared_rooms: SharedRooms = (),
) -> Preview:
    """Whom and what the change would put in two places at once; writes nothing.

    Raises NotFound and Invalid as ``change_section`` does.
    """
    section = get_section_for(session, actor, section_id, change.on)
    check_plan(session, change.plan)
    return consequences(session, section, change, shared_rooms)


def check_plan(session: Session, plan: SectionPlan) -> None:
    """Raises Invalid with every problem of the plan, by field."""
    wrong = problems(plan)
    if set(plan.teacher_ids) - set(list_staff(session, plan.teacher_ids)):
        wrong["teachers"] = "One of the teachers is not in the records."
    if wrong:
        raise Invalid("The section was not saved; see the fields.", fields=wrong)


def consequences(
    session: Session, section: ScheduledSection, change: Change, shared_rooms: SharedRooms
) -> Preview:
    """Which students would clash, and what would be booked twice that is not so already."""
    plan, on = change.plan, change.on
    others = list_other_meetings(session, section.id, on)
    clashes = student_clashes(others, plan.meetings, section.meetings, on=on)
    beside = list_school_sections(session, section.school_id, on, upcoming=True)
    school = [planned(one) for one in beside if one.id != section.id]
    names = {t.person_id: t.name for one in (section, *beside) for t in one.teachers}
    after = replace(
        planned(section),
        title=plan.title,
        seats=plan.seats,
        room=plan.room,
        meetings=tuple(replace(m, begins_on=on) for m in plan.meetings),
        teachers=tuple(
            Teaching(one, names.get(one, "The teacher"), begins_on=on) for one in plan.teacher_ids
        ),
    )
    was = _bookings([*school, planned(section)], section.id, on, shared_rooms)
    will_be = _bookings([*school, after], section.id, on, shared_rooms)
    new = sorted(text for key, text in will_be.items() if key not in was)
    return Preview(tuple(clashes), tuple(new))


def _bookings(
    sections: list[Planned], section_id: int, on: date, shared_rooms: SharedRooms
) -> dict[tuple[Kind, tuple[int, ...], str], str]:
    """What is booked twice with this section: the kind, the sections and who, with its sentence."""
    return {
        (one.kind, one.section_ids, one.what.partition(":")[0]): one.what
        for one in find_conflicts(sections, on=on, shared_rooms=shared_rooms)
        if one.kind in BOOKINGS and section_id in one.section_ids
    }
