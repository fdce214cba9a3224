"""Statuses, priority, order: the rules of the desk as tables."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import Conflict
from triage.settings import TicketSettings, UrgentPeriodSettings
from triage.tickets.rules.order import NO_TIER, Rank, duration, explain
from triage.tickets.rules.priority import Function, impact, in_words, priority, urgency
from triage.tickets.rules.request import NewTicket, Requester, message_problem, problems
from triage.tickets.rules.status import (
    MOVES,
    STAGES,
    Stage,
    Status,
    after_agent_reply,
    after_requester_reply,
    check_move,
)

WEIGHING = TicketSettings().weighing()
AT = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("impact_", "urgency_", "value"),
    [
        (1, 1, 1),
        (1, 2, 2),
        (2, 1, 2),
        (1, 3, 3),
        (2, 2, 3),
        (3, 1, 3),
        (2, 3, 4),
        (3, 2, 4),
        (3, 3, 5),
    ],
)
def test_priority_comes_from_the_matrix(impact_: int, urgency_: int, value: int) -> None:
    assert priority(impact_, urgency_) == value
    assert f"priority {value} " in in_words(impact_, urgency_)


@pytest.mark.parametrize(
    ("students", "value"), [(None, 3), (0, 3), (9, 3), (10, 2), (99, 2), (100, 1), (5_000, 1)]
)
def test_impact_is_how_many_students_are_affected(students: int | None, value: int) -> None:
    assert impact(students, WEIGHING).value == value


def test_urgency_is_the_function_and_the_calendar() -> None:
    period = UrgentPeriodSettings(
        name="the grading window",
        begins_on=date(2015, 1, 12),
        ends_on=date(2015, 1, 14),
        functions=frozenset({Function.GRADES}),
    )
    weighing = TicketSettings(urgent_periods=(period,)).weighing()
    days = [date(2015, 1, day) for day in (11, 12, 13, 14)]
    assert [urgency(Function.GRADES, day, weighing).value for day in days] == [3, 1, 1, 3]
    assert "during the grading window" in urgency(Function.GRADES, days[1], weighing).reason
    assert urgency(Function.LOGIN, days[1], weighing).value == 2


@pytest.mark.parametrize("new", list(Status))
@pytest.mark.parametrize("old", list(Status))
def test_only_the_declared_moves_are_allowed(old: Status, new: Status) -> None:
    if old != Status.CLOSED and (new == old or new in MOVES[old]):
        check_move(old, new, assigned=True)
        return
    with pytest.raises(Conflict):
        check_move(old, new, assigned=True)


@pytest.mark.parametrize("old", [s for s in Status if s != Status.NEW])
def test_nothing_goes_back_to_new(old: Status) -> None:
    with pytest.raises(Conflict):
        check_move(old, Status.NEW, assigned=True)


def test_solved_needs_an_assignee() -> None:
    with pytest.raises(Conflict, match="take it"):
        check_move(Status.OPEN, Status.SOLVED, assigned=False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Status.NEW, Status.NEW),
        (Status.OPEN, Status.OPEN),
        (Status.PENDING, Status.OPEN),
        (Status.ON_HOLD, Status.OPEN),
        (Status.SOLVED, Status.OPEN),
    ],
)
def test_a_requesters_reply_brings_the_ticket_back(old: Status, new: Status) -> None:
    assert after_requester_reply(old) == new


def test_nobody_replies_to_a_closed_ticket() -> None:
    with pytest.raises(Conflict, match="closed"):
        after_requester_reply(Status.CLOSED)
    with pytest.raises(Conflict, match="closed"):
        after_agent_reply(Status.CLOSED, wait=False)


@pytest.mark.parametrize(
    ("old", "wait", "new"),
    [
        (Status.NEW, False, Status.OPEN),
        (Status.NEW, True, Status.PENDING),
        (Status.OPEN, True, Status.PENDING),
        (Status.ON_HOLD, False, Status.ON_HOLD),
    ],
)
def test_a_reply_of_the_desk_opens_or_waits(old: Status, wait: bool, new: Status) -> None:
    assert after_agent_reply(old, wait=wait) == new


def test_every_status_has_a_stage() -> None:
    assert set(STAGES) == set(Status)
    assert STAGES[Status.PENDING] == Stage.PAUSED


def rank(priority: int = 2, tier: int = 2, minutes: int = 30, ticket_id: int = 1) -> Rank:
    return Rank(priority, tier, AT - timedelta(minutes=minutes), ticket_id)


def test_the_order_is_priority_then_tier_then_waiting_then_number() -> None:
    in_order = [
        rank(priority=1, tier=4, minutes=1),
        rank(tier=1, minutes=1),
        rank(minutes=60),
        rank(minutes=30, ticket_id=1),
        rank(minutes=30, ticket_id=2),
        rank(tier=NO_TIER, minutes=600),
        rank(priority=3, tier=1, minutes=600),
    ]
    for seed in range(5):
        shuffled = in_order.copy()
        random.Random(seed).shuffle(shuffled)
        assert sorted(shuffled) == in_order


@pytest.mark.parametrize(
    ("this", "above", "said"),
    [
        (rank(), None, "First: priority 2 (high), tier 2, waiting 30 min"),
        (rank(), rank(priority=1), "the ticket above has priority 1"),
        (rank(), rank(tier=1), "its school is in tier 1"),
        (rank(), rank(minutes=95), "has waited 1 h 5 min longer"),
        (rank(ticket_id=2), rank(), "came just before"),
        (rank(tier=NO_TIER), rank(), "no tier, waiting"),
    ],
)
def test_each_place_has_its_reason(this: Rank, above: Rank | None, said: str) -> None:
    assert said in explain(1 if above is None else 2, this, above, AT)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (59, "59 min"),
        (60, "1 h"),
        (125, "2 h 5 min"),
        (1440, "1 day"),
        (4320, "3 days"),
    ],
)
def test_durations_read_well(minutes: int, text: str) -> None:
    assert duration(timedelta(minutes=minutes)) == text


def test_a_new_ticket_is_told_everything_that_is_wrong_at_once() -> None:
    bad = NewTicket(
        Function.OTHER,
        " ",
        "",
        Requester("", email="x" * 201),
        "web",
        students_affected=-1,
        external_id="",
    )
    assert set(problems(bad)) == {
        "subject",
        "description",
        "students_affected",
        "requester",
        "email",
        "external_id",
    }


def test_a_message_needs_text_and_an_end() -> None:
    assert message_problem("  ") is not None
    assert message_problem("x" * 20_001) is not None
    assert message_problem("Done.") is None
