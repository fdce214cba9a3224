"""What counts as stuck."""

from datetime import timedelta

import pytest

from alerts.audit.rules import Findings, Moment, problems
from tests.alerts.support import REAL, TEN

MINUTES = timedelta(minutes=1)
GRACE = 2 * MINUTES


@pytest.mark.parametrize(
    ("found", "speed", "expected"),
    [
        (Findings(None, None, {}), 1, []),
        (Findings(TEN - GRACE, TEN - GRACE, {"alert.mail": REAL - GRACE}), 1, []),
        (Findings(TEN - 3 * MINUTES, None, {}), 1, ["a step of an escalation"]),
        (Findings(TEN - 3 * MINUTES, None, {}), 60, []),
        (Findings(None, TEN - 121 * MINUTES, {}), 60, ["a group of alerts"]),
        (
            Findings(None, None, {"alert.sms": REAL - 3 * MINUTES, "alert.mail": REAL}),
            60,
            ["a message of alert.sms"],
        ),
    ],
)
def test_only_what_is_overdue_for_longer_than_grace_of_real_time(
    found: Findings, speed: float, expected: list[str]
) -> None:
    said = list(problems(found, Moment(TEN, REAL, speed), GRACE))
    assert [sentence.split(" has been")[0] for sentence in said] == expected
