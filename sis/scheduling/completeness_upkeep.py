"""Writes the kept answer: all of a zone again, or what a few persons' changes did to it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.db import Base
from core.id_list import rows_of
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import School
from sis.scheduling import completeness_sql as sql
from sis.scheduling.models import ScheduleGap, ScheduleStanding, ScheduleTally
from sis.scheduling.rules import SchedulingRules

_UNSYNCHRONIZED = {"synchronize_session": False}

_GAP = [
    "school_enrollment_id",
    "person_id",
    "school_id",
    "track",
    "required_periods",
    "filled_periods",
]
_STANDING = ["school_enrollment_id", "person_id", "school_id", "track"]
_PLACE = (ScheduleStanding.person_id, ScheduleStanding.school_id, ScheduleStanding.track)

Place = tuple[int, int, str]
"""Person, school and track: what the tally counts once."""


def rebuild(
    session: Session, on_dates: Mapping[str, date], rules: SchedulingRules, *, everything: bool
) -> None:
    """All schools of these zones again, in one pass over the enrolments of each zone.

    ``everything``: these are all zones, so all that is kept goes first, wherever it belonged.
    """
    schools = select(School.organization_id).where(School.time_zone.in_(sorted(on_dates)))
    owners: tuple[tuple[type[Base], InstrumentedAttribute[int]], ...] = (
        (ScheduleGap, ScheduleGap.school_id),
        (ScheduleTally, ScheduleTally.school_id),
        (ScheduleStanding, ScheduleStanding.school_id),
    )
    for table, owner in owners:
        gone = delete(table) if everything else delete(table).where(owner.in_(schools))
        session.execute(gone, execution_options=_UNSYNCHRONIZED)
    names = ["school_id", "track", "active_students"]
    for zone, on in on_dates.items():
        _insert_gaps(session, sql.gap_of(zone, on, rules))
        standing = sql.standing_of(zone, on)
        session.execute(insert(ScheduleStanding).from_select(_STANDING, standing))
        session.execute(insert(ScheduleTally).from_select(names, sql.tally_of(zone, on)))


def update_persons(
    session: Session,
    on_dates: Mapping[str, date],
    rules: SchedulingRules,
    person_ids: Sequence[int],
) -> set[int]:
    """Make the answer hold for these persons as they are now; the schools where it is another."""
    persons = rows_of(session, person_ids)
    return _update_gaps(session, on_dates, rules, persons) | _update_standings(
        session, on_dates, persons
    )


def _update_gaps(
    session: Session, on_dates: Mapping[str, date], rules: SchedulingRules, persons: sql.Persons
) -> set[int]:
    """Write the gaps that differ only; the schools where one came or went."""
    connection = session.connection()
    kept = connection.execute(sql.KEPT_GAPS.where(ScheduleGap.person_id.in_(persons)))
    before = {tuple(row[:4]): tuple(row[4:]) for row in kept}
    now = {
        tuple(row[:4]): tuple(row[4:])
        for zone, on in on_dates.items()
        for row in connection.execute(sql.gap_of(zone, on, rules, persons))
    }
    table = cast("Table", ScheduleGap.__table__)
    gone, new = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
    if gone:
        ids = rows_of(session, [place[0] for place in gone])
        connection.execute(delete(table).where(table.c.school_enrollment_id.in_(ids)))
    if new:
        rows = [dict(zip(_GAP, (*place, *now[place]), strict=True)) for place in new]
        connection.execute(insert(table), rows)
    other = [
        {"enrollment": place[0], "required_periods": required, "filled_periods": filled}
        for place, (required, filled) in sorted(now.items())
        if before.get(place, (required, filled)) != (required, filled)
    ]
    if other:
        mine = table.c.school_enrollment_id == bindparam("enrollment")
        connection.execute(update(table).where(mine), other)
    return {place[2] for place in (*gone, *new)}


def _update_standings(
    session: Session, on_dates: Mapping[str, date], persons: sql.Persons
) -> set[int]:
    """Few changes of a schedule touch an enrolment, so only persons whose standing differs are
    taken out and put in again: it would be a page written for nearly each of the others.
    """
    differing = sorted(set(session.scalars(sql.differing_standings(on_dates, persons))))
    if not differing:
        return set()
    others = rows_of(session, differing)
    moved: Counter[tuple[int, str]] = Counter()
    moved.subtract(place[1:] for place in _take_standings(session, others))
    for zone, on in on_dates.items():
        moved.update(place[1:] for place in _put_standings(session, zone, on, others))
    net = {key: by for key, by in moved.items() if by}
    if net:
        _move_tallies(session, net)
    return {school for school, _ in net}


def _enrollments_of(persons: sql.Persons) -> sql.Rows:
    return select(SchoolEnrollment.id).where(SchoolEnrollment.person_id.in_(persons))


def _put_standings(session: Session, zone: str, on: date, persons: sql.Persons) -> set[Place]:
    made = insert(ScheduleStanding).from_select(_STANDING, sql.standing_of(zone, on, persons))
    rows = session.execute(made.returning(*_PLACE))
    return {(person, school, track) for person, school, track in rows}


def _take_standings(session: Session, persons: sql.Persons) -> set[Place]:
    rows = session.execute(
        delete(ScheduleStanding)
        .where(ScheduleStanding.school_enrollment_id.in_(_enrollments_of(persons)))
        .returning(*_PLACE),
        execution_options=_UNSYNCHRONIZED,
    )
    return {(person, school, track) for person, school, track in rows}


def _move_tallies(session: Session, moved: Mapping[tuple[int, str], int]) -> None:
    """Add to the tallies; one that falls to nothing goes, one that was not there comes."""
    schools = sorted({school for school, _ in moved})
    known = {
        (school, track): students
        for school, track, students in session.execute(
            sql.KEPT_TALLIES.where(ScheduleTally.school_id.in_(schools))
        )
    }
    new: list[dict[str, object]] = []
    old: list[dict[str, object]] = []
    for (school, track), by in moved.items():
        students = known.get((school, track), 0) + by
        row = {"school_id": school, "track": track, "active_students": students}
        (old if (school, track) in known else new).append(row)
    if old:
        session.execute(update(ScheduleTally), old)
    if new:
        session.execute(insert(ScheduleTally), new)
    session.execute(
        delete(ScheduleTally).where(ScheduleTally.active_students <= 0),
        execution_options=_UNSYNCHRONIZED,
    )


def _insert_gaps(session: Session, rows: sql.Rows) -> None:
    session.execute(insert(ScheduleGap).from_select(_GAP, rows))
