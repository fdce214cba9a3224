"""The files of a set: their columns, and their rows as the file has them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from sis.oneroster.export import queries, queries_gradebook, queries_people
from sis.oneroster.export.queries import FileQuery, Row
from sis.oneroster.export.queries_calendars import SchoolDays
from sis.oneroster.export.rules import (
    LONGEST,
    changes,
    listed,
    moment,
    objective_id,
    public_id,
    ranges,
)
from sis.oneroster.rules import list_objectives, write_pairs

HEAD = ("sourcedId", "status", "dateLastModified")
Portions = Iterator[Sequence[Row]]


@dataclass(frozen=True)
class Setting:
    """What the rows depend on besides the tables: today, and the days of schools."""

    session: Session
    since: datetime | None
    today: date
    days: SchoolDays


@dataclass(frozen=True)
class ExportFile:
    """``name`` without .csv; several queries follow each other in the file."""

    name: str
    queries: tuple[FileQuery, ...]
    more_columns: tuple[str, ...] = ()
    complete: Callable[[Setting, Portions], Portions] | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """OneRoster's columns first, then the others."""
        names = (*self.queries[0].columns, *self.more_columns)
        return (*HEAD, *names)

    def rows(self, setting: Setting) -> Portions:
        """All rows by portions, in an order that is the same at every export."""
        for query in self.queries:
            portions = queries.stream(setting.session, query)
            if self.complete is not None:
                portions = self.complete(setting, portions)
            for part in portions:
                yield part if setting.since is None else [_stamped(row) for row in part]

    def count(self, session: Session) -> int:
        return sum(queries.count(session, query) for query in self.queries)


def files(since: datetime | None) -> list[ExportFile]:
    """Every file that we hold something for, in the order in which they refer to each other."""
    return [*_roster(since), *_gradebook(since)]


def _roster(since: datetime | None) -> list[ExportFile]:
    return [
        ExportFile(
            "orgs",
            (queries.orgs(since),),
            ("metadata.calendars", "metadata.bellSchedule", "metadata.calendarChanges"),
            _orgs,
        ),
        ExportFile(
            "academicSessions",
            (queries.sessions(since),),
            (
                "metadata.track",
                "metadata.holidays",
                "metadata.minimumDays",
                "metadata.vacations",
            ),
            _sessions,
        ),
        ExportFile("courses", (queries.courses(since),)),
        ExportFile("classes", (queries.classes(since),), complete=_classes),
        ExportFile("users", (queries_people.users(since),)),
        ExportFile(
            "roles",
            (queries_people.enrolled_roles(since), queries_people.other_roles(since)),
            complete=_roles,
        ),
        ExportFile("enrollments", (queries_people.enrollments(since),)),
        ExportFile("demographics", (queries_people.demographics(since),)),
    ]


def _gradebook(since: datetime | None) -> list[ExportFile]:
    return [
        ExportFile("categories", (queries_gradebook.categories(since),)),
        ExportFile("scoreScales", (queries_gradebook.score_scales(since),), complete=_scales),
        ExportFile(
            "lineItems",
            (queries_gradebook.line_items(since),),
            ("metadata.assignedAt", "metadata.dueAt"),
            _line_items,
        ),
        ExportFile("results", (queries_gradebook.results(since),)),
        ExportFile(
            "lineItemLearningObjectiveIds",
            (queries_gradebook.line_item_objectives(since),),
            complete=_objectives,
        ),
        ExportFile(
            "resultLearningObjectiveIds",
            (queries_gradebook.result_objectives(since),),
            complete=_objectives,
        ),
        ExportFile("lineItemScoreScales", (queries_gradebook.line_item_scales(since),)),
        ExportFile("resultScoreScales", (queries_gradebook.result_scales(since),)),
    ]


def _stamped(row: Sequence[Any]) -> Row:
    return (row[0], row[1], moment(row[2]), *row[3:])


def _orgs(setting: Setting, portions: Portions) -> Portions:
    days = setting.days
    for part in portions:
        yield [
            (
                *row[:-1],
                ",".join(days.calendars.get(row[-1], ())),
                _short(days.bells.get(row[-1], "")),
                _short(changes(days.changes.get(row[-1], ()))),
            )
            for row in part
        ]


def _short(text: str) -> str:
    """What is too long for a value is left out, rather than making the row one to refuse."""
    return text if len(text.encode()) <= LONGEST else ""


def _sessions(setting: Setting, portions: Portions) -> Portions:
    for part in portions:
        yield [(*row[:-1], *_days_of(setting.days, row[-1])) for row in part]


def _days_of(days: SchoolDays, session_id: int) -> tuple[str, ...]:
    known = days.sessions.get(session_id)
    if known is None:
        return "", "", "", ""
    track, listing = known
    return (
        track,
        listed(listing, "holiday"),
        listed(listing, "minimum"),
        ranges(listing, "vacation"),
    )


def _classes(setting: Setting, portions: Portions) -> Portions:
    """Fill in terms and periods, which are rows of their own."""
    columns = (*HEAD, *queries.classes(setting.since).columns)
    term, period = columns.index("termSourcedIds"), columns.index("periods")
    for part in portions:
        first, last = part[0][-1], part[-1][-1]
        terms = queries.list_terms(setting.session, first, last)
        periods = queries.list_periods(setting.session, first, last, setting.today)
        done = []
        for *row, section_id in part:
            row[term] = ",".join(terms.get(section_id, ()))
            row[period] = ",".join(periods.get(section_id, ()))
            done.append(row)
        yield done


def _line_items(setting: Setting, portions: Portions) -> Portions:
    """The dates are those of UTC; the moments themselves stand in columns of ours."""
    columns = (*HEAD, *queries_gradebook.line_items(setting.since).columns)
    first, last = columns.index("assignDate"), columns.index("dueDate")
    for part in portions:
        yield [
            (
                *row[:first],
                *(at.date().isoformat() for at in row[first : last + 1]),
                *row[last + 1 :],
                *map(moment, row[first : last + 1]),
            )
            for row in part
        ]


def _objectives(_setting: Setting, portions: Portions) -> Portions:
    """A row for each objective, under an id that is always the same."""
    for part in portions:
        yield [
            (objective_id(record, one), status, at, record, *_cells(one, len(after)))
            for _id, status, at, record, text, *after in part
            for one in list_objectives(json.loads(text))
        ]


def _cells(objective: Mapping[str, Any], after_source: int) -> tuple[Any, ...]:
    names = ("source", "learningObjectiveId", "score", "textScore")
    return tuple(objective.get(name, "") for name in names[: after_source + 1])


def _scales(setting: Setting, portions: Portions) -> Portions:
    columns = (*HEAD, *queries_gradebook.score_scales(setting.since).columns)
    at = columns.index("scoreScaleValue")
    for part in portions:
        yield [(*row[:at], _pairs(row[at]), *row[at + 1 :]) for row in part]


def _pairs(text: str) -> str:
    return write_pairs((pair["left"], pair["right"]) for pair in json.loads(text))


def _roles(setting: Setting, portions: Portions) -> Portions:
    """Give enrolments that their source does not number an id of OneRoster's alphabet."""
    columns = (*HEAD, *queries_people.enrolled_roles(setting.since).columns)
    derived = columns.index("metadata.derived")
    for part in portions:
        yield [_numbered(row, derived) if "|" in row[0] else row for row in part]


def _numbered(row: Row, derived: int) -> Row:
    sourced_id, origin = public_id(row[0])
    return (sourced_id, *row[1:derived], origin, *row[derived + 1 :])
