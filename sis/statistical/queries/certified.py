"""What principals certified, every version of it, and whose certification is missing."""

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from core.auth.actor import SYSTEM, Actor
from core.errors import NotFound
from sis.calendars.rules import local_date
from sis.calendars.rules_months import USUAL_MONTHS, MonthRule
from sis.organizations.queries import SchoolCard, list_schools, school_ids_for
from sis.statistical.models import StatisticalReport
from sis.statistical.queries.calendars import TrackCalendar, list_track_calendars
from sis.statistical.rules.document import hash_of

MonthKey = tuple[int, str, int]
"""School id, track, number of the school month."""


class TamperedDocument(Exception):
    """A certified document does not have the hash that it was certified with."""


@dataclass(frozen=True)
class Uncertified:
    """A school month that is over and not certified; it ended before ``ends_on``."""

    school_id: int
    track: str
    month: int
    ends_on: date


def list_uncertified(
    session: Session,
    school_year: int,
    month: int,
    now: datetime,
    rule: MonthRule = USUAL_MONTHS,
) -> list[Uncertified]:
    """The months of all active schools that are over and not certified, by school and track.

    A month is over when its last weekday is, on the school's own clock. Three queries; the
    district's rule is ``SisSettings.school_months.rule()``.
    """
    schools = {school.id: school for school in list_schools(session, SYSTEM)}
    calendars = list_track_calendars(session, school_year, rule)
    certified = list_latest(session, school_year, month=month).keys()
    return [
        one
        for one in months_over(calendars, schools, month, now)
        if (one.school_id, one.track, one.month) not in certified
    ]


def months_over(
    calendars: Iterable[TrackCalendar], schools: dict[int, SchoolCard], month: int, now: datetime
) -> list[Uncertified]:
    """Month ``month`` of each calendar where it is over, whether certified or not."""
    found = []
    for calendar in calendars:
        school = schools.get(calendar.school_id)
        if school is None or not 1 <= month <= len(calendar.months):
            continue
        ends_on = calendar.months[month - 1].ends_on
        if ends_on <= local_date(now, school.time_zone):
            found.append(Uncertified(school.id, calendar.track, month, ends_on))
    return found


def _newest() -> Select[StatisticalReport]:
    later = aliased(StatisticalReport)
    return select(StatisticalReport).where(
        ~exists().where(later.supersedes_id == StatisticalReport.id)
    )


def list_latest(
    session: Session,
    school_year: int,
    *,
    month: int | None = None,
    school_ids: Collection[int] | None = None,
) -> dict[MonthKey, StatisticalReport]:
    """The newest version of every certified month of the year."""
    statement = _newest().where(StatisticalReport.school_year == school_year)
    if month is not None:
        statement = statement.where(StatisticalReport.month == month)
    if school_ids is not None:
        statement = statement.where(StatisticalReport.school_id.in_(school_ids))
    return {(row.school_id, row.track, row.month): row for row in session.scalars(statement)}


def list_versions(
    session: Session, school_id: int, track: str, school_year: int, month: int
) -> list[StatisticalReport]:
    """Every version of a certified month, newest first; the caller may see the school."""
    statement = (
        select(StatisticalReport)
        .where(
            StatisticalReport.school_id == school_id,
            StatisticalReport.track == track,
            StatisticalReport.school_year == school_year,
            StatisticalReport.month == month,
        )
        .order_by(StatisticalReport.version.desc())
    )
    return list(session.scalars(statement))


def get_version(
    session: Session, school_id: int, track: str, school_year: int, month: int, version: int
) -> StatisticalReport:
    """One version of a certified month that is known to exist."""
    statement = select(StatisticalReport).where(
        StatisticalReport.school_id == school_id,
        StatisticalReport.track == track,
        StatisticalReport.school_year == school_year,
        StatisticalReport.month == month,
        StatisticalReport.version == version,
    )
    return session.scalars(statement).one()


def get_report_for(session: Session, actor: Actor, report_id: int) -> StatisticalReport:
    """One certified version; NotFound when its school is not in the actor's scope."""
    report = session.get(StatisticalReport, report_id)
    allowed = school_ids_for(session, actor)
    if report is None or (allowed is not None and report.school_id not in allowed):
        raise NotFound(f"There is no certified report {report_id} that you may see.")
    return report


def read_text(session: Session, report: StatisticalReport) -> bytes:
    """The certified document as it was; TamperedDocument when it is not that any more."""
    statement = select(StatisticalReport.document).where(StatisticalReport.id == report.id)
    text = zlib.decompress(session.scalars(statement).one())
    if hash_of(text) != report.content_hash:
        raise TamperedDocument(f"certified report {report.id} does not have its hash")
    return text
