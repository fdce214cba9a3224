from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.matching import Matcher
from alerts.silences.actions import create_silence, expire_silence, update_silence
from alerts.silences.models import Silence
from alerts.silences.queries import (
    get_silence_for,
    list_active,
    list_current_for,
    list_expired_for,
    lock_due_reminders,
    next_silence_change,
)
from alerts.silences.rules.recurrence import Weekly
from alerts.silences.rules.state import Draft
from core.audit.models import AuditEntry
from core.auth.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from sis.organizations.models import Organization, School

NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # a Monday, 12:00 in Los Angeles
HOUR = timedelta(hours=1)
ANA = Actor("user", "user:1", "Ana", "agent", frozenset(), user_id=1)
OFFICE = Actor("user", "user:2", "Office", "office", frozenset(), scope=frozenset({"S-1"}))
DOWN = Matcher("alertname", "=", "Down")
LUNCH = Weekly(frozenset({0}), time(12), time(13), ZoneInfo("America/Los_Angeles"))


def draft(
    *matchers: Matcher, starts: int = 0, ends: int = 3, weekly: Weekly | None = None
) -> Draft:
    return Draft(
        matchers or (DOWN,), NOON + starts * HOUR, NOON + ends * HOUR, "", "cabling", weekly
    )


def create(
    session: Session, wanted: Draft | None = None, *, by: Actor = ANA, now: datetime = NOON
) -> Silence:
    return create_silence(session, wanted or draft(), lead=HOUR, by=by, now=now)


def holding(session: Session, now: datetime) -> Sequence[str]:
    return [silence.id for silence in list_active(session, now)]


def audited(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.action, row.subject_id) for row in rows]


def test_a_silence_holds_and_ends_by_itself(session: Session) -> None:
    row = create(session, draft(Matcher("school", "=", "S-1"), Matcher("a", "!~", "x|y"), starts=1))
    assert (row.created_by, row.author, row.school) == ("Ana", "user:1", "S-1")
    assert holding(session, NOON) == []
    assert next_silence_change(session, NOON) == NOON + HOUR
    (active,) = list_active(session, NOON + HOUR)
    assert active.id == row.uuid
    assert active.matchers == (Matcher("school", "=", "S-1"), Matcher("a", "!~", "x|y"))
    assert next_silence_change(session, NOON + HOUR) == NOON + 3 * HOUR
    assert holding(session, NOON + 3 * HOUR) == []
    assert next_silence_change(session, NOON + 3 * HOUR) is None
    assert audited(session) == [("silence.create", row.uuid)]


def test_a_recurring_silence_is_active_inside_its_windows(session: Session) -> None:
    row = create(session, draft(ends=24 * 30, weekly=LUNCH))
    session.flush()
    session.expire_all()
    assert holding(session, NOON) == [row.uuid]
    assert holding(session, NOON + HOUR) == []
    assert next_silence_change(session, NOON + HOUR) == NOON + timedelta(days=7)
    assert holding(session, NOON + timedelta(days=7)) == [row.uuid]


def test_a_start_in_the_past_becomes_now(session: Session) -> None:
    assert create(session, draft(starts=-5)).starts_at == NOON


def test_a_wrong_silence_is_refused_with_its_fields(session: Session) -> None:
    with pytest.raises(Invalid, match="at least one matcher") as refusal:
        create(session, draft(Matcher("a", "=~", ".*"), ends=-1))
    assert set(refusal.value.fields) == {"matchers", "ends_at"}
    assert audited(session) == []


def test_the_end_is_moved_in_place(session: Session) -> None:
    row = create(session)
    later = NOON + HOUR
    same = update_silence(session, row.uuid, draft(ends=9), lead=HOUR, by=ANA, now=later)
    assert same is row
    assert (row.ends_at, row.remind_at) == (NOON + 9 * HOUR, NOON + 8 * HOUR)
    assert [action for action, _ in audited(session)] == ["silence.create", "silence.update"]


def test_other_matchers_make_a_new_silence_and_end_the_old(session: Session) -> None:
    row = create(session)
    later, wanted = NOON + HOUR, draft(Matcher("alertname", "=", "Slow"), ends=9)
    new = update_silence(session, row.uuid, wanted, lead=HOUR, by=ANA, now=later)
    assert new.uuid != row.uuid
    assert (row.ends_at, row.remind_at, new.starts_at) == (later, None, later)
    assert holding(session, later) == [new.uuid]


def test_a_pending_silence_that_is_expired_has_never_held(session: Session) -> None:
    row = create(session, draft(starts=2))
    expire_silence(session, row.uuid, by=ANA, now=NOON + HOUR)
    assert (row.starts_at, row.ends_at) == (NOON + HOUR, NOON + HOUR)
    assert holding(session, NOON + HOUR) == []
    with pytest.raises(Conflict, match="already expired"):
        expire_silence(session, row.uuid, by=ANA, now=NOON + 2 * HOUR)


def test_a_change_of_something_that_changed_meanwhile_is_refused(session: Session) -> None:
    row = create(session)
    seen = row.updated_at
    update_silence(session, row.uuid, draft(ends=9), lead=HOUR, by=ANA, now=NOON + HOUR)
    with pytest.raises(Conflict, match="ends at 2026-11-24 05:00 UTC"):
        expire_silence(session, row.uuid, by=ANA, now=NOON + HOUR, seen_at=seen)


def test_staff_of_a_school_silence_and_see_their_own_school_only(session: Session) -> None:
    session.add(
        Organization(
            id=1, sourced_id="S-1", source="test", name="One", type="school", modified_at=NOON
        )
    )
    session.flush()
    session.add(School(organization_id=1, time_zone="America/Los_Angeles"))
    session.flush()
    everywhere = create(session)
    own = create(session, draft(DOWN, Matcher("school", "=", "S-1")), by=OFFICE)
    with pytest.raises(Forbidden, match="own schools"):
        create(session, draft(DOWN, Matcher("school", "=", "S-2")), by=OFFICE)
    assert get_silence_for(session, OFFICE, own.uuid) is own
    with pytest.raises(NotFound):
        get_silence_for(session, OFFICE, everywhere.uuid)
    with pytest.raises(NotFound):
        expire_silence(session, everywhere.uuid, by=OFFICE, now=NOON)
    assert list_current_for(session, OFFICE, NOON) == [own]


def test_lists_are_paged_by_their_end(session: Session) -> None:
    rows = [create(session, draft(ends=hours)) for hours in (3, 1, 2, 2)]
    by_end = [rows[1], rows[2], rows[3], rows[0]]
    assert list_current_for(session, ANA, NOON) == by_end
    after = (by_end[1].ends_at, by_end[1].id)
    assert list_current_for(session, ANA, NOON, after=after, limit=1) == [by_end[2]]
    evening = NOON + 5 * HOUR
    assert list_expired_for(session, ANA, evening) == by_end[::-1]
    assert list_expired_for(session, ANA, evening, after=after) == [by_end[0]]
    assert list_expired_for(session, ANA, evening, since=NOON + 2 * HOUR) == [rows[0]]


def test_reminders_come_due_once_before_the_end(session: Session) -> None:
    row = create(session)
    create(session, replace(draft(), ends_at=NOON + HOUR / 2))
    assert lock_due_reminders(session, NOON + HOUR, 10) == []
    assert lock_due_reminders(session, NOON + 2 * HOUR, 10) == [row]
    assert lock_due_reminders(session, NOON + 3 * HOUR, 10) == []
