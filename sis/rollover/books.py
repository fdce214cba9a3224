"""Counting a school before and after, independently of the plan, and comparing the two."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sis.courses.queries import ScheduledSection, list_sections_in_terms
from sis.courses.rules.conflicts import HOMEROOM
from sis.enrollment.models import SchoolEnrollment
from sis.enrollment.queries import active_on
from sis.organizations.queries import SchoolCard
from sis.rollover.queries import Term, count_in_terms, count_running, shared_sessions
from sis.rollover.rules.books import Reconciliation, Standing, tally
from sis.rollover.rules.plan import Plan
from sis.rollover.rules.policy import How
from sis.scheduling.completeness_sql import gap_of
from sis.scheduling.rules import SchedulingRules


@dataclass(frozen=True)
class Opening:
    """A school before its rollover: the old term's last day, the new term's first.

    ``sections`` and ``places`` are those of the old term alone; a school has others on that day
    when its tracks have terms of their own.
    """

    old: Standing
    new: Standing
    sections: int
    places: int


def opening_of(
    session: Session, school: SchoolCard, old: Term, new: Term, rules: SchedulingRules
) -> Opening:
    """The counts that the rollover must account for."""
    terms = {old.id, *shared_sessions(old, new)}
    return Opening(
        standing_of(session, school, old.last_day, rules),
        standing_of(session, school, new.starts_on, rules),
        *count_in_terms(session, school.id, terms, old.last_day),
    )


def standing_of(session: Session, school: SchoolCard, on: date, rules: SchedulingRules) -> Standing:
    """The school on a date, counted from the records."""
    sections, places = count_running(session, school.id, on)
    mine = select(SchoolEnrollment.person_id).where(SchoolEnrollment.school_id == school.id)
    gaps = gap_of(school.time_zone, on, rules, mine).subquery()
    incomplete = select(func.count(gaps.c.person_id.distinct())).where(
        gaps.c.school_id == school.id
    )
    students = select(func.count(SchoolEnrollment.person_id.distinct())).where(
        SchoolEnrollment.school_id == school.id, active_on(on)
    )
    return Standing(
        on, sections, places, session.scalar(students) or 0, session.scalar(incomplete) or 0
    )


def reconcile(
    session: Session,
    school: SchoolCard,
    opening: Opening,
    plan: Plan,
    new: Term,
    prolonged: tuple[int, int],
    rules: SchedulingRules,
) -> Reconciliation:
    """The books of the school after ``plan`` was written.

    ``prolonged`` counts sections of the old term that now reach into the new one, and the places
    that go on in them.
    """
    ways = Counter(step.how for step in plan.sections)
    return Reconciliation(
        old=opening.old,
        new_before=opening.new,
        new_after=standing_of(session, school, new.starts_on, rules),
        sections=opening.sections,
        sections_created=ways[How.CREATED],
        sections_matched=ways[How.MATCHED],
        sections_continued=ways[How.CONTINUED],
        sections_left=tally(plan.left_sections.values()),
        places=opening.places,
        places_written=len(plan.places),
        places_kept=len(plan.kept_places),
        places_left=tally(plan.left_places.values()),
        prolonged_sections=prolonged[0],
        prolonged_places=prolonged[1],
        lacking=_lacking(list_sections_in_terms(session, school.id, {new.id}, new.starts_on)),
    )


def _lacking(cards: list[ScheduledSection]) -> Mapping[str, int]:
    """How many sections have no title, course, teacher or period: what attendance is kept by."""
    missing = {
        "title": sum(not card.title.strip() for card in cards),
        "course": sum(card.course_id is None for card in cards),
        "teacher": sum(not card.current_teachers for card in cards),
        "period": sum(not card.current and card.class_type != HOMEROOM for card in cards),
    }
    return {name: count for name, count in missing.items() if count}
