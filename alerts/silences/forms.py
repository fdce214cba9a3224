"""What a person types to silence alerts, and what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from alerts.matching import Matcher, parse_matchers
from alerts.silences.rules.recurrence import WEEKDAYS, Weekly
from alerts.silences.rules.state import Draft
from core.errors import Invalid

LENGTHS = {
    "1h": "1 hour",
    "2h": "2 hours",
    "8h": "8 hours",
    "24h": "1 day",
    "168h": "1 week",
    "": "until the time below",
}
DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
TEXTS = ("matchers", "starts_at", "length", "ends_at", "begins", "ends", "comment")
Value = TypeVar("Value")


@dataclass
class Form:
    """``values`` as typed, ``weekdays`` as ticked, ``errors``: field -> sentence."""

    values: dict[str, str]
    weekdays: Sequence[str] = ()
    errors: dict[str, str] = field(default_factory=dict)


def draft_of(form: Form, *, name: str, zone: ZoneInfo, now: datetime) -> Draft | None:
    """The draft that the form asks for; None when the form now holds errors.

    Times are by the clocks of ``zone``; a start left empty is ``now``.
    """
    begins = _read(form, "starts_at", lambda text: _local(text, zone), now)
    ends = _ends_at(form, begins or now, zone)
    none: tuple[Matcher, ...] = ()
    matchers = _read(form, "matchers", parse_lines, none)
    if matchers == none:
        form.errors["matchers"] = "Write at least one matcher, such as alertname=LoginDown."
    if not form.values["comment"].strip():
        form.errors["comment"] = "Say why these alerts are silenced."
    weekly = _weekly(form, zone)
    if form.errors or matchers is None or begins is None or ends is None:
        return None
    return Draft(matchers, begins, ends, name, form.values["comment"], weekly)


def _read(form: Form, name: str, parse: Callable[[str], Value], default: Value) -> Value | None:
    """The field's value; None when it cannot be read, and the form then says why."""
    text = form.values[name].strip()
    try:
        return parse(text) if text else default
    except ValueError as error:
        form.errors[name] = f"{error}."
        return None


def _ends_at(form: Form, begins: datetime, zone: ZoneInfo) -> datetime | None:
    length = form.values["length"]
    if length:
        if length not in LENGTHS:
            form.errors["length"] = "Choose how long."
            return None
        return begins + timedelta(hours=int(length.removesuffix("h")))
    if not form.values["ends_at"].strip():
        form.errors["ends_at"] = "Every silence has an end: choose how long, or until when."
        return None
    return _read(form, "ends_at", lambda text: _local(text, zone), begins)


def _weekly(form: Form, zone: ZoneInfo) -> Weekly | None:
    days = frozenset(WEEKDAYS.index(day) for day in form.weekdays if day in WEEKDAYS)
    typed = form.values["begins"].strip(), form.values["ends"].strip()
    if not days and not any(typed):
        return None
    if not days:
        form.errors["weekdays"] = "Choose the days on which it recurs, or leave the times empty."
    begins = _read(form, "begins", _clock, time())
    ends = _read(form, "ends", _clock, time())
    if form.errors or begins is None or ends is None:
        return None
    return Weekly(days, begins, ends, zone)


def new_end(text: str, zone: ZoneInfo) -> datetime:
    """The end that was typed; Invalid when it is none."""
    try:
        return _local(text.strip(), zone)
    except ValueError as error:
        raise Invalid(f"{error}.", fields={"ends_at": f"{error}."}) from error


def parse_lines(text: str) -> tuple[Matcher, ...]:
    """Matchers, one or several to a line; ValueError names the line."""
    found: list[Matcher] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            found += parse_matchers(line) if line.strip() else ()
        except ValueError as error:
            raise ValueError(f"Line {number}, {error}") from error
    return tuple(found)


def _local(text: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=zone)
    except ValueError as error:
        raise ValueError("Write a date and a time such as 2026-11-25 17:30") from error


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise ValueError("Write a time such as 22:00") from error


def matcher_lines(labels: Mapping[str, str]) -> str:
    """The matchers of exactly these labels, one to a line."""
    return "\n".join(str(Matcher(name, "=", value)) for name, value in sorted(labels.items()))
