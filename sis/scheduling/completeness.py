"""Who has no complete schedule today: a kept answer, brought up to date by what changed.

Every writer of enrolments or sections notes the persons concerned
(``sis.scheduling.actions.note_change``), or calls ``forget`` as the last step of its transaction
when it changed too much to list.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from core.id_list import rows_of
from sis.scheduling import completeness_sql as sql
from sis.scheduling.completeness_upkeep import rebuild, update_persons
from sis.scheduling.models import ScheduleChange, ScheduleGap, ScheduleSnapshot
from sis.scheduling.rules import SchedulingRules
from sis.settings import SisSettings

SAMPLE_SIZE = 20
MANY_CHANGES = 20_000
"""With more changed persons than this, computing everything again is quicker."""

_LOCK = 7_104_201
"""The number of the advisory lock that refreshing and forgetting share on PostgreSQL."""


@dataclass(frozen=True)
class Completeness:
    """One track of one school: students enrolled today, how many lack periods, and some of them.

    ``sample_ids`` are at most SAMPLE_SIZE sourced ids of persons.
    """

    school_id: int
    track: str
    active_students: int
    incomplete: int
    sample_ids: tuple[str, ...]


@dataclass(frozen=True)
class Snapshot:
    """For which local date and rules the kept answer of one zone holds, and since when.

    ``token`` is another one whenever the answer is.
    """

    as_of: date
    rule_version: str
    computed_at: datetime
    token: str


_newest: dict[str, dict[tuple[int, str], Completeness]] = {}
"""The answer that the newest refresh of this process left in the tables, by school and track.

It is used only while its token is the one in the database: so another process, a restore or a
transaction that was rolled back makes it worthless by itself. Only a refresh fills it, because it
holds the lock.
"""


def rules_of(settings: SisSettings) -> SchedulingRules:
    """The district's rule of the complete schedule, from ``sis.required_periods``."""
    required = settings.required_periods
    return SchedulingRules(required.default, required.by_grade)


def list_snapshots(session: Session) -> dict[str, Snapshot]:
    """What is kept, by time zone."""
    rows = session.execute(
        select(
            ScheduleSnapshot.time_zone,
            ScheduleSnapshot.as_of,
            ScheduleSnapshot.rule_version,
            ScheduleSnapshot.computed_at,
            ScheduleSnapshot.token,
        )
    )
    return {zone: Snapshot(on, version, at, token) for zone, on, version, at, token in rows}


def refresh(
    session: Session, on_dates: Mapping[str, date], rules: SchedulingRules, now: datetime
) -> None:
    """Make the kept answer hold for ``on_dates`` (zone -> local date) and all committed changes.

    A zone whose date or rules changed, or that was forgotten, is computed again in one pass;
    otherwise only the persons in schedule_change are.
    """
    _lock(session)
    changed = _take_changes(session)
    kept = list_snapshots(session)
    token = _token_of(kept)
    valid = _valid_zones(kept, on_dates, rules) if len(changed) <= MANY_CHANGES else set()
    schools: set[int] = set()
    if changed and valid:
        dates = {zone: on for zone, on in on_dates.items() if zone in valid}
        schools = update_persons(session, dates, rules, changed)
    stale = {zone: on for zone, on in on_dates.items() if zone not in valid}
    if stale:
        rebuild(session, stale, rules, everything=not valid)
    answer = None if stale else _newest.get(token)
    if stale or schools or not token:
        token = str(uuid4())
    _stamp(session, on_dates, rules, now, token)
    _remember(session, token, answer, schools)


def _remember(
    session: Session,
    token: str,
    answer: dict[tuple[int, str], Completeness] | None,
    schools: Collection[int],
) -> None:
    """``answer`` is right but for these schools, which are read again; None: everything is."""
    if answer is None:
        answer = _by_track(_list(session, sql.KEPT))
    elif schools:
        those = _by_track(_list(session, sql.kept_of(rows_of(session, sorted(schools)))))
        answer = {key: one for key, one in answer.items() if key[0] not in schools} | those
    _newest.clear()
    _newest[token] = answer


def _by_track(answer: Iterable[Completeness]) -> dict[tuple[int, str], Completeness]:
    return {(one.school_id, one.track): one for one in answer}


def _token_of(kept: Mapping[str, Snapshot]) -> str:
    """Of all zones, for each refresh stamps them alike; empty when nothing is kept."""
    return next((one.token for one in kept.values()), "")


def forget(session: Session) -> None:
    """Drop the kept answer: the next refresh computes it again. Call it last in a transaction."""
    _lock(session)
    session.execute(delete(ScheduleSnapshot))


def list_completeness(session: Session) -> list[Completeness]:
    """The kept answer by school and track, as of the newest refresh.

    One statement in the process that made it and two more in others.
    """
    answer = _newest.get(_token_of(list_snapshots(session)))
    return _list(session, sql.KEPT) if answer is None else list(answer.values())


def compute_completeness(
    session: Session, on_dates: Mapping[str, date], rules: SchedulingRules
) -> list[Completeness]:
    """The answer for any local date of each zone, with all committed changes; writes nothing.

    Where the kept answer holds for these dates only the persons that changed since are computed,
    else everything is.
    """
    if not on_dates:
        return []
    waiting = select(ScheduleChange.person_id)
    changes = session.scalar(
        select(func.count()).select_from(waiting.limit(MANY_CHANGES + 1).subquery())
    )
    kept = list_snapshots(session)
    if _valid_zones(kept, on_dates, rules) < on_dates.keys() or (changes or 0) > MANY_CHANGES:
        return _list(session, sql.computed(on_dates, rules))
    return _list(session, sql.overlaid(on_dates, rules, waiting) if changes else sql.KEPT)


def sample_ids(session: Session, school_id: int, limit: int = SAMPLE_SIZE) -> list[str]:
    """Sourced ids of some students of a school whose schedule is not complete."""
    mine = sql.KEPT_GAPS.where(ScheduleGap.school_id == school_id)
    rows = session.execute(sql.listed(mine))
    return list(dict.fromkeys(row.sourced_id for row in rows))[:limit]


def _list(session: Session, answer: sql.Answer) -> list[Completeness]:
    connection = session.connection()  # rows as they come: there are some thousand
    gaps: dict[tuple[int, str], dict[int, str]] = {}
    for school_id, track, person_id, sourced_id in connection.execute(sql.listed(answer.gap)):
        gaps.setdefault((school_id, track), {})[person_id] = sourced_id
    found = []
    for school_id, track, active in connection.execute(answer.tally):
        persons = gaps.get((school_id, track), {})
        sample = tuple(islice(persons.values(), SAMPLE_SIZE))
        found.append(Completeness(school_id, track, active, len(persons), sample))
    return found


def _valid_zones(
    kept: Mapping[str, Snapshot], on_dates: Mapping[str, date], rules: SchedulingRules
) -> set[str]:
    """The zones whose kept answer is of that date and by these rules."""
    return {
        zone
        for zone, on in on_dates.items()
        if zone in kept and (kept[zone].as_of, kept[zone].rule_version) == (on, rules.version)
    }


def _lock(session: Session) -> None:
    """One refresh at a time; on SQLite the writing transaction itself is the lock."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _take_changes(session: Session) -> list[int]:
    """Consume exactly the rows that are visible now; later ones wait for the next refresh."""
    taken = session.scalars(
        delete(ScheduleChange).returning(ScheduleChange.person_id),
        execution_options={"synchronize_session": False},
    )
    return sorted(set(taken))


def _stamp(
    session: Session,
    on_dates: Mapping[str, date],
    rules: SchedulingRules,
    now: datetime,
    token: str,
) -> None:
    session.execute(delete(ScheduleSnapshot), execution_options={"synchronize_session": False})
    alike = {"rule_version": rules.version, "computed_at": now, "token": token}
    rows = [{"time_zone": zone, "as_of": on, **alike} for zone, on in sorted(on_dates.items())]
    if rows:
        session.execute(insert(ScheduleSnapshot), rows)
