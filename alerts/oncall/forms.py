"""What people type into the forms of on-call, read on the schedule's clocks."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from alerts.oncall.rules.drafts import LayerDraft, ScheduleDraft, order
from alerts.oncall.rules.time_of_week import moment
from core.errors import Invalid

SCHEDULE_FIELDS = ("name", "description", "zone", "expected")
LAYER_FIELDS = (
    *("name", "people", "zone", "unit", "length", "first_on", "handoff_at"),
    *("windows", "position"),
)


def schedule_draft(values: Mapping[str, str]) -> ScheduleDraft:
    """The schedule that the form asks for; its problems are the action's to find."""
    return ScheduleDraft(values["name"], values["description"], values["zone"], values["expected"])


def layer_draft(values: Mapping[str, str]) -> LayerDraft:
    """The layer that the form asks for; Invalid with every field that is no date, time, number."""
    problems: dict[str, str] = {}
    first_on = _read(values, "first_on", problems, "Give a date.")
    handoff_at = _read(values, "handoff_at", problems, "Give a time of day, such as 08:00.")
    length = _number(values, "length", problems)
    position = _number(values, "position", problems)
    if problems or not isinstance(first_on, date) or not isinstance(handoff_at, time):
        raise Invalid("Some of this cannot be: see below.", fields=problems)
    return LayerDraft(
        name=values["name"],
        people=tuple(order(values["people"])),
        zone=values["zone"],
        unit=values["unit"],
        length=length,
        first_on=first_on,
        handoff_at=handoff_at,
        windows=values["windows"],
        position=position,
    )


def _read(
    values: Mapping[str, str], name: str, problems: dict[str, str], problem: str
) -> date | time | None:
    try:
        if name == "first_on":
            return date.fromisoformat(values[name])
        return time.fromisoformat(values[name]).replace(tzinfo=None)
    except ValueError:
        problems[name] = problem
        return None


def _number(values: Mapping[str, str], name: str, problems: dict[str, str]) -> int:
    text = values[name].strip() or "0"
    if text.isascii() and text.isdecimal() and len(text) <= 4:
        return int(text)
    problems[name] = "Give a whole number."
    return 0


def read_local(values: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime:
    """The field of type datetime-local as a moment; Invalid names it when it is none."""
    try:
        local = datetime.fromisoformat(values.get(name, "").strip())
    except ValueError as error:
        message = "Give a date and a time."
        raise Invalid(message, fields={name: message}) from error
    return moment(local.replace(tzinfo=None), zone)


def write_local(at: datetime, zone: ZoneInfo) -> str:
    """What a field of type datetime-local shows."""
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"
