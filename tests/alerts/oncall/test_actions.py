from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from alerts.actions import raise_alerts
from alerts.models import Alert
from alerts.oncall.actions import (
    change_schedule,
    make_schedule,
    put_layer,
    remove_layer,
    retire_schedule,
)
from alerts.oncall.actions_covers import (
    accept_swap,
    ask_swap,
    cover,
    decline_swap,
    uncover,
    withdraw_swap,
)
from alerts.oncall.actions_notes import leave_note
from alerts.oncall.models import OnCallSwap
from alerts.oncall.queries import find_on_call, find_schedule, get_schedule, list_open_swaps
from alerts.oncall.rules.drafts import ScheduleDraft
from alerts.oncall.watching import gap_changes, tell_handoffs
from core.auth.actor import Actor
from core.db import Database
from core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.alerts.oncall.roster import NOW, WEEKLY, Roster, at, make_roster, user
from tests.alerts.support import REAL, messages, settings_of

DAY = timedelta(days=1)
TUESDAY, WEDNESDAY = at("2015-01-06T12:00"), at("2015-01-07T12:00")
NEXT_TUESDAY, NEXT_WEDNESDAY = at("2015-01-13T12:00"), at("2015-01-14T12:00")


@pytest.fixture
def roster(database: Database) -> Roster:
    return make_roster(database)


def on(session: Session, when: datetime) -> int | None:
    shift = find_on_call(session, "sis", when)
    return shift.user_id if shift else None


def test_a_schedule_tells_who_is_on_call_at_any_time(database: Database, roster: Roster) -> None:
    with database.read() as session:
        assert on(session, NOW) == user(roster.ana)
        assert on(session, NOW + 7 * DAY) == user(roster.ben)
        assert on(session, at("2015-01-04T12:00")) is None
        assert find_on_call(session, "nobody's", NOW) is None


def test_every_problem_of_a_draft_is_said_at_once(database: Database, roster: Roster) -> None:
    wrong = replace(WEEKLY, name="", people=("dora",), zone="Mars", length=0, windows="noon")
    with database.write() as session:
        with pytest.raises(Invalid) as refused:
            put_layer(session, roster.schedule, wrong, by=roster.ana, now=NOW)
        assert sorted(refused.value.fields) == ["length", "name", "people", "windows", "zone"]
        assert "dora" in refused.value.fields["people"]
        draft = ScheduleDraft(" sis ", "", "America/Los_Angeles")
        with pytest.raises(Conflict, match="already"):
            make_schedule(session, draft, by=roster.ana, now=NOW)


def test_a_change_counts_from_then_on_and_the_past_stays(
    database: Database, roster: Roster
) -> None:
    turned = replace(WEEKLY, people=("cy", "ana"))
    with database.write() as session:
        layer = put_layer(
            session, roster.schedule, turned, layer_id=roster.layer, by=roster.ben, now=NOW
        )
        assert on(session, NOW - DAY / 2) == user(roster.ana)
        assert on(session, NOW) == user(roster.cy)
        with pytest.raises(Conflict, match="meanwhile"):
            remove_layer(session, roster.schedule, roster.layer, by=roster.ben, now=NOW)
        remove_layer(session, roster.schedule, layer.id, by=roster.ben, now=NOW + DAY)
        assert (on(session, NOW + DAY / 2), on(session, NOW + DAY)) == (user(roster.cy), None)


def test_the_second_of_two_editors_is_told_who_was_faster(
    database: Database, roster: Roster
) -> None:
    draft = ScheduleDraft("sis", "Later", "America/Los_Angeles", "mon-fri 08:00-17:00")
    with database.write() as session:
        seen = get_schedule(session, roster.schedule).version
        change_schedule(session, roster.schedule, draft, version=seen, by=roster.ben, now=NOW)
        with pytest.raises(Conflict, match="Ben changed sis while you were at it"):
            retire_schedule(session, roster.schedule, version=seen, by=roster.ana, now=NOW)
        retire_schedule(session, roster.schedule, by=roster.ana, now=NOW)
        assert find_schedule(session, "sis") is None
        with pytest.raises(NotFound):
            change_schedule(session, roster.schedule, draft, by=roster.ana, now=NOW)
        make_schedule(session, draft, by=roster.ana, now=NOW)


def test_an_override_is_taken_back_from_now_on(database: Database, roster: Roster) -> None:
    with database.write() as session:
        found = cover(
            session,
            roster.schedule,
            user_id=user(roster.cy),
            begins_at=TUESDAY,
            ends_at=WEDNESDAY,
            by=roster.cy,
            now=NOW,
        )
        assert on(session, TUESDAY) == user(roster.cy)
        half = TUESDAY + DAY / 2
        uncover(session, roster.schedule, found.id, by=roster.ana, now=half)
        assert (on(session, TUESDAY), on(session, half)) == (user(roster.cy), user(roster.ana))
        with pytest.raises(Conflict, match="over already"):
            uncover(session, roster.schedule, found.id, by=roster.ana, now=WEDNESDAY)


@pytest.mark.parametrize(
    ("begins_at", "ends_at", "sentence"),
    [
        (WEDNESDAY, TUESDAY, "ends before it begins"),
        (NOW - 2 * DAY, NOW - DAY, "over already"),
        (NOW, NOW + 100 * DAY, "At most 92 days"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(
    database: Database, roster: Roster, begins_at: datetime, ends_at: datetime, sentence: str
) -> None:
    with database.write() as session, pytest.raises(Invalid, match=sentence):
        cover(
            session,
            roster.schedule,
            user_id=user(roster.cy),
            begins_at=begins_at,
            ends_at=ends_at,
            by=roster.cy,
            now=NOW,
        )


def asked(session: Session, roster: Roster, of: Actor | None, *, back: bool = False) -> OnCallSwap:
    return ask_swap(
        session,
        roster.schedule,
        asked_of=user(of) if of else None,
        begins_at=TUESDAY,
        ends_at=WEDNESDAY,
        in_return=(NEXT_TUESDAY, NEXT_WEDNESDAY) if back else None,
        by=roster.ana,
        now=NOW,
    )


def test_a_swap_changes_both_stretches_at_once(database: Database, roster: Roster) -> None:
    with database.write() as session:
        swap = asked(session, roster, roster.ben, back=True)
        assert list_open_swaps(session, NOW) == [swap]
        with pytest.raises(Forbidden, match="somebody else"):
            accept_swap(session, swap.id, by=roster.cy, now=NOW)
        accept_swap(session, swap.id, by=roster.ben, now=NOW)
        assert (on(session, TUESDAY), on(session, NEXT_TUESDAY)) == (
            user(roster.ben),
            user(roster.ana),
        )
        with pytest.raises(Conflict, match="accepted already by Ben"):
            accept_swap(session, swap.id, by=roster.ben, now=NOW)


def test_anybody_may_take_what_was_asked_of_all_and_the_second_is_told(
    database: Database, roster: Roster
) -> None:
    with database.write() as session:
        swap = asked(session, roster, None)
        with pytest.raises(Forbidden):
            decline_swap(session, swap.id, by=roster.cy, now=NOW)
        accept_swap(session, swap.id, by=roster.cy, now=NOW)
        with pytest.raises(Conflict, match="already by Cy"):
            accept_swap(session, swap.id, by=roster.ben, now=NOW)


def test_a_swap_that_no_longer_fits_is_refused(database: Database, roster: Roster) -> None:
    with database.write() as session:
        swap = asked(session, roster, roster.ben)
        cover(
            session,
            roster.schedule,
            user_id=user(roster.cy),
            begins_at=TUESDAY,
            ends_at=TUESDAY + DAY / 4,
            by=roster.cy,
            now=NOW,
        )
        with pytest.raises(Conflict, match="not on call in the whole"):
            accept_swap(session, swap.id, by=roster.ben, now=NOW)
        with pytest.raises(Conflict, match="is over"):
            accept_swap(session, swap.id, by=roster.ben, now=WEDNESDAY)
        with pytest.raises(Conflict, match="You are not on call"):
            ask_swap(
                session,
                roster.schedule,
                asked_of=None,
                begins_at=TUESDAY,
                ends_at=WEDNESDAY,
                by=roster.cy,
                now=NOW,
            )


def test_a_request_is_declined_or_withdrawn_once(database: Database, roster: Roster) -> None:
    with database.write() as session:
        first, second = asked(session, roster, roster.ben), asked(session, roster, roster.ben)
        decline_swap(session, first.id, by=roster.ben, now=NOW)
        with pytest.raises(Forbidden):
            withdraw_swap(session, second.id, by=roster.ben, now=NOW)
        withdraw_swap(session, second.id, by=roster.ana, now=NOW)
        for swap in (first, second):
            with pytest.raises(Conflict, match="already"):
                withdraw_swap(session, swap.id, by=roster.ana, now=NOW)


def test_gaps_fire_and_resolve_alerts(database: Database, roster: Roster) -> None:
    settings = settings_of({"type": "console"})

    def look(now: datetime) -> dict[str, str]:
        with database.write() as session:
            changes = gap_changes(session, now, timedelta(days=7))
            raise_alerts(session, changes, settings=settings, now=now, real_now=REAL)
            session.flush()
            rows = session.query(Alert).filter(Alert.status == "firing")
            return {row.alertname: row.annotations["summary"] for row in rows}

    assert look(NOW) == {}
    with database.write() as session:
        remove_layer(session, roster.schedule, roster.layer, by=roster.ana, now=NOW + 2 * DAY)
    assert look(NOW) == {
        "OnCallGap": "Nobody is on call in sis from Thu 8 Jan 10:00 to Tue 13 Jan 10:00"
    }
    assert sorted(look(NOW + 3 * DAY)) == ["OnCallNobody"]
    with database.write() as session:
        retire_schedule(session, roster.schedule, by=roster.ana, now=NOW + 4 * DAY)
    assert look(NOW + 4 * DAY) == {}


def test_who_begins_is_told_with_the_note_of_who_ends(database: Database, roster: Roster) -> None:
    monday = at("2015-01-12T08:00")

    def look(now: datetime) -> int:
        with database.write() as session:
            return tell_handoffs(session, now=now, real_now=REAL)

    assert look(NOW) == 0
    with database.write() as session:
        leave_note(session, roster.schedule, " The night run failed. ", by=roster.ana, now=NOW)
        with pytest.raises(Invalid, match="Write 1 to"):
            leave_note(session, roster.schedule, "  ", by=roster.ana, now=NOW)
    assert (look(monday), look(monday)) == (1, 0)
    told = messages(database)[-1].payload
    assert told["address"] == "ben@district.example"
    assert told["title"] == (
        "You are on call in sis until Mon 19 Jan 08:00. Ana leaves a note: The night run failed."
    )
