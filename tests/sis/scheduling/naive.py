"""The rule of the complete schedule once more, in slow and obvious Python, as an oracle."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from sis.courses.models import Section, SectionMeeting
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import School
from sis.scheduling.models import SectionEnrollment
from sis.scheduling.rules import SchedulingRules, filled_periods, required_periods

Counts = dict[tuple[int, str], tuple[int, int]]


def _holds(begins_on: date | None, ends_on: date | None, on: date) -> bool:
    return (begins_on is None or begins_on <= on) and (ends_on is None or on < ends_on)


def naive_completeness(
    session: Session, on_dates: Mapping[str, date], rules: SchedulingRules
) -> Counts:
    """(school id, track) -> (students enrolled today, students without a complete schedule)."""
    session.flush()
    schools = session.execute(select(School.organization_id, School.time_zone)).all()
    zones = {school_id: zone for school_id, zone in schools}
    active: dict[tuple[int, str], set[int]] = {}
    incomplete: dict[tuple[int, str], set[int]] = {}
    for one in session.scalars(select(SchoolEnrollment)):
        on = on_dates[zones[one.school_id]]
        if one.status != "active" or not _holds(one.begins_on, one.ends_on, on):
            continue
        group = (one.school_id, one.track)
        active.setdefault(group, set()).add(one.person_id)
        required = required_periods(one.required_periods, one.grade, rules)
        periods = _periods(session, one.person_id, one.school_id, on)
        if filled_periods(required, periods) < required:
            incomplete.setdefault(group, set()).add(one.person_id)
    return {key: (len(active[key]), len(incomplete.get(key, ()))) for key in active}


def _periods(session: Session, person_id: int, school_id: int, on: date) -> dict[str, bool]:
    """Period label -> whether only homerooms fill it."""
    periods: dict[str, bool] = {}
    for seat in session.scalars(select(SectionEnrollment).filter_by(person_id=person_id)):
        section = session.get_one(Section, seat.section_id)
        if (
            (seat.role, seat.status, section.status) != ("student", "active", "active")
            or section.school_id != school_id
            or not _holds(seat.begins_on, seat.ends_on, on)
            or not _holds(section.starts_on, section.ends_on, on)
        ):
            continue
        homeroom = section.class_type == "homeroom"
        for label in _labels(session, section.id, on):
            periods[label] = periods.get(label, True) and homeroom
    return periods


def _labels(session: Session, section_id: int, on: date) -> list[str]:
    meetings = session.scalars(select(SectionMeeting).filter_by(section_id=section_id)).all()
    if not meetings:
        return [f"own {section_id}"]
    return [one.period for one in meetings if _holds(one.begins_on, one.ends_on, on)]
