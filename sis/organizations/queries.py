"""Organizations and schools, seen through what an actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from core.auth.actor import Actor
from core.errors import NotFound
from sis.calendars.models import Calendar
from sis.organizations.models import Organization, OrganizationType, School

_FEW = 200
"""So many schools are named one by one; of more, all are read."""


@dataclass(frozen=True)
class SchoolCard:
    """What everybody shows of a school. ``id`` is the organization's id.

    ``tracks`` are those of its calendars, sorted: ``("",)`` for a single-track school, ``()``
    when it has no calendar. ``time_zone`` is an IANA name; positions are degrees.
    """

    id: int
    sourced_id: str
    name: str
    level: str
    esc_name: str | None
    time_zone: str
    latitude: float | None
    longitude: float | None
    phone: str | None
    tracks: tuple[str, ...]


@dataclass(frozen=True)
class SchoolName:
    """As little of a school as a sweep of all of them needs."""

    id: int
    sourced_id: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class OrganizationCard:
    """Any organization; ``parent_id`` is None at the top."""

    id: int
    sourced_id: str
    name: str
    type: str
    parent_id: int | None


def school_ids_for(session: Session, actor: Actor) -> set[int] | None:
    """The ids of the schools in the actor's scope; None means all of them.

    A scope names schools, or organizations above them such as an ESC.
    """
    if actor.scope is None:
        return None
    reach = (
        select(Organization.id)
        .where(Organization.sourced_id.in_(actor.scope))
        .cte("reach", recursive=True)
    )
    reach = reach.union(
        select(Organization.id).join(reach, Organization.parent_id == reach.c.id)
    )  # union, not union all: ends even if a source's parents run in a circle
    statement = select(School.organization_id).where(School.organization_id.in_(select(reach.c.id)))
    return set(session.scalars(statement))


def list_schools(
    session: Session,
    actor: Actor,
    *,
    level: str | None = None,
    search: str | None = None,
    ids: Collection[int] | None = None,
    limit: int | None = None,
) -> list[SchoolCard]:
    """The active schools in the actor's scope by name; two queries whatever their number.

    ``search`` finds a part of the name, whatever its case; ``ids`` narrows to some schools.
    """
    statement = _schools().order_by(Organization.name, Organization.id)
    allowed = school_ids_for(session, actor)
    if allowed is not None:
        statement = statement.where(School.organization_id.in_(allowed))
    if ids is not None:
        statement = statement.where(School.organization_id.in_(ids))
    if level is not None:
        statement = statement.where(School.level == level)
    if search:
        statement = statement.where(Organization.name.icontains(search, autoescape=True))
    return _cards(session, statement.limit(limit))


def list_school_names(session: Session) -> list[SchoolName]:
    """All active schools by name, for work on the whole district; one query."""
    statement = (
        select(Organization.id, Organization.sourced_id, Organization.name, School.time_zone)
        .join(School, School.organization_id == Organization.id)
        .where(Organization.status == "active")
        .order_by(Organization.name, Organization.id)
    )
    return [SchoolName(*row) for row in session.connection().execute(statement)]


def get_school_for(session: Session, actor: Actor, school_id: int) -> SchoolCard:
    """The school by its integer id; NotFound when there is none in the actor's scope."""
    cards = _cards(session, _schools().where(School.organization_id == school_id))
    return _only(session, actor, cards, f"There is no school {school_id} that you may see.")


def get_school(session: Session, school_id: int) -> SchoolCard:
    """The school by its integer id, whoever asks: only for what every office may know of another
    school, such as its name; NotFound.
    """
    cards = _cards(session, _schools().where(School.organization_id == school_id))
    if not cards:
        raise NotFound(f"There is no school {school_id}.")
    return cards[0]


def get_school_by_sourced_id(session: Session, sourced_id: str) -> SchoolCard:
    """The school by its source's id, whoever asks: for what ``get_school`` is for; NotFound."""
    cards = _cards(session, _schools().where(Organization.sourced_id == sourced_id))
    if not cards:
        raise NotFound(f"There is no school {sourced_id}.")
    return cards[0]


def names_by_id(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The names of organizations by id, whoever asks."""
    statement = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
    return {organization_id: name for organization_id, name in session.execute(statement)}


def find_school_by_sourced_id(session: Session, actor: Actor, sourced_id: str) -> SchoolCard | None:
    """The school by its source's id, or None when there is none in the actor's scope."""
    cards = _cards(session, _schools().where(Organization.sourced_id == sourced_id))
    try:
        return _only(session, actor, cards, "")
    except NotFound:
        return None


def get_school_by_sourced_id_for(session: Session, actor: Actor, sourced_id: str) -> SchoolCard:
    """The school by its source's id; NotFound when there is none in the actor's scope."""
    cards = _cards(session, _schools().where(Organization.sourced_id == sourced_id))
    return _only(session, actor, cards, f"There is no school {sourced_id} that you may see.")


def list_organizations(session: Session) -> list[OrganizationCard]:
    """Every active organization by name."""
    statement = (
        select(
            Organization.id,
            Organization.sourced_id,
            Organization.name,
            Organization.type,
            Organization.parent_id,
        )
        .where(Organization.status == "active")
        .order_by(Organization.name, Organization.id)
    )
    return [OrganizationCard(*row) for row in session.execute(statement)]


def _only(session: Session, actor: Actor, cards: Sequence[SchoolCard], refusal: str) -> SchoolCard:
    allowed = school_ids_for(session, actor)
    for card in cards:
        if allowed is None or card.id in allowed:
            return card
    raise NotFound(refusal)


_Schools = Select[int, str, str, str, str, str, float | None, float | None, str | None]


@cache
def _schools() -> _Schools:
    esc = aliased(Organization)
    return (
        select(
            Organization.id,
            Organization.sourced_id,
            Organization.name,
            School.level,
            esc.name,
            School.time_zone,
            School.latitude,
            School.longitude,
            School.phone,
        )
        .join(School, School.organization_id == Organization.id)
        .outerjoin(
            esc, (esc.id == Organization.parent_id) & (esc.type == OrganizationType.ESC.value)
        )
        .where(Organization.status == "active")
    )


def _cards(session: Session, statement: _Schools) -> list[SchoolCard]:
    rows = session.execute(statement).all()
    tracks = _tracks(session, [row[0] for row in rows])
    return [SchoolCard(*row, tracks=tuple(tracks.get(row[0], ()))) for row in rows]


def _tracks(session: Session, school_ids: Sequence[int]) -> dict[int, list[str]]:
    statement = select(Calendar.school_id, Calendar.track).distinct().order_by(Calendar.track)
    if len(school_ids) <= _FEW:
        statement = statement.where(Calendar.school_id.in_(school_ids))
    found: dict[int, list[str]] = {}
    for school, track in session.execute(statement):
        found.setdefault(school, []).append(track)
    return found
