"""Students without a complete schedule, school by school.

Counts the students who are enrolled and active today and whose schedule lacks a period that their
grade or program requires (`sis.required_periods`). A school fires when more than `over` of them
are left at `after` on its own clock, and stops at its dismissal. Only tracks in session today
count: a holiday or a vacation is a day without school. A school that fires clears at `clear_at`
students or fewer.

A school whose calendar or bell schedule is missing, where nobody is enrolled on a school day, or
whose data is older than `stale_after`, is unknown, not ok. Without any school nothing is measured.

    probes:
      - name: scheduling_completeness
        type: scheduling_completeness
        every: 60s
        over: 10
        clear_at: 8
        after: "10:00"
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from sqlalchemy.orm import Session

from core.durations import Duration
from core.settings import Strict
from monitors.probe import SAMPLE_SIZE, Defaults, Outcome, Result, Tools
from monitors.rules import Policy, Status
from sis.calendars.rules import SchoolDay, instant, local_date
from sis.organizations.queries import SchoolName, list_school_names
from sis.scheduling import completeness
from sis.scheduling.completeness import Completeness
from sis.scheduling.completeness_days import TrackDay, list_track_days
from sis.settings import SisSettings

DEFAULTS = Defaults(
    alert="SchedulingIncomplete",
    service="scheduling",
    severity="critical",
    every=timedelta(minutes=1),
    policy=Policy(attempts=1, clears=2),
)


def _quoted(value: Any) -> Any:
    """YAML reads a bare 10:00 as the number 600."""
    if not isinstance(value, str | time):
        raise ValueError('write the time of day in quotes, such as "10:00"')
    return value


class Options(Strict):
    """What config.yaml may say of this probe."""

    over: Annotated[int, Field(ge=0, description="students; fires when there are more")] = 10
    clear_at: Annotated[int, Field(ge=0, description="students; clears at so many or fewer")] = 8
    after: Annotated[
        time, BeforeValidator(_quoted), Field(description="time of day on the school's own clock")
    ] = time(10, 0)
    stale_after: Annotated[Duration, Field(description="older data is unknown")] = timedelta(
        minutes=15
    )

    @model_validator(mode="after")
    def _clears_below(self) -> Self:
        if self.clear_at > self.over:
            raise ValueError(f"clear_at ({self.clear_at}) must not be above over ({self.over})")
        return self


@dataclass(frozen=True)
class Track:
    """One track of one school: who is enrolled and incomplete, and its day (None: no calendar)."""

    name: str
    day: TrackDay | None
    active: int = 0
    incomplete: int = 0
    sample_ids: tuple[str, ...] = ()

    @property
    def school_day(self) -> SchoolDay | None:
        return self.day.day if self.day else None

    @property
    def problem(self) -> str:
        """Why nobody can tell whether this track has school; empty when it is clear."""
        reason = self.day.problem if self.day else "there is no calendar"
        return f"track {self.name}: {reason}" if reason and self.name else reason


@dataclass(frozen=True)
class Window:
    """Today in one zone: it opens at ``opens_at``, and closes at a school's dismissal."""

    zone: str
    on: date
    after: time

    @cached_property
    def opens_at(self) -> datetime:
        return instant(self.on, self.after, self.zone)

    @cached_property
    def _closings(self) -> dict[time, datetime]:
        return {}

    def closes_at(self, dismissal: time) -> datetime:
        """Most schools share a few dismissals; each is worked out once."""
        if dismissal not in self._closings:
            self._closings[dismissal] = instant(self.on, dismissal, self.zone)
        return self._closings[dismissal]


def run(tools: Tools[Options]) -> Outcome:
    """Bring the kept answer up to date (a trial run computes it apart) and judge every school."""
    opened = tools.database.write() if tools.recording else tools.database.read()
    with opened as session:
        schools = list_school_names(session)
        zones = sorted({one.time_zone for one in schools})
        on_dates = {zone: local_date(tools.now, zone) for zone in zones}
        counts = _counts(tools, session, on_dates)
        days = list_track_days(session, on_dates)
        kept = completeness.list_snapshots(session) if tools.recording else {}
    if not schools:
        return Outcome(error="there are no schools in the records")
    tracks = tracks_by_school(counts, days)
    windows = {zone: Window(zone, on, tools.options.after) for zone, on in on_dates.items()}
    fresh_at = {zone: kept[zone].computed_at if kept else tools.now for zone in zones}
    results = [
        judge(
            one,
            tracks.get(one.id, ()),
            tools.options,
            windows[one.time_zone],
            tools.now,
            fresh_at[one.time_zone],
        )
        for one in schools
    ]
    over = f"{tools.options.over} students without a complete schedule"
    return Outcome(
        tuple(results),
        group_summary=f"{{count}} schools have more than {over} at {tools.options.after:%H:%M}",
        group_resolved=f"{{count}} schools are no longer over the limit of {over}",
    )


def _counts(
    tools: Tools[Options], session: Session, on_dates: Mapping[str, date]
) -> list[Completeness]:
    """In the session of the schools and calendars, so that all of them fit together."""
    rules = completeness.rules_of(tools.settings.of(SisSettings))
    if not tools.recording:
        return completeness.compute_completeness(session, on_dates, rules)
    completeness.refresh(session, on_dates, rules, tools.now)
    return completeness.list_completeness(session)


def tracks_by_school(
    counts: Iterable[Completeness], days: Mapping[tuple[int, str], TrackDay]
) -> dict[int, list[Track]]:
    """Counts and days side by side; a track may have only one of them."""
    by_key = {(one.school_id, one.track): one for one in counts}
    found: dict[int, list[Track]] = {}
    for key in sorted(by_key.keys() | days.keys()):
        count = by_key.get(key)
        numbers = (count.active_students, count.incomplete, count.sample_ids) if count else ()
        found.setdefault(key[0], []).append(Track(key[1], days.get(key), *numbers))
    return found


def judge(
    school: SchoolName,
    tracks: Sequence[Track],
    options: Options,
    window: Window,
    now: datetime,
    fresh_at: datetime,
) -> Result:
    """One school's result at ``now``. Source: the district's 10:00 rule."""
    in_session = [one for one in tracks if one.school_day]
    value = sum(one.incomplete for one in in_session)
    students = sum(one.active for one in in_session)
    status, note = _status(tracks, options, window, now, fresh_at)
    return Result(
        subject=school.sourced_id,
        title=school.name,
        school_id=school.id,
        status=status,
        value=value,
        threshold=options.over,
        denominator=students,
        sample_ids=tuple(person for one in in_session for person in one.sample_ids)[:SAMPLE_SIZE],
        fresh_at=fresh_at,
        due_at=window.opens_at,
        clears=value <= options.clear_at or bool(note),
        summary=_summary(school.name, value, students, options.over, note),
        note=note,
    )


def _status(
    tracks: Sequence[Track],
    options: Options,
    window: Window,
    now: datetime,
    fresh_at: datetime,
) -> tuple[Status, str]:
    """The status, and a sentence when it does not follow from the numbers alone."""
    if now - fresh_at > options.stale_after:
        return Status.UNKNOWN, f"the data is from {fresh_at:%Y-%m-%d %H:%M} UTC"
    attended = [one for one in tracks if one.active] or tracks
    bells = [one.school_day.dismissal for one in attended if one.school_day]
    value = sum(one.incomplete for one in attended if one.school_day)
    problems = [one.problem for one in attended if one.problem]
    if value <= options.over and (problems or not tracks):
        return Status.UNKNOWN, "; ".join(problems) or "there is no calendar"
    if not bells:
        return Status.OK, "no school today"
    if not any(one.active for one in attended):
        return Status.UNKNOWN, "nobody is enrolled on a school day"
    if now >= window.closes_at(max(bells)):
        return Status.OK, f"the school day ended at {max(bells):%H:%M}"
    return (Status.FAIL if value > options.over else Status.OK), ""


def _summary(title: str, value: int, students: int, limit: int, note: str) -> str:
    noun = "student has" if value == 1 else "students have"
    numbers = f"{value:,} of {students:,} {noun} no complete schedule (limit {limit})"
    return f"{title}: {numbers}; {note}" if note else f"{title}: {numbers}"
