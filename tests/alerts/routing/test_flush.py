"""One flush: silences, times, storm caps, acknowledgements, escalations."""

from collections import Counter
from datetime import timedelta

from alerts.acknowledgement.actions import acknowledge
from alerts.matching import parse_matchers
from alerts.notification import Notification
from alerts.queries import AlertFilter, list_alerts_for, list_events
from alerts.routing.queries import AlertStanding, Standing, list_standings
from alerts.settings import AlertSettings
from alerts.silences.actions import create_silence
from alerts.silences.rules.state import Draft
from core.auth.actor import SYSTEM
from core.db import Database
from tests.alerts.routing.timeline import Timeline, timeline
from tests.alerts.support import TEN, messages

AT_ONCE = {"group_wait": "0s"}


def silence(line: Timeline, matchers: str, until: float) -> None:
    draft = Draft(
        matchers=parse_matchers(matchers),
        starts_at=line.now,
        ends_at=TEN + timedelta(seconds=until),
        created_by="",
        comment="work on the network",
    )
    with line.database.write() as session:
        create_silence(session, draft, lead=timedelta(), by=SYSTEM, now=line.now)


def standings(line: Timeline) -> dict[str, AlertStanding]:
    with line.database.read() as session:
        rows = list_alerts_for(session, SYSTEM, AlertFilter())
        found = list_standings(session, rows, line.settings, line.now)
        return {row.labels["name"]: found[row.id] for row in rows}


def kinds(line: Timeline, alert_id: int = 1) -> list[str]:
    with line.database.read() as session:
        return [event.kind for event in list_events(session, alert_id)]


def test_what_is_silenced_is_told_when_the_silence_has_ended(database: Database) -> None:
    line = timeline(database, route=AT_ONCE)
    silence(line, "name=a", until=1000)
    line.post("firing", "a", "b", at=1)
    assert line.said() == [("first_notification", ["b"], [])]
    assert standings(line)["a"].state is Standing.SUPPRESSED
    assert len(standings(line)["a"].silenced_by) == 1
    assert standings(line)["b"].state is Standing.ACTIVE
    line.to(1200)
    assert line.said() == []
    line.to(1201)
    assert line.said() == [("new_alerts_in_group", ["a", "b"], [])]
    assert kinds(line) == ["firing", "suppressed", "unsuppressed", "notified"]


def test_what_was_told_and_is_resolved_under_a_silence_is_told_afterwards(
    database: Database,
) -> None:
    line = timeline(database, route=AT_ONCE)
    line.post("firing", "a")
    silence(line, "name=a", until=1000)
    line.post("resolved", "a", at=20)
    line.to(999)
    assert line.said() == [("first_notification", ["a"], [])]
    line.to(1500)
    assert line.said() == [("all_alerts_resolved", [], ["a"])]


def test_a_route_is_silent_in_its_mute_times_and_speaks_afterwards(database: Database) -> None:
    """It is ten o'clock in Los Angeles; the interval ends at half past."""
    night = {
        "name": "assembly",
        "time_intervals": [
            {
                "times": [{"start_time": "10:00", "end_time": "10:30"}],
                "weekdays": ["monday:friday"],
                "location": "America/Los_Angeles",
            }
        ],
    }
    route = {**AT_ONCE, "routes": [{"mute_time_intervals": ["assembly"]}]}
    line = timeline(database, route=route, time_intervals=[night])
    line.post("firing", "a")
    line.to(1799)
    assert line.said() == []
    assert standings(line)["a"].muted_by == ("assembly",)
    line.to(1800)
    assert line.said() == [("first_notification", ["a"], [])]


def test_a_route_that_is_only_active_in_class_is_silent_while_no_school_has_any(
    database: Database,
) -> None:
    class_time = {"name": "class", "time_intervals": [{"school_calendar": "instruction"}]}
    route = {**AT_ONCE, "routes": [{"active_time_intervals": ["class"]}]}
    line = timeline(database, route=route, time_intervals=[class_time])
    line.post("firing", "a")
    line.to(10_000)
    assert line.said() == []
    assert standings(line)["a"].muted_by == ("class",)


def test_a_storm_becomes_one_message_with_the_worst_told_first(database: Database) -> None:
    caps = {"console": {"burst": 3, "every": "1m"}}
    line = timeline(database, route={**AT_ONCE, "group_by": ["..."]}, storm_caps=caps)
    line.post("firing", *(f"n{number}" for number in range(8)))
    line.post("firing", "worst", severity="critical")
    sizes = [len(firing) for _, firing, _ in line.said()]
    assert sizes == [1, 1, 6]
    line.to(59)
    assert line.said() == []
    line.to(60)
    assert line.said() == [("first_notification", ["worst"], [])]
    body = messages(database)[2].payload["notification"]
    assert Notification.model_validate(body).title.startswith("6 more groups: 6 alerts")


def test_of_a_storm_in_one_flush_the_critical_alert_is_told_by_itself(database: Database) -> None:
    caps = {"console": {"burst": 2, "every": "1m"}}
    line = timeline(database, route={"group_wait": "10s", "group_by": ["..."]}, storm_caps=caps)
    line.post("firing", *"abcdef")
    line.post("firing", "worst", severity="critical")
    line.to(10)
    assert [firing for _, firing, _ in line.said()] == [["worst"], list("abcdef")]


def test_repeats_of_what_somebody_is_on_are_not_told(database: Database) -> None:
    line = timeline(database, route={**AT_ONCE, "repeat_interval": "1h"})
    line.post("firing", "a")
    line.said()
    with database.write() as session:
        until = line.now + timedelta(hours=3)
        acknowledge(session, [1], by=SYSTEM, now=line.now, expires_at=until)
    line.to(3 * 3600 - 1)
    assert line.said() == []
    line.to(3 * 3600)
    assert line.said() == [("repeat_interval_elapsed", ["a"], [])]


def test_an_alert_that_takes_two_routes_is_told_to_both(database: Database) -> None:
    receivers = {
        "team": {"channels": [{"type": "console"}]},
        "desk": {"channels": [{"type": "console"}]},
    }
    routes = [{"matchers": ["name=a"], "receiver": "desk", "continue": True}, {}]
    settings = AlertSettings.model_validate(
        {"receivers": receivers, "route": {"receiver": "team", **AT_ONCE, "routes": routes}}
    )
    line = Timeline(database, settings)
    line.post("firing", "a", "b")
    told = Counter(row.payload["receiver"] for row in messages(database))
    assert told == {"team": 1, "desk": 1}
    assert standings(line)["a"].receivers == ("desk", "team")
    assert standings(line)["b"].receivers == ("team",)
