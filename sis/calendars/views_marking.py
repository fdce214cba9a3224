"""The page of marking periods and grading windows, of a school or of the district."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import AppError, Conflict, Invalid, NotFound
from core.web import query
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.calendars.actions_marking import PERIODS, WINDOWS, set_grading_windows, set_marking_periods
from sis.calendars.forms import Form
from sis.calendars.models import CalendarChange
from sis.calendars.queries import list_calendar_days
from sis.calendars.queries_changes import Part, find_last_change
from sis.calendars.queries_marking import list_own_grading_windows, list_own_marking_periods
from sis.calendars.queries_years import (
    CalendarYear,
    find_calendar_year,
    find_typical_year,
    list_terms,
    list_tracks_and_years,
)
from sis.calendars.rules_marking import MarkingSpan, WindowSpan, marking_spans, window_spans
from sis.organizations.queries import SchoolCard, get_school_for
from sis.settings import SisSettings

blueprint = Blueprint(
    "calendar_marking", __name__, template_folder="templates", url_prefix="/calendars"
)
WRITE = "calendars.write"
DISTRICT = 0
SPARE = 2
DAY = timedelta(days=1)
PERIOD_FIELDS = ("term", "week", "first", "last")
WINDOW_FIELDS = ("term", "week", "opens_on", "opens_at", "closes_on", "closes_at")
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Table:
    """One of the two forms. ``origin``: own, district or proposed (nothing is saved)."""

    rows: Rows
    origin: str
    last: CalendarChange | None

    @property
    def seen(self) -> int:
        return self.last.id if self.last else 0


@dataclass(frozen=True)
class MarkingView:
    """Everything the page shows; no school means the district."""

    school: SchoolCard | None
    tracks: Sequence[tuple[str, int]]
    track: str
    year: int
    calendar: CalendarYear | None
    periods: Table
    windows: Table


def _period_row(one: MarkingSpan) -> dict[str, str]:
    last = one.ends_on - DAY
    values = (str(one.term), str(one.week), one.starts_on.isoformat(), last.isoformat())
    return dict(zip(PERIOD_FIELDS, values, strict=True))


def _window_row(one: WindowSpan) -> dict[str, str]:
    values = (
        str(one.term),
        str(one.week),
        one.opens_on.isoformat(),
        f"{one.opens_at:%H:%M}",
        one.closes_on.isoformat(),
        f"{one.closes_at:%H:%M}",
    )
    return dict(zip(WINDOW_FIELDS, values, strict=True))


def _view(session: Session, place: int) -> MarkingView:
    school = get_school_for(session, actor(), place) if place else None
    owner = school.id if school else None
    known = list_tracks_and_years(session, owner)
    newest = known[-1] if known else ("", now().year)
    track = query.choice("track", {track for track, _ in known}, newest[0])
    year = query.number("year", max((y for t, y in known if t == track), default=newest[1]))
    calendar = (
        find_calendar_year(session, owner, track, year)
        if owner is not None
        else find_typical_year(session, track, year)
    )
    periods, origin = _periods(session, owner, track, year, calendar)
    windows, windows_origin = _windows(session, owner, track, year, periods)
    return MarkingView(
        school,
        known,
        track,
        year,
        calendar,
        Table(
            [_period_row(one) for one in periods],
            origin,
            _last(session, PERIODS, owner, track, year),
        ),
        Table(
            [_window_row(one) for one in windows],
            windows_origin,
            _last(session, WINDOWS, owner, track, year),
        ),
    )


def _last(
    session: Session, name: str, owner: int | None, track: str, year: int
) -> CalendarChange | None:
    return find_last_change(session, Part(name, owner, track, year))


def _periods(
    session: Session, owner: int | None, track: str, year: int, calendar: CalendarYear | None
) -> tuple[Sequence[MarkingSpan], str]:
    """The school's own, else the district's, else what the settings propose for its terms."""
    own = list_own_marking_periods(session, owner, track, year)
    if own:
        return own, "own"
    district = list_own_marking_periods(session, None, track, year)
    if district:
        return district, "district"
    if calendar is None:
        return (), "proposed"
    days = list_calendar_days(
        session, calendar.school_id, track, calendar.starts_on, calendar.ends_on
    )
    terms = [(term.starts_on, term.ends_on) for term in list_terms(session, calendar)]
    spans = terms or [(calendar.starts_on, calendar.ends_on)]
    weeks = runtime().settings.of(SisSettings).marking.weeks
    return marking_spans(spans, {day.on: day.day_type for day in days}, weeks), "proposed"


def _windows(
    session: Session, owner: int | None, track: str, year: int, periods: Sequence[MarkingSpan]
) -> tuple[Sequence[WindowSpan], str]:
    own = list_own_grading_windows(session, owner, track, year)
    if own:
        return own, "own"
    district = list_own_grading_windows(session, None, track, year)
    if district:
        return district, "district"
    rule = runtime().settings.of(SisSettings).marking.window_rule()
    return window_spans(periods, rule), "proposed"


def _show(place: int, part: str = "", error: AppError | None = None) -> str:
    with reading() as session:
        view = _view(session, place)
    names = PERIOD_FIELDS if part == PERIODS else WINDOW_FIELDS
    form = Form()
    typed = [{name: form.text(f"{name}_{row}") for name in names} for row in form.rows(*names)]
    return render_template(
        "calendars/marking.html",
        view=view,
        place=place,
        spare=SPARE,
        wrong=part if error else "",
        typed=typed,
        error=error.message if error else "",
        fields=error.fields if error else {},
        may_write=actor().may(WRITE) and (bool(place) or actor().scope is None),
    )


@blueprint.get("/<int:place>/marking")
@requires("schools.read")
def show(place: int) -> ResponseReturnValue:
    """``place`` is a school's id, or 0 for the district."""
    return _show(place)


@blueprint.post("/<int:place>/marking/<part>")
@requires(WRITE)
@idempotent
def change(place: int, part: str) -> ResponseReturnValue:
    """Save one of the two tables; ``follow`` gives a school's own up for the district's."""
    if part not in (PERIODS, WINDOWS):
        raise NotFound("There are marking periods and grading windows to change, nothing else.")
    try:
        done = _save(Part(part, place or None, query.words("track"), query.number("year", 0)))
    except (Invalid, Conflict) as refusal:
        return _show(place, part, refusal), refusal.status
    flash(f"Saved: {done.summary}" if done else "Nothing changed.", "ok" if done else "info")
    track, year = query.words("track") or None, query.number("year", 0)
    address = url_for("calendar_marking.show", place=place, track=track, year=year)
    return redirect(address, 303)


def _save(part: Part) -> CalendarChange | None:
    form = Form()
    follow = "follow" in request.form
    seen = form.number("seen")
    if part.name == PERIODS:
        periods = [] if follow else _read_periods(form)
        form.check("These marking periods cannot be saved.")
        with writing() as session:
            return set_marking_periods(session, part, periods, seen=seen, by=actor(), now=now())
    windows = [] if follow else _read_windows(form)
    form.check("These grading windows cannot be saved.")
    with writing() as session:
        return set_grading_windows(session, part, windows, seen=seen, by=actor(), now=now())


def _read_periods(form: Form) -> list[MarkingSpan]:
    return [
        MarkingSpan(
            form.number(f"term_{row}", least=1, most=9),
            form.number(f"week_{row}", least=1, most=60),
            form.day(f"first_{row}"),
            form.day(f"last_{row}") + DAY,
        )
        for row in form.rows(*PERIOD_FIELDS)
    ]


def _read_windows(form: Form) -> list[WindowSpan]:
    return [
        WindowSpan(
            form.number(f"term_{row}", least=1, most=9),
            form.number(f"week_{row}", least=1, most=60),
            form.day(f"opens_on_{row}"),
            form.clock(f"opens_at_{row}"),
            form.day(f"closes_on_{row}"),
            form.clock(f"closes_at_{row}"),
        )
        for row in form.rows(*WINDOW_FIELDS)
    ]
