"""A school's month as a book of sheets for files: live, or as it was certified."""

from datetime import datetime

from sis.statistical.district_sheets import averages_sheet
from sis.statistical.rules.facts import MonthFrame
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.report import MonthReport
from sis.statistical.rules.smasr import MARK_WORDS
from sis.statistical.school_month import CertifiedView, SchoolMonthView, YearView
from sis.statistical.school_sheets import (
    Names,
    checks_sheet,
    faults_sheet,
    sections_sheet,
    smasr_sheet,
    summary_sheet,
    unsubmitted_sheet,
)
from sis.statistical.sheets import Book, Sheet


def live_book(view: SchoolMonthView, year: YearView, rules: StatisticsRules, now: datetime) -> Book:
    """The month as it is now; the view has a report."""
    report = view.report
    assert report is not None, "a month without a report has no book"
    certified = view.certified
    state = (
        f"version {certified.version}, {certified.content_hash}" if certified else "not certified"
    )
    differs = view.changed.sentence if view.changed else ""
    return Book(
        title=f"{view.year.school.name}, {report.frame.label}",
        about=(
            ("School", f"{view.year.school.name} ({view.year.school.sourced_id})"),
            *_about(report.frame),
            ("Certified", state),
            ("Differs from the certified report by", differs),
            ("Rule version", rules.version),
            ("Made at", f"{now:%Y-%m-%d %H:%M} UTC"),
            *_legend(),
        ),
        sheets=(*_sheets(report, view.names), averages_sheet(year.averages)),
    )


def certified_book(view: CertifiedView, now: datetime) -> Book:
    """A certified version."""
    report, row = view.document.report, view.report
    return Book(
        title=f"Certified: {report.frame.label}, version {row.version}",
        about=(
            *_about(report.frame),
            ("Certified at", f"{row.certified_at:%Y-%m-%d %H:%M} UTC"),
            ("Certified by", row.certified_by_name),
            ("Differs from the version before by", row.amendment or ""),
            ("Certified although it does not balance", row.override_reason or ""),
            ("SHA-256", row.content_hash),
            ("Rule version", row.rule_version),
            ("Made at", f"{now:%Y-%m-%d %H:%M} UTC"),
            *_legend(),
        ),
        sheets=_sheets(report, view.names),
    )


def _about(frame: MonthFrame) -> tuple[tuple[str, str], ...]:
    return (
        ("School month", frame.label),
        ("Track", frame.track or "the only one"),
        ("Form", frame.form.value),
        ("Days", f"{frame.days.days[0]} to {frame.days.days[-1]}"),
        ("Days taught", str(frame.days.days_taught)),
        ("Through", str(frame.through_on or "not begun")),
    )


def _legend() -> tuple[tuple[str, str], ...]:
    return tuple((f"Mark {mark}", words) for mark, words in MARK_WORDS.items())


def _sheets(report: MonthReport, names: Names) -> tuple[Sheet, ...]:
    return (
        smasr_sheet(report, names),
        summary_sheet(report),
        sections_sheet(report, names),
        checks_sheet(report.checks, report.day_parts),
        faults_sheet(report.faults, report.frame.days, names),
        unsubmitted_sheet(report, names),
    )
