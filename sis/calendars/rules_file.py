"""Reading a file of calendar days or bells: row by row, with a reason for every row left out.

Days: ``school,track,date,day_type``. Bells: ``school,day_type,period,starts,ends``. The school is
named by its sourcedId. Other columns are ignored, and the order does not matter.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time

DAYS = ("school", "track", "date", "day_type")
BELLS = ("school", "day_type", "period", "starts", "ends")
_DAY_TYPES = ("regular", "minimum", "holiday", "vacation")
_LONGEST = 20


@dataclass(frozen=True)
class Reject:
    """A row that was left out: the line of the file, the column at fault, and why."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class DayRow:
    line: int
    school: str
    track: str
    on: date
    day_type: str


@dataclass(frozen=True)
class BellRow:
    line: int
    school: str
    day_type: str
    label: str
    starts_at: time
    ends_at: time


@dataclass
class CalendarFile:
    """The rows that were understood, and the others.

    ``spoiled`` are the (school, day type) of bell schedules of which a period was left out.
    """

    days: list[DayRow] = field(default_factory=list)
    bells: list[BellRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    spoiled: set[tuple[str, str]] = field(default_factory=set)
    count: int = 0


class NotACalendar(ValueError):
    """The file as a whole is not understood; the text is a sentence for people."""


def read_file(content: bytes) -> CalendarFile:
    """The rows of a CSV file in UTF-8, with or without a byte order mark.

    Raises NotACalendar when it is not text, or its header has neither set of columns.
    """
    reader = csv.DictReader(io.StringIO(_text(content), newline=""), restval="")
    header = {(name or "").strip() for name in reader.fieldnames or ()}
    found = CalendarFile()
    if header >= set(DAYS):
        for line, row in _rows(reader, found):
            _take_day(found, line, row)
        _refuse_contradictions(found)
    elif header >= set(BELLS):
        for line, row in _rows(reader, found):
            _take_bell(found, line, row)
    else:
        raise NotACalendar(
            f"The first line must name the columns {','.join(DAYS)} or {','.join(BELLS)}."
        )
    return found


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotACalendar(f"Line {line} is not UTF-8 text. Save the file as UTF-8.") from error
    if "\0" in text:
        raise NotACalendar("The file holds a NUL character; it is not a CSV file.")
    return text


def _rows(
    reader: "csv.DictReader[str]", found: CalendarFile
) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        for row in reader:
            found.count += 1
            yield (
                reader.line_num,
                {
                    (name or "").strip(): (value or "").strip()
                    for name, value in row.items()
                    if isinstance(value, str)
                },
            )
    except csv.Error as error:
        raise NotACalendar(f"Line {reader.line_num} is not CSV: {error}.") from error


def _take_day(found: CalendarFile, line: int, row: Mapping[str, str]) -> None:
    def reject(column: str, reason: str) -> None:
        found.rejects.append(Reject(line, column, reason))

    on = _date(row["date"])
    if not row["school"]:
        reject("school", "It is empty.")
    elif len(row["track"]) > _LONGEST:
        reject("track", f"A track's name has at most {_LONGEST} characters.")
    elif on is None:
        reject("date", f"{row['date']!r} is not a date such as 2015-01-19.")
    elif on.weekday() > 4:
        reject("date", f"{on} is a {on:%A}; calendars have weekdays only.")
    elif row["day_type"] not in _DAY_TYPES:
        reject("day_type", f"{row['day_type']!r} is not one of {', '.join(_DAY_TYPES)}.")
    else:
        found.days.append(DayRow(line, row["school"], row["track"], on, row["day_type"]))


def _refuse_contradictions(found: CalendarFile) -> None:
    """Of rows that call one day two things, the first counts."""
    seen: dict[tuple[str, str, date], DayRow] = {}
    for row in found.days:
        first = seen.setdefault((row.school, row.track, row.on), row)
        if first.day_type != row.day_type:
            reason = f"Line {first.line} says {first.day_type} for this day."
            found.rejects.append(Reject(row.line, "day_type", reason))
    found.days = list(seen.values())


def _take_bell(found: CalendarFile, line: int, row: Mapping[str, str]) -> None:
    def reject(column: str, reason: str) -> None:
        found.rejects.append(Reject(line, column, reason))
        found.spoiled.add((row["school"], row["day_type"]))

    starts_at, ends_at = _time(row["starts"]), _time(row["ends"])
    if not row["school"]:
        reject("school", "It is empty.")
    elif row["day_type"] not in ("regular", "minimum"):
        reject("day_type", f"{row['day_type']!r} is not one of regular, minimum.")
    elif starts_at is None:
        reject("starts", f"{row['starts']!r} is not a time such as 08:00.")
    elif ends_at is None:
        reject("ends", f"{row['ends']!r} is not a time such as 08:55.")
    else:
        found.bells.append(
            BellRow(line, row["school"], row["day_type"], row["period"], starts_at, ends_at)
        )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
