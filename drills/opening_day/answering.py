"""What callers and agents do through the API, and what each step leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.db import JsonDict
from drills.opening_day.desk_api import DeskApi, Refused
from drills.opening_day.planned import Planned
from drills.opening_day.queries import Due
from drills.opening_day.texts import REPLIES, SOLUTIONS, SOLVED, TEXTS

_LOOKED_AT = 25
_REST = timedelta(minutes=8)
_SHIFT = timedelta(hours=3)


@dataclass(frozen=True)
class Result:
    """The outcome to store, and the events that follow."""

    outcome: JsonDict
    then: list[Planned]


def choose(api: DeskApi) -> JsonDict | None:
    """The first ticket of the queue that a school wrote; those of probes are left to people."""
    for ticket in api.waiting(_LOOKED_AT):
        if ticket["channel"] != "probe":
            return {
                "ticket_id": ticket["id"],
                "function": ticket["function"],
                "language": _language(ticket["subject"]),
            }
    return None


def _language(subject: str) -> str:
    """The language of the text that the subject was made from."""
    for text in TEXTS:
        if subject.endswith(text.subject.rpartition("{n}")[2]):
            return text.language
    return "en"


def _ticket(api: DeskApi, due: Due, now: datetime) -> Result:
    return Result({"ticket_id": api.open_ticket(due.key, due.payload)["id"]}, [])


def _turn(api: DeskApi, due: Due, now: datetime) -> Result:
    """Take the chosen ticket; without one the agent looks again a little later."""
    what = due.payload
    if what.get("ticket_id") is None:
        shift_ends = what.get("until") or (due.due_at + _SHIFT).isoformat()
        if now + _REST > datetime.fromisoformat(shift_ends):
            return Result({"idle": True}, [])
        later = {**what, "until": shift_ends}
        return Result({"idle": True}, [Planned(f"{due.key}+", "desk", "turn", now + _REST, later)])
    api.take(due.key, what["ticket_id"])
    reply_at = now + timedelta(seconds=what["reply_after"])
    solve_at = now + timedelta(seconds=what["solve_after"])
    return Result(
        {"ticket_id": what["ticket_id"]},
        [
            Planned(f"{due.key}/reply", "desk", "reply", reply_at, what),
            Planned(f"{due.key}/solve", "desk", "solve", solve_at, what),
        ],
    )


def _reply(api: DeskApi, due: Due, now: datetime) -> Result:
    replies = REPLIES[due.payload["language"]]
    api.say(due.key, due.payload["ticket_id"], replies[due.payload["words"] % len(replies)])
    return Result({}, [])


def _solve(api: DeskApi, due: Due, now: datetime) -> Result:
    answer = SOLUTIONS.get(due.payload["function"], SOLVED)
    api.solve(due.key, due.payload["ticket_id"], answer)
    return Result({}, [])


_DOES: dict[str, Callable[[DeskApi, Due, datetime], Result]] = {
    "ticket": _ticket,
    "turn": _turn,
    "reply": _reply,
    "solve": _solve,
}


def answer(api: DeskApi, due: Due, now: datetime) -> Result:
    """Do what the event says. A refusal is a result too; ProviderError means try again."""
    try:
        return _DOES[due.kind](api, due, now)
    except Refused as refused:
        return Result({"refused": refused.code}, [])
