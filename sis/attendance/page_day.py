"""What the office's pages have in common: the school and day they show, and how far back."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from core.web.context import actor, now
from sis.attendance.api import asked_date
from sis.calendars.rules import local_date
from sis.organizations.queries import SchoolCard, get_school_for

LOOK_BACK = timedelta(days=28)


def day_of_page(session: Session, school_id: int) -> tuple[SchoolCard, date]:
    """The school, if the actor may see it, and the date ``?on=`` or today there."""
    school = get_school_for(session, actor(), school_id)
    return school, asked_date() or local_date(now(), school.time_zone)
