"""Reading the office's forms; every problem at once, with the name of the field."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from core.errors import Invalid
from sis.attendance.actions.correcting import Correction
from sis.attendance.rules.status import Kind

WHOLE_DAY = "*"
"""The period that stands for every class of the day: "" is the daily attendance."""


def read_seen(values: Iterable[str]) -> dict[int, int]:
    """``event:version`` pairs; Invalid when one is damaged."""
    found = {}
    try:
        for value in " ".join(values).split():
            event, _, version = value.partition(":")
            found[int(event)] = int(version)
    except ValueError as error:
        raise Invalid("This form is damaged. Load the page again.") from error
    return found


def read_correction(form: Mapping[str, str], school_id: int, person_id: int) -> Correction:
    """The correction that the form asks for; its last day is included.

    Raises Invalid that names every field which is not understood.
    """
    problems: dict[str, str] = {}
    begins_on = _date(form, "begins_on", problems)
    ends_on = _date(form, "ends_on", problems) if form.get("ends_on") else begins_on
    kind = form.get("kind", "")
    if kind not in set(Kind):
        problems["kind"] = "choose what is right"
    minutes = _minutes(form, problems)
    if problems:
        told = "; ".join(f"{name.replace('_', ' ')}: {text}" for name, text in problems.items())
        raise Invalid(f"Look again at {told}.", fields=problems)
    period = form.get("period", WHOLE_DAY)
    return Correction(
        person_id=person_id,
        school_id=school_id,
        begins_on=begins_on,
        ends_on=ends_on + timedelta(days=1),
        period=None if period == WHOLE_DAY else period,
        kind=Kind(kind),
        reason_code=form.get("reason") or None,
        minutes=minutes,
        seen=read_seen([form["seen"]]) if "seen" in form else None,
    )


def _date(form: Mapping[str, str], name: str, problems: dict[str, str]) -> date:
    try:
        found = date.fromisoformat(form.get(name, ""))
    except ValueError:
        found = date(1, 1, 1)
    if not date(1990, 1, 1) <= found < date(2100, 1, 1):
        problems[name] = "give a date"
    return found


def _minutes(form: Mapping[str, str], problems: dict[str, str]) -> int | None:
    text = form.get("minutes", "").strip()
    if not text:
        return None
    if not (text.isdecimal() and 1 <= int(text) <= 600):
        problems["minutes"] = "a whole number from 1 to 600"
        return None
    return int(text)
