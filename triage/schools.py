"""The schools that tickets and tiers speak of."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.auth.actor import SYSTEM
from sis.organizations.queries import SchoolCard, list_schools


def cards(session: Session, school_ids: Iterable[int | None]) -> dict[int, SchoolCard]:
    """Cards by id; the caller holds only ids of what its actor may see."""
    wanted = {school_id for school_id in school_ids if school_id is not None}
    found = list_schools(session, SYSTEM, ids=wanted) if wanted else []
    return {one.id: one for one in found}
