"""What a person writes down as a schedule, checked all at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.oncall.rules.rotation import Unit
from alerts.oncall.rules.time_of_week import format_windows, parse_windows

LONGEST_TURN = 366
MOST_PEOPLE = 60
LONGEST_NAME = 80


@dataclass(frozen=True)
class LayerDraft:
    """A layer as written: ``people`` are usernames in their order, ``windows`` text."""

    name: str
    people: tuple[str, ...]
    zone: str
    unit: str
    length: int
    first_on: date
    handoff_at: time
    windows: str = ""
    position: int = 0


@dataclass(frozen=True)
class ScheduleDraft:
    """A schedule as written, without its layers."""

    name: str
    description: str
    zone: str
    expected: str = ""


def schedule_problems(draft: ScheduleDraft) -> dict[str, str]:
    """Input -> what is wrong with it; empty when all is well."""
    return {
        name: problem
        for name, problem in (
            ("name", _name(draft.name)),
            ("zone", _zone(draft.zone)),
            ("expected", _windows(draft.expected)),
        )
        if problem
    }


def layer_problems(draft: LayerDraft, known: Collection[str]) -> dict[str, str]:
    """The same for a layer; ``known`` are the usernames of open accounts among its people."""
    unknown = [person for person in draft.people if person not in known]
    people = ""
    if not draft.people:
        people = "Name at least one person."
    elif unknown:
        people = f"No open account: {', '.join(unknown)}."
    elif len(draft.people) > MOST_PEOPLE:
        people = f"At most {MOST_PEOPLE} people take turns."
    return {
        name: problem
        for name, problem in (
            ("name", _name(draft.name)),
            ("people", people),
            ("zone", _zone(draft.zone)),
            ("unit", "" if draft.unit in list(Unit) else "Choose hours, days or weeks."),
            (
                "length",
                "" if 1 <= draft.length <= LONGEST_TURN else f"From 1 to {LONGEST_TURN}.",
            ),
            ("windows", _windows(draft.windows)),
        )
        if problem
    }


def tidy(windows: str) -> str:
    """The windows in the form in which they are kept."""
    return format_windows(parse_windows(windows))


def _name(text: str) -> str:
    if not text.strip():
        return "Give it a name."
    return "" if len(text) <= LONGEST_NAME else f"Use at most {LONGEST_NAME} characters."


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "Give an IANA zone such as America/Los_Angeles."
    return ""


def _windows(text: str) -> str:
    try:
        parse_windows(text)
    except ValueError as error:
        return f"{str(error)[0].upper()}{str(error)[1:]}."
    return ""


def order(people: str) -> Sequence[str]:
    """Usernames from a text with one a line, or between commas."""
    return [name.strip().lower() for name in people.replace(",", "\n").split("\n") if name.strip()]
