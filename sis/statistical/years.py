"""The months of a year that averages are made of, from wherever their figures are."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy.orm import Session

from sis.statistical.queries.calendars import TrackCalendar
from sis.statistical.queries.certified import MonthKey
from sis.statistical.queries.tallies import list_figures
from sis.statistical.reporting import SchoolYear, list_reports
from sis.statistical.rules.averages import TrackYear
from sis.statistical.rules.figures import Figures, Source, figures_of
from sis.statistical.rules.policy import StatisticsRules


def list_track_years(
    session: Session, calendars: Collection[TrackCalendar], school_year: int
) -> list[TrackYear]:
    """The year of every calendar, with the months that were certified or counted."""
    return track_years(calendars, list_figures(session, school_year))


def school_track_years(
    session: Session, year: SchoolYear, rules: StatisticsRules
) -> list[TrackYear]:
    """The year of every track of one school; months without current figures are counted now."""
    figures = list_figures(session, year.school_year, school_ids=[year.school.id])
    frames = [
        frame
        for track, calendar in year.calendars.items()
        for month in calendar.months
        if month.starts_on < year.today
        and (frame := year.frame(track, month.number, rules)) is not None
        and _is_stale(figures.get((year.school.id, track, month.number)), rules)
    ]
    for report in list_reports(session, frames, rules):
        key = (report.frame.school_id, report.frame.track, report.frame.number)
        figures[key] = figures_of(report, rules.version)
    return track_years(year.calendars.values(), figures)


def _is_stale(figures: Figures | None, rules: StatisticsRules) -> bool:
    if figures is None:
        return True
    if figures.source is Source.CERTIFIED:
        return False
    return not figures.complete or figures.rule_version != rules.version


def track_years(
    calendars: Iterable[TrackCalendar], figures: Mapping[MonthKey, Figures]
) -> list[TrackYear]:
    """The calendars with the figures of their months."""
    return [
        TrackYear(
            calendar.school_id,
            calendar.track,
            calendar.school_year,
            calendar.months,
            {
                month.number: found
                for month in calendar.months
                if (found := figures.get((calendar.school_id, calendar.track, month.number)))
            },
        )
        for calendar in calendars
    ]
