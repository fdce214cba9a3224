from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.matching import Matcher
from alerts.silences.rules.recurrence import Weekly
from alerts.silences.rules.state import (
    Draft,
    Span,
    State,
    holds,
    may_update,
    next_change,
    problems_of,
    remind_at,
    state_of,
)

NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # a Monday, 12:00 in Los Angeles
HOUR = timedelta(hours=1)
DOWN = Matcher("alertname", "=", "Down")
LUNCH = Weekly(frozenset({0}), time(12), time(13), ZoneInfo("America/Los_Angeles"))


def draft(*matchers: Matcher, starts: int = 0, ends: int = 1, comment: str = "works") -> Draft:
    """From and until so many hours after noon."""
    return Draft(matchers or (DOWN,), NOON + starts * HOUR, NOON + ends * HOUR, "ana", comment)


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [(0, 1, State.ACTIVE), (1, 2, State.PENDING), (-2, 0, State.EXPIRED), (0, 0, State.EXPIRED)],
)
def test_a_silence_holds_from_its_start_until_its_end(starts: int, ends: int, state: State) -> None:
    assert state_of(Span(NOON + starts * HOUR, NOON + ends * HOUR), NOON) is state


def test_a_recurring_silence_holds_inside_its_windows_only() -> None:
    month = Span(NOON - HOUR, NOON + timedelta(days=30), LUNCH)
    assert [holds(month, NOON + hours * HOUR) for hours in (-0.5, 0, 0.99, 1, 168)] == [
        False,
        True,
        True,
        False,
        True,
    ]
    assert next_change(month, NOON - HOUR / 2) == NOON
    assert next_change(month, NOON) == NOON + HOUR
    assert next_change(month, NOON + HOUR) == NOON + timedelta(days=7)
    assert next_change(replace(month, ends_at=NOON + HOUR / 2), NOON) == NOON + HOUR / 2


def test_the_next_change_is_the_start_then_the_end_then_nothing() -> None:
    span = Span(NOON, NOON + HOUR)
    assert next_change(span, NOON - HOUR) == NOON
    assert next_change(span, NOON) == NOON + HOUR
    assert next_change(span, NOON + HOUR) is None


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        (draft(), set()),
        (draft(Matcher("a", "=", "")), {"matchers"}),
        (draft(Matcher("a", "=~", ".*")), {"matchers"}),
        (draft(Matcher("a", "!=", "x")), {"matchers"}),
        (draft(Matcher("a", "!=", "x"), DOWN), set()),
        (draft(Matcher("a", "!=", "")), set()),
        (draft(comment=" "), {"comment"}),
        (draft(ends=0), {"ends_at"}),
        (draft(starts=-3, ends=-2), {"ends_at"}),
        (draft(Matcher("a", "=", ""), comment="", ends=0), {"matchers", "comment", "ends_at"}),
    ],
)
def test_a_draft_is_refused_with_every_problem(wanted: Draft, fields: set[str]) -> None:
    assert set(problems_of(wanted, NOON)) == fields


def test_a_draft_without_any_matcher_is_refused() -> None:
    assert "matchers" in problems_of(replace(draft(), matchers=()), NOON)


@pytest.mark.parametrize(
    ("starts", "ends", "wanted", "allowed"),
    [
        (-1, 1, draft(starts=-1, ends=5), True),
        (-1, 1, draft(starts=0, ends=5), False),
        (-1, 1, draft(starts=-1, ends=-1), False),
        (-1, 1, draft(Matcher("alertname", "=", "Up"), starts=-1, ends=5), False),
        (1, 2, draft(starts=2, ends=5), True),
        (1, 2, draft(starts=-1, ends=5), False),
        (-2, -1, draft(starts=-2, ends=5), False),
    ],
)
def test_what_may_be_changed_in_place_is_what_alertmanager_changes_in_place(
    starts: int, ends: int, wanted: Draft, allowed: bool
) -> None:
    before = Span(NOON + starts * HOUR, NOON + ends * HOUR)
    assert may_update(before, (DOWN,), wanted, NOON) is allowed


def test_an_author_is_reminded_before_the_end_of_a_long_silence_only() -> None:
    assert remind_at(Span(NOON, NOON + 4 * HOUR), HOUR, NOON) == NOON + 3 * HOUR
    assert remind_at(Span(NOON, NOON + HOUR), HOUR, NOON) is None
    assert remind_at(Span(NOON - 4 * HOUR, NOON + HOUR), HOUR, NOON) is None
