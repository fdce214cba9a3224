from datetime import timedelta

import pytest

from alerts.acknowledgement.actions import acknowledge
from alerts.escalation.actions import advance_due
from alerts.escalation.queries import oldest_overdue_step
from core.db import Database
from tests.alerts.acknowledgement.test_actions import BEN
from tests.alerts.escalation.staff import MINUTE, Stage, add_person, add_rule, chain
from tests.alerts.support import REAL, TEN, change, report

ANA = {"notify": {"user": "ana"}}
BEN_STEP = {"notify": {"user": "ben"}}
WAIT = {"wait": "5m"}


@pytest.fixture
def staffed(database: Database) -> Database:
    """Ana and Ben can be reached by mail; Cy has no address."""
    with database.write() as session:
        add_person(session, "ana", ("mail", "ana@district.example"))
        add_person(session, "ben", ("mail", "ben@district.example"))
        add_person(session, "cy")
    return database


def test_the_first_person_is_told_at_once_and_the_next_after_the_wait(staffed: Database) -> None:
    stage = Stage(staffed, chain(ANA, WAIT, BEN_STEP, WAIT, {"repeat": 1}))
    stage.begin()
    assert stage.told() == ["ana@district.example"]
    assert stage.after(4 * MINUTE) == []
    assert stage.after(MINUTE) == ["ben@district.example"]
    assert stage.after(5 * MINUTE) == ["ana@district.example"]
    assert stage.after(5 * MINUTE) == ["ben@district.example"]
    assert stage.after(5 * MINUTE) == []
    assert stage.due() is None
    assert stage.log() == [
        *("started urgent", "told Ana", "told Ben", "repeated 1 of 1"),
        *("told Ana", "told Ben", "exhausted"),
    ]


def test_it_stops_when_somebody_acknowledges_or_the_alert_is_resolved(staffed: Database) -> None:
    stage = Stage(staffed, chain(ANA, WAIT, BEN_STEP))
    stage.begin()
    with staffed.write() as session:
        acknowledge(session, stage.ids, by=BEN, now=TEN)
    assert stage.told() == ["ana@district.example"]
    assert stage.after(10 * MINUTE) == []
    assert stage.log()[-1] == "acknowledged Ben"


def test_it_ends_by_itself_when_nothing_fires_any_more(staffed: Database) -> None:
    stage = Stage(staffed, chain(ANA, WAIT, BEN_STEP))
    stage.begin()
    report(staffed, stage.settings, change(1, "resolved", at=TEN + MINUTE))
    stage.known = 10**6
    stage.after(10 * MINUTE)
    assert stage.log()[-1] == "ended resolved"


def test_a_step_that_reaches_nobody_is_followed_by_the_next_without_a_wait(
    staffed: Database,
) -> None:
    nobody = {"notify": {"schedule": "sis"}}
    missing = {"notify": {"user": "dora"}}
    mute = {"notify": {"user": "cy"}}
    stage = Stage(staffed, chain(nobody, WAIT, missing, WAIT, mute, WAIT, BEN_STEP, WAIT))
    stage.begin()
    assert stage.told() == ["ben@district.example"]
    assert stage.log()[1:] == [
        "nobody nobody is on call in sis",
        "nobody there is no open account dora",
        "nobody Cy has no verified address",
        "told Ben",
    ]


def test_a_chain_that_reaches_nobody_at_all_rests_before_it_repeats(staffed: Database) -> None:
    stage = Stage(staffed, chain({"notify": {"user": "cy"}}, WAIT, {"repeat": 2}))
    stage.begin()
    assert stage.due() == TEN + MINUTE
    stage.after(MINUTE)
    assert stage.due() == TEN + 2 * MINUTE
    stage.after(MINUTE)
    assert stage.log()[-1] == "exhausted"


def test_a_round_robin_takes_turns_and_passes_over_whom_it_cannot_reach(staffed: Database) -> None:
    turns = {"notify": {"round_robin": ["ana", "cy", "ben"]}}
    stage = Stage(staffed, chain(turns, WAIT, {"repeat": 3}))
    stage.begin()
    order = [*stage.told(), *(stage.after(5 * MINUTE)[0] for _ in range(3))]
    assert [address.split("@")[0] for address in order] == ["ana", "ben", "ana", "ben"]


def test_a_team_a_receiver_and_a_webhook_are_told(staffed: Database) -> None:
    steps = [
        {"notify": {"team": "sis"}},
        {"notify": {"receiver": "default"}},
        {"notify": {"webhook": "https://example.org/hook"}},
    ]
    stage = Stage(staffed, chain(*steps, teams={"sis": ["ana", "ben"]}))
    stage.begin()
    assert stage.told() == [*("ana@district.example", "ben@district.example", "console", "webhook")]


def test_it_waits_for_the_hour(staffed: Database) -> None:
    window = {"from": "12:00", "to": "13:00", "zone": "America/Los_Angeles"}
    stage = Stage(staffed, chain({"if_time_between": window}, ANA))
    stage.begin()
    assert stage.due() == TEN + timedelta(hours=2)
    assert stage.after(timedelta(hours=2)) == ["ana@district.example"]
    assert stage.log() == ["started urgent", "waiting until 12:00", "told Ana", "exhausted"]


def test_it_waits_for_a_storm_and_says_so_once(staffed: Database) -> None:
    storm = {"if_more_than": {"alerts": 2, "within": "10m"}}
    stage = Stage(staffed, chain(storm, ANA), schools=2)
    stage.begin()
    assert stage.after(timedelta(seconds=30)) == []
    report(staffed, stage.settings, change(3, at=stage.now))
    stage.told()
    stage.begin([*stage.ids, 3])
    assert stage.after(timedelta(seconds=30)) == ["ana@district.example"]
    assert stage.log()[1:] == [
        *("waiting for more than 2 alerts", "joined alerts: 1", "told Ana", "exhausted")
    ]


def test_personal_rules_say_what_is_told_later_unless_somebody_acknowledges(
    database: Database,
) -> None:
    with database.write() as session:
        dora = add_person(session, "dora", ("mail", "dora@d.example"), ("sms", "+12135550100"))
        add_rule(session, dora, "mail", 0)
        add_rule(session, dora, "sms", 5)
        add_rule(session, dora, "sms", 15)
    stage = Stage(database, chain({"notify": {"user": "dora"}}))
    stage.begin()
    assert stage.told() == ["dora@d.example"]
    assert stage.after(4 * MINUTE) == []
    assert stage.after(MINUTE) == ["+12135550100"]
    with database.write() as session:
        acknowledge(session, stage.ids, by=BEN, now=stage.now)
    assert stage.after(10 * MINUTE) == []


def test_a_new_alert_begins_an_exhausted_chain_again_and_a_repeat_does_not(
    staffed: Database,
) -> None:
    stage = Stage(staffed, chain(ANA), schools=2)
    stage.begin(stage.ids[:1])
    assert stage.told() == ["ana@district.example"]
    stage.begin(stage.ids[:1])
    assert stage.told() == []
    stage.begin(stage.ids)
    assert stage.told() == ["ana@district.example"]


def test_a_walk_that_is_cut_off_is_walked_once_by_the_next(staffed: Database) -> None:
    stage = Stage(staffed, chain(ANA, WAIT, BEN_STEP))
    stage.begin()
    stage.told()
    later = TEN + 6 * MINUTE
    with staffed.write() as session:
        advance_due(session, settings=stage.settings, now=later, real_now=REAL)
        session.rollback()  # as kill -9 before the commit leaves it
    with staffed.read() as session:
        assert oldest_overdue_step(session, later) == TEN + 5 * MINUTE
    assert stage.after(6 * MINUTE) == ["ben@district.example"]
    assert stage.after(MINUTE) == []
    with staffed.read() as session:
        assert oldest_overdue_step(session, later) is None
