"""What the JSON API of statistics says; people by id, never by name."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from sis.statistical.reconciling import plain_checks, plain_faults
from sis.statistical.rules.averages import two_places
from sis.statistical.rules.figures import figures_of
from sis.statistical.school_month import SchoolMonthView
from sis.statistical.sheets import days_of


class MissingBody(BaseModel):
    """A school month that is over and not certified."""

    school: str = Field(description="sourced id")
    track: str
    last_day: date


class CertificationsBody(BaseModel):
    """Who certified a school month."""

    school_year: int
    month: int
    due: int = Field(description="months that are over, one for each track of a school")
    certified: int
    missing: list[MissingBody]


class CheckBody(BaseModel):
    """Two counts that must be the same; in parts of days where ``in_parts``."""

    what: str
    left_name: str
    left: int
    right_name: str
    right: int
    in_parts: bool
    difference: int


class FaultBody(BaseModel):
    """Something that is wrong in the records."""

    kind: str
    section_id: int | None
    person_id: int | None
    days: list[date]


class CertifiedBody(BaseModel):
    """The newest certified version, and what differs from it now."""

    id: int
    version: int
    certified_at: datetime
    content_hash: str
    differs_by: str | None


class MonthBody(BaseModel):
    """A track's school month as it is now; attendance in days."""

    school: str
    track: str
    school_year: int
    month: int
    form: str
    first_day: date
    last_day: date
    through: date | None = Field(description="last day that counts; null before the first is over")
    complete: bool
    days_taught: int
    opening: int
    gains: int
    losses: int
    closing: int
    attended: float
    absent_excused: float
    absent_unexcused: float
    not_submitted: float = Field(description="the part of absent_unexcused not submitted yet")
    ada: float
    adm: float
    classes_not_submitted: int
    balances: bool
    checks: list[CheckBody]
    faults: list[FaultBody]
    certified: CertifiedBody | None
    rule_version: str


def month_body(view: SchoolMonthView, rule_version: str) -> MonthBody:
    """The body of a month; the view has a report."""
    report = view.report
    assert report is not None, "a month without a report has no body"
    frame, sums = report.frame, report.sums
    figures = figures_of(report, rule_version)
    return MonthBody(
        school=view.year.school.sourced_id,
        track=frame.track,
        school_year=frame.school_year,
        month=frame.number,
        form=frame.form.value,
        first_day=frame.days.days[0],
        last_day=frame.days.days[-1],
        through=frame.through_on,
        complete=frame.complete,
        days_taught=figures.days_taught,
        opening=figures.opening,
        gains=figures.gains,
        losses=figures.losses,
        closing=figures.closing,
        attended=float(days_of(sums.attended, report.day_parts)),
        absent_excused=float(days_of(sums.excused, report.day_parts)),
        absent_unexcused=float(days_of(sums.unexcused, report.day_parts)),
        not_submitted=float(days_of(sums.unsubmitted, report.day_parts)),
        ada=float(two_places(figures.ada)),
        adm=float(two_places(figures.adm)),
        classes_not_submitted=report.missing_classes,
        balances=report.balances,
        checks=[CheckBody.model_validate(one) for one in plain_checks(report)],
        faults=[FaultBody.model_validate(one) for one in plain_faults(report)],
        certified=_certified(view),
        rule_version=rule_version,
    )


def _certified(view: SchoolMonthView) -> CertifiedBody | None:
    report = view.certified
    if report is None:
        return None
    changed = view.changed
    return CertifiedBody(
        id=report.id,
        version=report.version,
        certified_at=report.certified_at,
        content_hash=report.content_hash,
        differs_by=changed.sentence if changed and changed.anything else None,
    )
