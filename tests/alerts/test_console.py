import pytest

from alerts.channels.console import Console
from tests.alerts.support import TOOLS, notification


def test_one_alert_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert Console().deliver(notification(1), TOOLS) == "printed"
    assert capsys.readouterr().out == (
        "[10:00 AM, Monday 12 January 2015] FIRING: "
        "School 1: 11 students without a schedule (limit 10)\n"
    )


def test_several_alerts_are_one_line_that_names_the_worst(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Console(lines=1).deliver(notification(8), TOOLS)
    assert capsys.readouterr().out == (
        "[10:00 AM, Monday 12 January 2015] FIRING: "
        "8 schools have more than 10 students without a schedule at 10:00 "
        "(School 8: 18 students without a schedule (limit 10); and 7 more)\n"
    )
