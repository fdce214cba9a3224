"""What a probe's ticket says, and when a new number is worth telling."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from triage.intake.rules import Finding, cleared, description, still, subject, worth_telling

FINDING = Finding(
    school_name="Bell High School",
    school_path="/schools/12",
    value=23,
    threshold=10,
    denominator=2_400,
    sample_ids=("P-1", "P-2"),
    at=datetime(2015, 1, 12, 18, 0, tzinfo=UTC),
    zone=ZoneInfo("America/Los_Angeles"),
)


def test_the_ticket_tells_value_threshold_time_place_and_ids() -> None:
    assert subject(FINDING) == "Bell High School: 23 students without a complete schedule"
    text = description(FINDING)
    assert "At 10:00 on Monday, 12 January 2015, 23 students of 2,400 enrolled today" in text
    assert "limit is 10 students" in text
    assert "/schools/12" in text
    assert "P-1, P-2" in text


def test_messages_tell_the_change() -> None:
    assert "23 students without a complete schedule (it was 40)" in still(FINDING, 40)
    assert "nobody had taken this ticket" in cleared(FINDING, solved=True)
    assert "Solve the ticket when you are done" in cleared(FINDING, solved=False)


@pytest.mark.parametrize(
    ("before", "value", "told"),
    [
        (23, 23, False),
        (23, 27, False),
        (23, 28, True),
        (23, 18, True),
        (100, 119, False),
        (100, 120, True),
        (None, 3, True),
        (10, None, False),
    ],
)
def test_five_students_and_a_fifth_are_worth_telling(
    before: int | None, value: int | None, told: bool
) -> None:
    assert worth_telling(before, value) is told
