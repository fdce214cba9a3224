"""The arithmetic of complete schedules as SQL: one statement for all schools of a time zone.

The same selects fill the kept answer, bring it up to date for a few persons, check it, and answer
for another day without touching it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    distinct,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from sis.courses.models import Section, SectionMeeting
from sis.enrollment.models import SchoolEnrollment
from sis.organizations.models import School
from sis.people.models import Person
from sis.scheduling.models import ScheduleGap, ScheduleStanding, ScheduleTally, SectionEnrollment
from sis.scheduling.rules import HOMEROOM, ONE_ROOM, SchedulingRules

Rows = Select[*tuple[Any, ...]]
Persons = Rows
"""A select of ids."""

AnySelect = Rows | CompoundSelect[*tuple[Any, ...]]
Dated = InstrumentedAttribute[date | None]


@dataclass(frozen=True)
class Answer:
    """Who is enrolled and who lacks periods, as two selects.

    ``tally`` has school_id, track, active_students; ``gap`` has school_enrollment_id, person_id,
    school_id, track, required_periods, filled_periods.
    """

    tally: AnySelect
    gap: AnySelect


KEPT_GAPS: Rows = select(
    ScheduleGap.school_enrollment_id,
    ScheduleGap.person_id,
    ScheduleGap.school_id,
    ScheduleGap.track,
    ScheduleGap.required_periods,
    ScheduleGap.filled_periods,
)
KEPT_TALLIES: Rows = select(
    ScheduleTally.school_id, ScheduleTally.track, ScheduleTally.active_students
)
KEPT = Answer(tally=KEPT_TALLIES, gap=KEPT_GAPS)


def kept_of(schools: Rows) -> Answer:
    """The kept answer of these schools (a select of ids)."""
    return Answer(
        tally=KEPT_TALLIES.where(ScheduleTally.school_id.in_(schools)),
        gap=KEPT_GAPS.where(ScheduleGap.school_id.in_(schools)),
    )


def computed(on_dates: Mapping[str, date], rules: SchedulingRules) -> Answer:
    """The answer from the records themselves, for the local date of every zone."""
    zones = sorted(on_dates.items())
    return Answer(
        tally=union_all(*(tally_of(zone, on) for zone, on in zones)),
        gap=union_all(*(gap_of(zone, on, rules) for zone, on in zones)),
    )


def overlaid(on_dates: Mapping[str, date], rules: SchedulingRules, persons: Rows) -> Answer:
    """The kept answer, with these persons (a select of ids) computed from the records."""
    kept = KEPT_TALLIES.subquery()
    before = _counted(select(ScheduleStanding).where(_standing_of_persons(persons)).subquery(), -1)
    after = [
        _counted(standing_of(zone, on, persons).subquery(), 1)
        for zone, on in sorted(on_dates.items())
    ]
    parts = union_all(select(*kept.c), before, *after).subquery()
    school_id, track, students = parts.c
    total = cast(func.sum(students), Integer)
    return Answer(
        tally=select(school_id, track, total.label("active_students"))
        .group_by(school_id, track)
        .having(total > 0),
        gap=union_all(
            KEPT_GAPS.where(ScheduleGap.person_id.not_in(persons)),
            *(gap_of(zone, on, rules, persons) for zone, on in sorted(on_dates.items())),
        ),
    )


def _standing_of_persons(persons: Rows) -> ColumnElement[bool]:
    mine = select(SchoolEnrollment.id).where(SchoolEnrollment.person_id.in_(persons))
    return ScheduleStanding.school_enrollment_id.in_(mine)


def _counted(standings: Subquery, sign: int) -> Rows:
    columns = standings.c
    students = func.count(distinct(columns.person_id)) * sign
    return select(columns.school_id, columns.track, students).group_by(
        columns.school_id, columns.track
    )


def effective(begins_on: Dated, ends_on: Dated, on: date) -> ColumnElement[bool]:
    """``on`` lies in ``[begins_on, ends_on)``; a missing end is open."""
    return and_(or_(begins_on.is_(None), begins_on <= on), or_(ends_on.is_(None), ends_on > on))


def _enrolled(zone: str, on: date) -> ColumnElement[bool]:
    """Exists, not a join or a list: else SQLite walks all enrolments of the zone's schools even
    where a few persons are asked for.
    """
    in_zone = exists().where(
        School.organization_id == SchoolEnrollment.school_id, School.time_zone == zone
    )
    return and_(
        SchoolEnrollment.status == "active",
        effective(SchoolEnrollment.begins_on, SchoolEnrollment.ends_on, on),
        in_zone,
    )


def standing_of(zone: str, on: date, person_ids: Persons | None = None) -> Rows:
    """The enrolments in effect on a date: school_enrollment_id, person_id, school_id, track."""
    query = select(
        SchoolEnrollment.id,
        SchoolEnrollment.person_id,
        SchoolEnrollment.school_id,
        SchoolEnrollment.track,
    ).where(_enrolled(zone, on))
    return query if person_ids is None else query.where(SchoolEnrollment.person_id.in_(person_ids))


def differing_standings(on_dates: Mapping[str, date], persons: Persons) -> Rows:
    """Those of the persons, by id, who stand otherwise than was counted; one may come twice."""
    counted = ScheduleStanding
    enrolled = or_(*(_enrolled(zone, on) for zone, on in sorted(on_dates.items())))
    alike = and_(
        counted.person_id == SchoolEnrollment.person_id,
        counted.school_id == SchoolEnrollment.school_id,
        counted.track == SchoolEnrollment.track,
    )
    return (
        select(SchoolEnrollment.person_id)
        .outerjoin(counted, counted.school_enrollment_id == SchoolEnrollment.id)
        .where(
            SchoolEnrollment.person_id.in_(persons),
            case(
                (counted.school_enrollment_id.is_(None), enrolled),
                else_=not_(and_(enrolled, alike)),
            ),
        )
    )


def tally_of(zone: str, on: date) -> Rows:
    """Students enrolled and active on a date, by school and track."""
    return (
        select(
            SchoolEnrollment.school_id,
            SchoolEnrollment.track,
            func.count(distinct(SchoolEnrollment.person_id)).label("active_students"),
        )
        .where(_enrolled(zone, on))
        .group_by(SchoolEnrollment.school_id, SchoolEnrollment.track)
    )


def _filled(zone: str, on: date, person_ids: Persons | None) -> Rows:
    """Distinct periods per person and school: all of them, and those outside homerooms.

    For a few persons the zone is left to the enrolments that these rows are joined to. A section
    without any meeting has a period of its own; a meeting that is not in effect has none, and
    count() passes over it.
    """
    meets = effective(SectionMeeting.begins_on, SectionMeeting.ends_on, on)
    own_period = literal("#") + cast(Section.id, String)
    period = case((SectionMeeting.id.is_(None), own_period), (meets, SectionMeeting.period))
    query = (
        select(
            SectionEnrollment.person_id,
            Section.school_id,
            func.count(distinct(period)).label("everywhere"),
            func.count(distinct(case((Section.class_type != HOMEROOM, period)))).label("scheduled"),
        )
        .join(Section, Section.id == SectionEnrollment.section_id)
        .outerjoin(SectionMeeting, SectionMeeting.section_id == Section.id)
        .where(
            SectionEnrollment.role == "student",
            SectionEnrollment.status == "active",
            effective(SectionEnrollment.begins_on, SectionEnrollment.ends_on, on),
            Section.status == "active",
            effective(Section.starts_on, Section.ends_on, on),
        )
        .group_by(SectionEnrollment.person_id, Section.school_id)
    )
    if person_ids is not None:
        return query.where(SectionEnrollment.person_id.in_(person_ids))
    in_zone = School.organization_id == Section.school_id
    return query.join(School, in_zone).where(School.time_zone == zone)


def _required(rules: SchedulingRules) -> ColumnElement[int]:
    grades: dict[int, list[str]] = {}
    for grade, periods in sorted(rules.periods_by_grade.items()):
        grades.setdefault(periods, []).append(grade)
    default = literal(rules.default_periods)
    branches = [(SchoolEnrollment.grade.in_(names), n) for n, names in sorted(grades.items())]
    by_grade = case(*branches, else_=default) if branches else default
    return func.coalesce(SchoolEnrollment.required_periods, by_grade)


def gap_of(zone: str, on: date, rules: SchedulingRules, person_ids: Persons | None = None) -> Rows:
    """Enrolments of a date that fill fewer periods than they must."""
    filled = _filled(zone, on, person_ids).subquery()
    required = _required(rules)
    counted = case((required == ONE_ROOM, filled.c.everywhere), else_=filled.c.scheduled)
    filled_periods = func.coalesce(counted, 0)
    query = (
        select(
            SchoolEnrollment.id.label("school_enrollment_id"),
            SchoolEnrollment.person_id,
            SchoolEnrollment.school_id,
            SchoolEnrollment.track,
            required.label("required_periods"),
            filled_periods.label("filled_periods"),
        )
        .outerjoin(
            filled,
            and_(
                filled.c.person_id == SchoolEnrollment.person_id,
                filled.c.school_id == SchoolEnrollment.school_id,
            ),
        )
        .where(_enrolled(zone, on), filled_periods < required)
    )
    return query if person_ids is None else query.where(SchoolEnrollment.person_id.in_(person_ids))


def listed(gap: AnySelect) -> Rows:
    """The persons of a gap by school and track: school_id, track, person_id, sourced_id.

    A person with two enrolments in one track comes twice, in a row.
    """
    rows = gap.subquery()
    return (
        select(rows.c.school_id, rows.c.track, rows.c.person_id, Person.sourced_id)
        .join(Person, Person.id == rows.c.person_id)
        .order_by(rows.c.school_id, rows.c.track, rows.c.person_id)
    )
