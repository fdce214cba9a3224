"""Finding tiers and their explanations."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.actor import Actor
from core.errors import NotFound
from sis.organizations.queries import school_ids_for
from triage.tiers.models import SchoolTier, SupportHistory, TierRun
from triage.tiers.rules.need import Category
from triage.tiers.rules.observation import WeekCount


def find_latest_run(session: Session) -> TierRun | None:
    """The newest computation, or None before the first."""
    return session.scalars(select(TierRun).order_by(TierRun.id.desc()).limit(1)).one_or_none()


def has_run_on(session: Session, day: date) -> bool:
    """Whether the morning run of that day is done."""
    statement = select(TierRun.id).where(TierRun.scheduled_on == day)
    return session.scalar(statement) is not None


def find_tier(session: Session, school_id: int) -> int | None:
    """The newest tier of a school, 1 to 4, or None."""
    return session.scalar(
        select(SchoolTier.tier)
        .where(SchoolTier.school_id == school_id)
        .order_by(SchoolTier.run_id.desc())
        .limit(1)
    )


def find_school_tier(session: Session, school_id: int) -> SchoolTier | None:
    """The newest result of a school, or None; the caller knows that its actor may see it."""
    return session.scalars(
        select(SchoolTier)
        .where(SchoolTier.school_id == school_id)
        .order_by(SchoolTier.run_id.desc())
        .limit(1)
    ).one_or_none()


def latest_tiers(session: Session) -> dict[int, SchoolTier]:
    """The newest run's result by school id, most need first; empty before the first run."""
    newest = select(func.max(TierRun.id)).scalar_subquery()
    statement = select(SchoolTier).where(SchoolTier.run_id == newest).order_by(SchoolTier.rank)
    return {row.school_id: row for row in session.scalars(statement)}


def list_tiers(session: Session, actor: Actor, *, tier: int | None = None) -> list[SchoolTier]:
    """The newest results of the schools that the actor may see, most need first."""
    ids = school_ids_for(session, actor)
    return [
        row
        for row in latest_tiers(session).values()
        if (ids is None or row.school_id in ids) and (tier is None or row.tier == tier)
    ]


def get_explanation(session: Session, actor: Actor, school_id: int) -> SchoolTier:
    """The newest result of one school with its ``explanation`` (``sentences`` and ``inputs``).

    Raises NotFound when the actor may not see the school, or no tier was computed yet.
    """
    ids = school_ids_for(session, actor)
    found = find_school_tier(session, school_id) if ids is None or school_id in ids else None
    if found is None:
        raise NotFound("There is no support tier for this school yet.")
    return found


def list_history(session: Session, since: date, before: date) -> list[WeekCount]:
    """Imported counts of the weeks that start in ``[since, before)``."""
    statement = select(
        SupportHistory.school_id,
        SupportHistory.week_starts_on,
        SupportHistory.category,
        SupportHistory.tickets,
    ).where(SupportHistory.week_starts_on >= since, SupportHistory.week_starts_on < before)
    return [
        WeekCount(row[0], row[1], Category(row[2]), row[3]) for row in session.execute(statement)
    ]


def find_history(
    session: Session, school_ids: Collection[int], weeks: Collection[date]
) -> dict[tuple[int, date, str], tuple[int, int]]:
    """Stored history by (school id, week, category), each as (id, tickets)."""
    statement = select(
        SupportHistory.school_id,
        SupportHistory.week_starts_on,
        SupportHistory.category,
        SupportHistory.id,
        SupportHistory.tickets,
    ).where(SupportHistory.school_id.in_(school_ids), SupportHistory.week_starts_on.in_(weeks))
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in session.execute(statement)}
