from dataclasses import replace
from datetime import timedelta

from alerts.notification import Notification, compose, listing
from alerts.rules import AlertState, merge
from tests.alerts.support import TEN, change, notification, state


def resolved(number: int) -> AlertState:
    ended = merge(state(number), change(number, "resolved", value=3, at=TEN + timedelta(minutes=9)))
    assert ended is not None
    return ended


def test_one_alert_is_told_by_its_own_sentence() -> None:
    assert notification(1).title == "School 1: 11 students without a schedule (limit 10)"


def test_several_alerts_are_told_by_the_sentence_for_several() -> None:
    title = "8 schools have more than 10 students without a schedule at 10:00"
    assert notification(8).title == title


def test_the_worst_school_comes_first() -> None:
    numbers = [alert.labels["school"] for alert in notification(3).alerts]
    assert numbers == ["S-0003", "S-0002", "S-0001"]


def test_resolved_alerts_have_their_own_sentence() -> None:
    news = compose("default", {}, [resolved(1), resolved(2)], 1000)
    assert news.status == "resolved"
    assert news.title == "2 schools are back to 10 students without a schedule or fewer"


def test_firing_and_resolved_alerts_are_one_message_that_fires() -> None:
    news = compose("default", {}, [resolved(1), state(2)], 1000)
    assert news.status == "firing"
    assert [alert.status for alert in news.alerts] == ["firing", "resolved"]
    assert news.title == (
        "School 2: 11 students without a schedule (limit 10); "
        "resolved: School 1: 3 students without a schedule (limit 10)"
    )


def test_alerts_without_a_common_sentence_are_counted_by_name() -> None:
    other = replace(state(2), annotations={})
    assert compose("default", {}, [state(1), other], 9).title == "2 alerts: TooManyWithoutSchedule"


def test_a_long_list_ends_with_how_many_more() -> None:
    news = notification(20)
    shown, more = listing(news.firing, news.firing_count, 8)
    assert (len(shown), more) == (8, "and 12 more")
    assert listing(news.firing, 20, 20)[1] == ""


def test_of_too_many_alerts_the_worst_are_carried_and_all_are_counted() -> None:
    news = notification(20, most=5)
    assert (len(news.alerts), news.firing_count, news.truncated) == (5, 20, 15)
    assert news.title.startswith("20 schools")
    assert news.alerts[0].labels["school"] == "S-0020"


def test_a_notification_survives_the_outbox() -> None:
    news = compose("default", {"alertname": "x"}, [resolved(1), state(2)], 1000)
    assert Notification.model_validate(news.model_dump(mode="json")) == news


def test_groups_that_a_storm_cap_collapsed_are_counted() -> None:
    news = compose("default", {}, [state(1), state(2)], 9, route_key="{}/storm", groups=12)
    assert news.title.startswith("12 more groups: 2 schools")
    assert news.group_key == "{}/storm:{}"


def test_an_alert_without_a_name_is_told_by_its_labels() -> None:
    nameless = replace(state(1), labels={"b": "2", "a": "1"}, annotations={})
    assert compose("default", {}, [nameless], 9).title == "a=1, b=2"
