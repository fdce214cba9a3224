"""How numbers, times and standings are put into words for people."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboards.rules import SchoolRow, Standing

_SERVICE_CENTER = re.compile(r"\beducation(?:al)? service center\b", re.IGNORECASE)

LEVELS = {
    "elementary": "Elementary",
    "middle": "Middle",
    "high": "High",
    "span": "K-12 span",
    "continuation": "Continuation",
    "alternative": "Alternative",
    "special_education": "Special education",
    "other": "Other",
}


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """``10:02`` on the clock of that zone."""
    return f"{at.astimezone(zone):%H:%M}"


def minutes_words(span: timedelta) -> str:
    """``< 1 min``, ``23 min``, ``1 h 40 min``, ``3 days``."""
    minutes = max(0, span // timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} min" if minutes else "< 1 min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} days"


def counted(count: int, one: str, many: str | None = None) -> str:
    """``1 student``, ``1,204 students``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def level_name(level: str) -> str:
    return LEVELS.get(level, level.replace("_", " ").capitalize())


def center_name(name: str) -> str:
    """``ESC North`` for Educational Service Center North: tables and maps are narrow."""
    return _SERVICE_CENTER.sub("ESC", name)


def sentence(row: SchoolRow, zone: ZoneInfo, applies_at: str) -> str:
    """The school's state now, in one or two plain sentences.

    ``applies_at`` is the local time from which the limit counts, in words.
    """
    if row.unscheduled is None or row.limit is None:
        return "This school has not been checked yet."
    if row.standing is Standing.UNKNOWN:
        return f"The schedules of this school could not be checked{row.note and f': {row.note}'}."
    if not row.enrolled and row.note:
        return f"{_as_sentence(row.note)} Schedules are checked again on the next school day."
    if row.unscheduled == 0:
        everybody = "All students" if row.enrolled is None else f"All {row.enrolled:,} students"
        return f"{everybody} have a complete schedule."
    of = "" if row.enrolled is None else f" of {row.enrolled:,}"
    noun = "student" if row.unscheduled == 1 and not of else "students"
    verb = "has" if row.unscheduled == 1 else "have"
    count = f"{row.unscheduled:,}{of} {noun} {verb} no complete schedule."
    return f"{count} {_against_limit(row, row.limit, zone, applies_at)}"


def _against_limit(row: SchoolRow, limit: int, zone: ZoneInfo, applies_at: str) -> str:
    since = f" since {clock_time(row.since, zone)}" if row.since else ""
    over = (row.unscheduled or 0) > limit
    if row.standing is Standing.FIRING and over:
        return f"This is over the limit of {limit}{since}."
    if row.standing is Standing.FIRING:
        return f"It has been over the limit of {limit}{since}, and is watched until it stays low."
    if row.standing is Standing.PENDING:
        return f"This is more than {limit}; the limit applies from {applies_at}."
    return _as_sentence(row.note) if over and row.note else f"This is within the limit of {limit}."


def _as_sentence(note: str) -> str:
    return f"{note[0].upper()}{note[1:]}."
