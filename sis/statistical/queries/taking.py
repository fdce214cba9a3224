"""The attendance of some schools in a school month, as masks of days made by the database."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from sis.attendance.models import AttendanceEvent, AttendanceSubmission
from sis.attendance.rules.status import Status
from sis.statistical.queries.seating import Key
from sis.statistical.rules.days import MonthDays
from sis.statistical.rules.facts import Missed, Report

_ABSENT = tuple(status.value for status in Status if status.absent)
_SHORT = (Status.TARDY.value, Status.LEFT_EARLY.value)


def list_submitted(
    session: Session, school_ids: Collection[int], days: MonthDays
) -> dict[int, dict[str, int]]:
    """Section id to period to the days on which its attendance was submitted."""
    table = AttendanceSubmission
    statement = (
        select(table.section_id, table.period, _mask(table.on_date, days))
        .where(table.school_id.in_(school_ids), _in_month(table.on_date, days))
        .group_by(table.section_id, table.period)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for section_id, period, mask in session.execute(statement):
        found[section_id][period] = mask
    return found


def list_reports(
    session: Session, school_ids: Collection[int], days: MonthDays
) -> dict[Key, list[Report]]:
    """What was said of each student: absences, and presence where the class was not submitted.

    A student on the roster of a submission of whom nothing was said was present, so presence in
    a class that was submitted is left out.
    """
    table = AttendanceEvent
    excused = table.status == Status.ABSENT_EXCUSED.value
    absent = table.status.in_(_ABSENT)
    statement = (
        select(
            *(table.school_id, table.person_id, table.section_id, table.period),
            _mask(table.on_date, days, ~absent),
            _mask(table.on_date, days, table.status == Status.ABSENT_UNEXCUSED.value),
            _mask(table.on_date, days, excused),
        )
        .where(
            table.school_id.in_(school_ids),
            _in_month(table.on_date, days),
            or_(absent, table.submission_id.is_(None)),
        )
        .group_by(table.school_id, table.person_id, table.section_id, table.period)
    )
    found: dict[Key, list[Report]] = defaultdict(list)
    for school_id, person_id, section_id, period, *said in session.execute(statement):
        found[school_id, person_id].append(Report(section_id, period, *said))
    for reports in found.values():
        if len(reports) > 1:
            reports.sort(key=lambda report: (report.section_id or 0, report.period))
    return found


def list_missed(
    session: Session, school_ids: Collection[int], days: MonthDays
) -> dict[Key, list[Missed]]:
    """The minutes that students missed of classes that they attended."""
    table = AttendanceEvent
    places = {day: place for place, day in enumerate(days.days)}
    statement = (
        select(
            *(table.school_id, table.person_id, table.section_id, table.period),
            *(table.on_date, table.minutes),
        )
        .where(
            table.school_id.in_(school_ids),
            table.section_id.is_not(None),
            _in_month(table.on_date, days),
            table.status.in_(_SHORT),
            table.minutes.is_not(None),
        )
        .order_by(table.person_id, table.section_id, table.period, table.on_date)
    )
    found: dict[Key, list[Missed]] = defaultdict(list)
    for school_id, person_id, section_id, period, on_date, minutes in session.execute(statement):
        missed = Missed(section_id or 0, period, places[on_date], minutes or 0)
        found[school_id, person_id].append(missed)
    return found


def _in_month(on_date: InstrumentedAttribute[object], days: MonthDays) -> ColumnElement[bool]:
    """The condition of a weekday of the month."""
    return and_(on_date >= days.days[0], on_date <= days.days[-1], on_date.in_(days.days))


def _mask(
    on_date: InstrumentedAttribute[object],
    days: MonthDays,
    only: ColumnElement[bool] | None = None,
) -> ColumnElement[int]:
    """The sum of the days' bits: their union, since a class has at most one row a day."""
    bits = {day: literal(1 << place, BigInteger) for place, day in enumerate(days.days)}
    bit: ColumnElement[int] = case(bits, value=on_date)
    if only is not None:
        bit = case((only, bit), else_=literal(0, BigInteger))
    return cast(func.sum(bit), BigInteger)
