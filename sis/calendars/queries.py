"""Which schools are in session on a date, and their bells."""

from collections.abc import Mapping
from datetime import date, time

from sqlalchemy import Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from sis.calendars.models import Calendar, CalendarDate, ClassPeriod
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, SchoolDay
from sis.organizations.models import Organization, School


def zones(session: Session) -> list[str]:
    """The IANA time zones that active schools are in, sorted."""
    statement = (
        select(School.time_zone)
        .join(Organization, Organization.id == School.organization_id)
        .where(Organization.status == "active")
        .distinct()
        .order_by(School.time_zone)
    )
    return list(session.scalars(statement))


def school_days(session: Session, on_dates: Mapping[str, date]) -> dict[tuple[int, str], SchoolDay]:
    """The day of every (school id, track) that has instruction, from one query.

    ``on_dates`` maps each time zone to the local date there. A track on holiday or vacation, and
    a school without bells, is not in the answer. A minimum day without bells of its own keeps
    the regular ones.
    """
    if not on_dates:
        return {}
    return {
        (school_id, track): SchoolDay(day_type, first_bell, dismissal)
        for school_id, track, day_type, first_bell, dismissal in session.execute(
            _in_session(on_dates)
        )
    }


def _in_session(on_dates: Mapping[str, date]) -> Select[int, str, str, time, time]:
    bells = _bells()
    own, regular = aliased(bells), aliased(bells)
    first_bell = func.coalesce(own.c.first_bell, regular.c.first_bell)
    dismissal = func.coalesce(own.c.dismissal, regular.c.dismissal)
    today = or_(
        *(
            and_(School.time_zone == zone, CalendarDate.on_date == on)
            for zone, on in on_dates.items()
        )
    )
    return (
        select(Calendar.school_id, Calendar.track, CalendarDate.day_type, first_bell, dismissal)
        .join(CalendarDate, CalendarDate.calendar_id == Calendar.id)
        .join(School, School.organization_id == Calendar.school_id)
        .join(Organization, Organization.id == Calendar.school_id)
        .outerjoin(
            own,
            and_(own.c.school_id == Calendar.school_id, own.c.day_type == CalendarDate.day_type),
        )
        .outerjoin(
            regular,
            and_(regular.c.school_id == Calendar.school_id, regular.c.day_type == "regular"),
        )
        .where(
            today,
            Organization.status == "active",
            CalendarDate.day_type.in_(DAY_TYPES_OF_INSTRUCTION),
            first_bell.is_not(None),
        )
    )


def _bells() -> Subquery:
    """The first bell and the dismissal of each school and type of day."""
    return (
        select(
            ClassPeriod.school_id,
            ClassPeriod.day_type,
            func.min(ClassPeriod.starts_at).label("first_bell"),
            func.max(ClassPeriod.ends_at).label("dismissal"),
        )
        .group_by(ClassPeriod.school_id, ClassPeriod.day_type)
        .subquery()
    )
