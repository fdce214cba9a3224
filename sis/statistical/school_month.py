"""Everything that the pages of one school's month show, certified or as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.auth.actor import Actor
from sis.people.queries import list_people
from sis.statistical.models import StatisticalReport
from sis.statistical.queries.certified import get_report_for, list_versions, read_text
from sis.statistical.reporting import (
    Live,
    SchoolYear,
    get_live,
    get_school_year,
)
from sis.statistical.rules.averages import Average, averages
from sis.statistical.rules.difference import Difference, difference
from sis.statistical.rules.document import hash_of, write_document
from sis.statistical.rules.document_reading import Document, read_document
from sis.statistical.rules.emptiness import (
    Emptiness,
    no_calendar,
    no_such_month,
    why_empty,
)
from sis.statistical.rules.facts import MonthFrame
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.report import MonthReport
from sis.statistical.rules.trend import Trend, trend_of
from sis.statistical.school_sheets import Names
from sis.statistical.years import school_track_years


@dataclass(frozen=True)
class Chosen:
    """What somebody asked for; None is the usual: this year, the first track, the newest month."""

    school_id: int
    school_year: int | None = None
    track: str | None = None
    month: int | None = None


@dataclass(frozen=True)
class SchoolMonthView:
    """One track's month. Without a frame there is no such month, and ``empty`` says why.

    ``versions`` are the certified ones, newest first; ``changed`` is what differs from the newest.
    """

    year: SchoolYear
    track: str
    month: int
    frame: MonthFrame | None
    live: Live | None
    empty: Emptiness | None
    names: Names
    versions: Sequence[StatisticalReport] = ()
    changed: Difference | None = None

    @property
    def report(self) -> MonthReport | None:
        return self.live.report if self.live else None

    @property
    def certified(self) -> StatisticalReport | None:
        return self.versions[0] if self.versions else None


def get_month_view(
    session: Session, actor: Actor, chosen: Chosen, rules: StatisticsRules, now: datetime
) -> SchoolMonthView:
    """The month as it is now, with what was certified of it; NotFound out of scope."""
    year = get_school_year(session, actor, chosen.school_id, chosen.school_year, rules, now)
    track = _track(year, chosen.track)
    month = chosen.month or year.current_month(track)
    frame = year.frame(track, month, rules)
    if frame is None:
        return SchoolMonthView(
            year, track, month, None, None, _no_frame(year, track, month), Names({}, {})
        )
    live = get_live(session, frame, rules)
    versions = list_versions(session, year.school.id, track, year.school_year, month)
    changed, titles = _changed(session, versions, live)
    return SchoolMonthView(
        year,
        track,
        month,
        frame,
        live,
        why_empty(frame, live.report, year.today),
        names_of(session, live.report, {**titles, **live.titles}, changed),
        versions,
        changed,
    )


def _track(year: SchoolYear, wanted: str | None) -> str:
    if wanted is not None and wanted in year.calendars:
        return wanted
    return min(year.calendars, default="")


def _no_frame(year: SchoolYear, track: str, month: int) -> Emptiness:
    calendar = year.calendars.get(track)
    if calendar is None:
        return no_calendar(year.school_year)
    return no_such_month(month, len(calendar.months))


def _changed(
    session: Session, versions: Sequence[StatisticalReport], live: Live
) -> tuple[Difference | None, dict[int, str]]:
    """What differs from the newest certified version, and its titles of sections."""
    if not versions:
        return None, {}
    document = read_document(read_text(session, versions[0]))
    return difference(document.report, live.report), dict(document.titles)


def names_of(
    session: Session,
    report: MonthReport,
    titles: dict[int, str],
    changed: Difference | None = None,
) -> Names:
    """The names of everybody in the report."""
    ids = {line.person_id for line in report.lines}
    ids |= {fault.person_id for fault in report.faults if fault.person_id is not None}
    ids |= {one.person_id for one in changed.days} if changed else set()
    return Names(titles, {card.id: card for card in list_people(session, ids)})


@dataclass(frozen=True)
class YearView:
    """P-1, P-2 and Annual of a school, and the picture of its months."""

    averages: tuple[Average, ...]
    trend: Trend


def get_year_view(session: Session, year: SchoolYear, rules: StatisticsRules) -> YearView:
    """The averages of all tracks of the school together."""
    years = school_track_years(session, year, rules)
    return YearView(averages(years, rules), trend_of(years))


@dataclass(frozen=True)
class CertifiedView:
    """A certified version as it was certified, with the versions before and after it."""

    report: StatisticalReport
    document: Document
    names: Names
    versions: Sequence[StatisticalReport]


def get_certified_view(session: Session, actor: Actor, report_id: int) -> CertifiedView:
    """One certified version; NotFound out of scope, TamperedDocument when it was changed."""
    report = get_report_for(session, actor, report_id)
    document = read_document(read_text(session, report))
    names = names_of(session, document.report, dict(document.titles))
    versions = list_versions(
        session, report.school_id, report.track, report.school_year, report.month
    )
    return CertifiedView(report, document, names, versions)


def shown_hash(live: Live, rules: StatisticsRules) -> str:
    """What stands for the figures on a page, so that others are not certified unseen."""
    return hash_of(write_document(live.facts, live.report, rules))
