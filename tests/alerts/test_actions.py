import threading
from collections import Counter
from datetime import timedelta

import pytest

from alerts.actions import raise_alerts
from alerts.models import Alert
from alerts.notification import Notification
from alerts.queries import AlertFilter, count_firing, last_event_id, list_alerts_for, list_events
from alerts.rules import AlertChange, Severity
from core.auth.actor import SYSTEM
from core.db import Database
from tests.alerts.support import TEN, change, messages, report, settings_of

MINUTE = timedelta(minutes=1)
CONSOLE = settings_of({"type": "console"})


def told(database: Database) -> list[Notification]:
    return [Notification.model_validate(m.payload["notification"]) for m in messages(database)]


def alerts(database: Database) -> list[Alert]:
    with database.read() as session:
        found = list(list_alerts_for(session, SYSTEM, AlertFilter(), limit=5000))
        session.expunge_all()
        return found


def test_eight_schools_that_change_together_are_one_message_per_channel(
    database: Database,
) -> None:
    settings = settings_of({"type": "console"}, {"type": "webhook", "url": "http://localhost/"})
    assert report(database, settings, *(change(number) for number in range(1, 9))) == 8
    first, second = told(database)
    assert first.title == "8 schools have more than 10 students without a schedule at 10:00"
    assert first == second
    assert [m.topic for m in messages(database)] == ["alert.console", "alert.webhook"]


def test_an_alert_keeps_what_it_is_about_in_columns(database: Database) -> None:
    report(database, CONSOLE, change(12))
    [alert] = alerts(database)
    assert (alert.alertname, alert.school) == ("TooManyWithoutSchedule", "S-0012")
    assert (alert.service, alert.severity, alert.status) == ("sis", "critical", "firing")
    assert (alert.starts_at, alert.ends_at) == (TEN, None)


def test_evaluating_again_changes_nothing_and_tells_nobody(database: Database) -> None:
    report(database, CONSOLE, change(1), change(2))
    for minute in range(1, 6):
        assert report(database, CONSOLE, change(1, at=TEN + minute * MINUTE)) == 0
    assert len(messages(database)) == 1
    assert alerts(database)[0].updated_at == TEN


def test_a_worse_value_is_kept_and_tells_nobody(database: Database) -> None:
    report(database, CONSOLE, change(1))
    assert report(database, CONSOLE, change(1, value=30, at=TEN + MINUTE)) == 0
    [alert] = alerts(database)
    assert (alert.annotations["value"], alert.starts_at) == ("30", TEN)
    assert len(messages(database)) == 1


def test_an_episode_is_told_when_it_begins_when_it_ends_and_when_it_begins_again(
    database: Database,
) -> None:
    report(database, CONSOLE, change(1))
    report(database, CONSOLE, change(1, "resolved", value=3, at=TEN + MINUTE))
    report(database, CONSOLE, change(1, at=TEN + 2 * MINUTE))
    assert [news.status for news in told(database)] == ["firing", "resolved", "firing"]
    with database.read() as session:
        events = list_events(session, 1)
        kinds = [event.kind for event in events]
        assert kinds == ["firing", "notified", "resolved", "notified", "firing", "notified"]
        assert last_event_id(session) == 6


def test_the_same_change_twice_in_one_call_is_told_once(database: Database) -> None:
    assert report(database, CONSOLE, change(1), change(1)) == 1
    assert len(messages(database)) == 1


def test_resolving_what_never_fired_is_no_news(database: Database) -> None:
    assert report(database, CONSOLE, change(1, "resolved")) == 0
    assert (alerts(database), messages(database)) == ([], [])


def test_a_report_from_the_future_counts_as_of_now(database: Database) -> None:
    report(database, CONSOLE, change(1, at=TEN + MINUTE), now=TEN)
    assert alerts(database)[0].starts_at == TEN


def test_alerts_of_different_names_are_different_messages(database: Database) -> None:
    other = AlertChange({"alertname": "SISLoginDown", "service": "sis"}, {}, "firing", TEN)
    report(database, CONSOLE, change(1), other)
    assert sorted(news.title for news in told(database)) == [
        "SISLoginDown",
        "School 1: 11 students without a schedule (limit 10)",
    ]


def test_grouping_by_severity_makes_a_message_for_each(database: Database) -> None:
    settings = settings_of({"type": "console"}, route={"group_by": ["severity"]})
    report(
        database,
        settings,
        change(1),
        change(2, severity=Severity.WARNING),
        change(3, severity=Severity.WARNING),
    )
    groups = {news.group_labels["severity"]: news.firing_count for news in told(database)}
    assert groups == {"critical": 1, "warning": 2}


def test_channels_that_are_off_or_not_configured_get_no_messages(database: Database) -> None:
    settings = settings_of(
        {"type": "console", "enabled": False}, {"type": "slack", "token": ""}, {"type": "mail"}
    )
    assert report(database, settings, change(1)) == 1
    assert messages(database) == []


def test_a_change_that_is_rolled_back_is_not_told(database: Database) -> None:
    with database.write() as session:
        raise_alerts(session, [change(1)], settings=CONSOLE, now=TEN, real_now=TEN)
        session.rollback()
    assert (alerts(database), messages(database)) == ([], [])


def test_a_thousand_schools_are_one_message(database: Database) -> None:
    assert report(database, CONSOLE, *(change(number) for number in range(1000))) == 1000
    assert told(database)[0].firing_count == 1000
    with database.read() as session:
        assert count_firing(session, SYSTEM) == 1000


def test_two_reporters_at_once_create_each_alert_once_and_tell_it_once(
    database: Database,
) -> None:
    barrier = threading.Barrier(2)
    news: list[int] = []

    def work(numbers: range) -> None:
        barrier.wait()
        news.append(report(database, CONSOLE, *(change(number) for number in numbers)))

    threads = [
        threading.Thread(target=work, args=[numbers])
        for numbers in (range(200), range(199, -1, -1))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(news) == 200
    assert len(alerts(database)) == 200
    shown = Counter(alert.fingerprint for each in told(database) for alert in each.alerts)
    assert set(shown.values()) == {1}


@pytest.mark.parametrize(
    ("wanted", "schools"),
    [
        (AlertFilter(), ["S-0003", "S-0002", "S-0001"]),
        (AlertFilter(status="firing"), ["S-0003", "S-0002"]),
        (AlertFilter(status="resolved"), ["S-0001"]),
        (AlertFilter(school="S-0002"), ["S-0002"]),
        (AlertFilter(severity="warning"), ["S-0002"]),
        (AlertFilter(service="sis", alertname="TooManyWithoutSchedule", severity="info"), []),
    ],
)
def test_firing_alerts_come_first_and_lists_are_filtered(
    database: Database, wanted: AlertFilter, schools: list[str]
) -> None:
    report(database, CONSOLE, change(1), change(2, severity="warning"))
    report(database, CONSOLE, change(3, at=TEN + MINUTE))
    report(database, CONSOLE, change(1, "resolved", at=TEN + MINUTE))
    with database.read() as session:
        found = list_alerts_for(session, SYSTEM, wanted)
        assert [alert.school for alert in found] == schools


def test_pages_follow_one_another_without_gap_or_overlap(database: Database) -> None:
    report(database, CONSOLE, *(change(number) for number in range(30)))
    report(database, CONSOLE, *(change(n, "resolved", at=TEN + MINUTE) for n in range(10)))
    seen: list[str] = []
    position = None
    with database.read() as session:
        while rows := list_alerts_for(session, SYSTEM, AlertFilter(), after=position, limit=7):
            seen += [row.school for row in rows]
            position = (rows[-1].status, rows[-1].starts_at, rows[-1].id)
    assert len(seen) == len(set(seen)) == 30
