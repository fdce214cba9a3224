"""group_wait, group_interval, repeat_interval: when a group says what, second by second."""

from datetime import timedelta

from alerts.rules import AlertChange
from core.db import Database
from tests.alerts.routing.timeline import timeline
from tests.alerts.support import TEN

AT_ONCE = {"group_wait": "0s"}


def test_a_group_waits_collects_and_then_tells_news_at_its_interval(database: Database) -> None:
    line = timeline(database)
    line.post("firing", "a", at=0)
    line.post("firing", "b", at=20)
    line.to(29)
    assert line.said() == []
    line.to(30)
    assert line.said() == [("first_notification", ["a", "b"], [])]
    line.post("firing", "c", at=40)
    line.to(329)
    assert line.said() == []
    line.to(330)
    assert line.said() == [("new_alerts_in_group", ["a", "b", "c"], [])]
    line.post("resolved", "b", at=400)
    line.to(630)
    assert line.said() == [("new_resolved_alerts", ["a", "c"], ["b"])]
    line.post("resolved", "a", "c", at=640)
    line.to(930)
    assert line.said() == [("all_alerts_resolved", [], ["a", "c"])]
    line.to(100_000)
    assert line.said() == []


def test_what_still_fires_is_told_again_at_the_first_look_after_the_repeat_interval(
    database: Database,
) -> None:
    line = timeline(database, route=AT_ONCE)
    line.post("firing", "a")
    assert line.said() == [("first_notification", ["a"], [])]
    line.to(4 * 3600 + 299)
    assert line.said() == []
    line.to(4 * 3600 + 300)
    assert line.said() == [("repeat_interval_elapsed", ["a"], [])]
    line.to(8 * 3600 + 600)
    assert line.said() == [("repeat_interval_elapsed", ["a"], [])]


def test_an_alert_that_resolves_within_group_wait_says_nothing(database: Database) -> None:
    line = timeline(database)
    line.post("firing", "a", at=0)
    line.post("resolved", "a", at=10)
    line.to(10_000)
    assert line.said() == []


def test_an_alert_older_than_group_wait_does_not_wait(database: Database) -> None:
    line = timeline(database)
    labels = {"alertname": "Down", "name": "a"}
    line.report([AlertChange(labels, {}, "firing", TEN, TEN - timedelta(minutes=1))])
    assert line.said() == [("first_notification", ["a"], [])]


def test_flapping_is_told_at_most_once_an_interval(database: Database) -> None:
    line = timeline(database, route=AT_ONCE)
    for second in range(0, 280, 20):
        line.post("firing", "a", at=second)
        line.post("resolved", "a", at=second + 10)
    assert line.said() == [("first_notification", ["a"], [])]
    line.to(300)
    assert line.said() == [("all_alerts_resolved", [], ["a"])]
    line.post("firing", "a", at=310)
    assert line.said() == []
    line.to(600)
    assert line.said() == [("new_alerts_in_group", ["a"], [])]


def test_an_alert_that_fires_and_resolves_between_two_looks_is_told_as_resolved(
    database: Database,
) -> None:
    line = timeline(database, route=AT_ONCE)
    line.post("firing", "a")
    line.post("firing", "b", at=100)
    line.post("resolved", "b", at=200)
    line.to(300)
    assert line.said() == [
        ("first_notification", ["a"], []),
        ("new_resolved_alerts", ["a"], ["b"]),
    ]


def test_an_alert_that_nobody_reports_any_more_is_resolved(database: Database) -> None:
    line = timeline(database, route=AT_ONCE)
    labels = {"alertname": "Down", "name": "a"}
    for minute in (0, 4):
        line.to(minute * 60)
        expires_at = line.now + timedelta(minutes=5)
        line.report(
            [AlertChange(labels, {}, "firing", line.now, expires_at=expires_at, times_out=True)]
        )
    assert line.said() == [("first_notification", ["a"], [])]
    line.to(599)
    assert line.said() == []
    line.to(600)
    assert line.said() == [("all_alerts_resolved", [], ["a"])]


def test_a_channel_that_does_not_send_resolved_says_what_fires_alone(database: Database) -> None:
    line = timeline(database, channel={"send_resolved": False}, route=AT_ONCE)
    line.post("firing", "a", "b")
    line.post("resolved", "a", at=10)
    line.to(310)
    assert line.said() == [("first_notification", ["a", "b"], [])]
    line.post("resolved", "b", at=320)
    line.post("firing", "b", at=1000)
    assert line.said() == [("new_alerts_in_group", ["b"], [])]


def test_while_its_source_fires_an_alert_is_inhibited_and_told_when_that_ends(
    database: Database,
) -> None:
    rule = {
        "source_matchers": ["name=source"],
        "target_matchers": ["name!=source"],
        "equal": ["school"],
    }
    line = timeline(database, route=AT_ONCE, inhibit_rules=[rule])
    line.post("firing", "source", school="1")
    line.post("firing", "same", school="1", at=10)
    line.post("firing", "other", school="2")
    line.to(300)
    assert line.said() == [
        ("first_notification", ["source"], []),
        ("new_alerts_in_group", ["other", "source"], []),
    ]
    line.post("resolved", "source", school="1", at=310)
    line.to(600)
    assert line.said() == [("new_alerts_in_group", ["other", "same"], ["source"])]
