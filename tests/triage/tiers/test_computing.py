"""Computing, storing and explaining tiers, on both databases."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.clock import FrozenClock
from core.db import Database
from core.errors import Conflict, Forbidden, NotFound
from sis.organizations.models import Organization
from sis.scheduling.rules import SchedulingRules
from tests.triage.cast import (
    OPENING,
    ZONE,
    add_school,
    add_students,
    agent,
    new_ticket,
    opened,
    runtime_on,
    staff_of,
)
from triage.jobs import compute_tiers_daily
from triage.settings import ConditionSettings, CriterionSettings, TierSettings
from triage.tickets.rules.priority import Function
from triage.tiers.actions import TierPlan, compute_daily, compute_tiers
from triage.tiers.models import SchoolTier, SupportHistory, TierRun
from triage.tiers.queries import find_latest_run, get_explanation, latest_tiers, list_tiers

PLAN = TierPlan(TierSettings(), SchedulingRules(6, {}), ZONE)
MONDAY = date(2015, 1, 5)


def history(session: Session, school_id: int, tickets: int, category: str = "scheduling") -> None:
    for week in range(10):
        session.add(
            SupportHistory(
                school_id=school_id,
                week_starts_on=MONDAY - timedelta(weeks=week),
                category=category,
                tickets=tickets,
                modified_at=OPENING,
            )
        )
    session.flush()


def test_history_enrolment_and_students_without_schedules_make_the_tiers(session: Session) -> None:
    calm, busy, empty = (add_school(session, f"S-{number}") for number in range(3))
    history(session, calm, 0)
    history(session, busy, 3)
    add_students(session, calm, 5)
    add_students(session, busy, 25)
    run = compute_tiers(session, plan=PLAN, by=agent(), now=OPENING)
    tiers = latest_tiers(session)
    assert list(tiers) == [busy, calm, empty]
    assert (tiers[busy].tickets_this_year, tiers[busy].rank, tiers[busy].raw_rank) == (30, 1, 1)
    assert tiers[busy].explanation["inputs"]["unscheduled"] == 25
    assert tiers[calm].need_hours >= 3
    assert run.inputs["students"] == 30
    assert run.inputs["weeks"] == 10
    assert "30 scheduling tickets" in tiers[busy].explanation["sentences"][0]


def test_tickets_of_this_desk_count_in_whole_weeks_and_in_the_year(session: Session) -> None:
    school = add_school(session, "S-1")
    add_students(session, school, 3)
    last_week, today = OPENING - timedelta(days=4), OPENING - timedelta(minutes=9)
    for at in (last_week, last_week, today):
        opened(session, new_ticket(school, function=Function.LOGIN), at)
    opened(session, new_ticket(school, function=Function.OTHER), last_week)
    compute_tiers(session, plan=PLAN, by=agent(), now=OPENING)
    row = latest_tiers(session)[school]
    login = row.explanation["inputs"]["categories"][0]
    assert (login["category"], login["tickets"]) == ("login", 2)
    assert row.tickets_this_year == 4


def test_last_years_tickets_do_not_count(session: Session) -> None:
    school = add_school(session, "S-1")
    opened(session, new_ticket(school), OPENING - timedelta(days=300))
    compute_tiers(session, plan=PLAN, by=agent(), now=OPENING)
    assert latest_tiers(session)[school].tickets_this_year == 0


def test_declared_criteria_multiply_the_hours(session: Session) -> None:
    esc = Organization(sourced_id="ESC-E", source="t", name="East", type="esc", modified_at=OPENING)
    session.add(esc)
    session.flush()
    school = add_school(session, "S-1", parent_id=esc.id)
    add_students(session, school, 10)
    when = ConditionSettings(escs=frozenset({"ESC-E"}))
    criterion = CriterionSettings(name="a new data office", factor=2, when=when)
    plan = TierPlan(TierSettings(criteria=(criterion,)), PLAN.scheduling, ZONE)
    compute_tiers(session, plan=plan, by=agent(), now=OPENING)
    assert latest_tiers(session)[school].need_hours == pytest.approx(12)


def test_open_tickets_follow_the_new_tier(session: Session) -> None:
    school = add_school(session, "S-1")
    add_students(session, school, 40)
    ticket = opened(session, new_ticket(school))
    compute_tiers(session, plan=PLAN, by=agent(), now=OPENING)
    session.refresh(ticket)
    assert ticket.rank_tier == 1
    assert opened(session, new_ticket(school)).rank_tier == 1


def test_history_of_runs_is_kept_and_yesterday_is_remembered(session: Session) -> None:
    school = add_school(session, "S-1")
    add_students(session, school, 17)
    first = compute_tiers(session, plan=PLAN, by=agent(), now=OPENING)
    strict = TierPlan(TierSettings(thresholds=(20, 11, 4)), PLAN.scheduling, ZONE)
    second = compute_tiers(session, plan=strict, by=agent(), now=OPENING + timedelta(days=1))
    assert first.settings_version != second.settings_version
    row = latest_tiers(session)[school]  # 10.2 hours: below 11, and not clearly
    assert (row.tier, row.explanation["inputs"]["plain_tier"]) == (2, 3)
    assert session.scalar(select(func.count()).select_from(SchoolTier)) == 2


def test_a_school_sees_its_own_explanation_only(session: Session) -> None:
    mine, other = add_school(session, "S-1"), add_school(session, "S-2")
    compute_tiers(session, plan=PLAN, by=agent(), now=OPENING)
    staff = staff_of("S-1")
    assert get_explanation(session, staff, mine).school_id == mine
    assert [row.school_id for row in list_tiers(session, staff)] == [mine]
    with pytest.raises(NotFound):
        get_explanation(session, staff, other)


def test_a_run_is_audited_and_needs_the_permission(session: Session) -> None:
    add_school(session, "S-1")
    with pytest.raises(Forbidden):
        compute_tiers(session, plan=PLAN, by=staff_of("S-1"), now=OPENING)
    compute_tiers(session, plan=PLAN, by=agent(), now=OPENING)
    session.flush()
    statement = select(AuditEntry).where(AuditEntry.action == "tiers.compute")
    assert session.scalars(statement).one().actor == "user:1"


def test_no_schools_is_refused(session: Session) -> None:
    with pytest.raises(Conflict, match="import them first"):
        compute_tiers(session, plan=PLAN, by=agent(), now=OPENING)


def test_the_morning_run_is_once_a_day_from_five_on(session: Session) -> None:
    add_school(session, "S-1")
    night = OPENING.replace(hour=12, minute=59)  # 04:59
    assert compute_daily(session, plan=PLAN, by=agent(), now=night) is not None
    assert compute_daily(session, plan=PLAN, by=agent(), now=night) is None
    morning = night + timedelta(minutes=1)
    run = compute_daily(session, plan=PLAN, by=agent(), now=morning)
    assert run is not None
    assert run.scheduled_on == date(2015, 1, 12)
    assert compute_daily(session, plan=PLAN, by=agent(), now=OPENING) is None


def test_the_job_waits_for_schools_and_then_computes_once(
    database: Database, tmp_path: Path
) -> None:
    runtime = runtime_on(database, FrozenClock(OPENING), tmp_path)
    compute_tiers_daily(runtime, OPENING)
    with database.write() as session:
        assert find_latest_run(session) is None
        add_school(session, "S-1")
    for minutes in (1, 2):
        compute_tiers_daily(runtime, OPENING + timedelta(minutes=minutes))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(TierRun)) == 1
