from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboards.rules import SchoolRow, Standing
from dashboards.words import center_name, clock_time, counted, level_name, minutes_words, sentence
from tests.dashboards.rows import row

ZONE = ZoneInfo("America/Los_Angeles")
TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("school", "words"),
    [
        (
            row(1, Standing.FIRING, 23, since=TEN),
            (
                "23 of 1,204 students have no complete schedule. "
                "This is over the limit of 10 since 10:00."
            ),
        ),
        (
            row(1, Standing.FIRING, 9, since=TEN),
            (
                "9 of 1,204 students have no complete schedule. "
                "It has been over the limit of 10 since 10:00, and is watched until it stays low."
            ),
        ),
        (
            row(1, Standing.PENDING, 14),
            (
                "14 of 1,204 students have no complete schedule. "
                "This is more than 10; the limit applies from 10:00."
            ),
        ),
        (
            row(1, Standing.OK, 1),
            "1 of 1,204 students has no complete schedule. This is within the limit of 10.",
        ),
        (row(1, Standing.OK, 0), "All 1,204 students have a complete schedule."),
        (
            row(1, Standing.UNKNOWN, 4, note="there is no calendar"),
            "The schedules of this school could not be checked: there is no calendar.",
        ),
        (
            row(1, Standing.OK, 0, enrolled=0, note="no school today"),
            "No school today. Schedules are checked again on the next school day.",
        ),
        (
            row(1, Standing.OK, 14, note="the school day ended at 14:55"),
            ("14 of 1,204 students have no complete schedule. The school day ended at 14:55."),
        ),
        (row(1, Standing.UNKNOWN, None), "This school has not been checked yet."),
    ],
)
def test_the_state_of_a_school_in_plain_words(school: SchoolRow, words: str) -> None:
    assert sentence(school, ZONE, "10:00") == words


def test_times_are_those_of_the_zone() -> None:
    assert clock_time(TEN, ZONE) == "10:00"


def test_one_is_not_many() -> None:
    assert (counted(1, "school"), counted(1204, "school")) == ("1 school", "1,204 schools")


def test_a_level_without_a_name_is_still_readable() -> None:
    assert (level_name("span"), level_name("early_college")) == ("K-12 span", "Early college")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-3, "< 1 min"),
        (0.9, "< 1 min"),
        (23, "23 min"),
        (60, "1 h"),
        (100, "1 h 40 min"),
        (60 * 72, "3 days"),
    ],
)
def test_a_wait_is_told_in_minutes(minutes: float, words: str) -> None:
    assert minutes_words(timedelta(minutes=minutes)) == words


def test_a_service_center_has_a_short_name() -> None:
    assert center_name("Educational Service Center North") == "ESC North"
    assert center_name("Intensive Support Center") == "Intensive Support Center"
