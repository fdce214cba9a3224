"""Computing the tiers of all schools."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict
from core.settings import Settings
from core.web.settings import site
from sis.scheduling.completeness import rules_of
from sis.scheduling.rules import SchedulingRules
from sis.settings import SisSettings
from triage.settings import TierSettings, TriageSettings
from triage.tickets.ranking import copy_tiers
from triage.tiers.inputs import gather, period
from triage.tiers.models import SchoolTier, TierRun
from triage.tiers.queries import has_run_on
from triage.tiers.rules.explanation import sentences
from triage.tiers.rules.forecast import Forecast, forecast
from triage.tiers.rules.observation import Inputs


@dataclass(frozen=True)
class TierPlan:
    """The district's policy for tiers, and what it needs to count students and days."""

    settings: TierSettings
    scheduling: SchedulingRules
    zone: ZoneInfo

    @property
    def version(self) -> str:
        """Changes whenever a number of the policy does."""
        return hashlib.sha256(self.settings.model_dump_json().encode()).hexdigest()[:12]

    def day_of(self, now: datetime) -> date:
        """The day whose morning run holds at ``now``: before the hour it is still yesterday's."""
        local = now.astimezone(self.zone)
        begun = local.time() >= self.settings.computed_at
        return local.date() if begun else local.date() - timedelta(days=1)


def tier_plan(settings: Settings) -> TierPlan:
    """The policy that config.yaml describes."""
    scheduling = rules_of(settings.of(SisSettings))
    return TierPlan(settings.of(TriageSettings).tiers, scheduling, site(settings).zone)


def compute_tiers(
    session: Session,
    *,
    plan: TierPlan,
    by: Actor,
    now: datetime,
    scheduled_on: date | None = None,
) -> TierRun:
    """Forecast the need of every school, store tiers with their explanations, and re-rank the
    tickets that are open. Raises Conflict when there is no school yet.
    """
    by.require("tiers.compute")
    policy = plan.settings.policy()
    weeks = period(now, plan.zone, plan.settings.year_begins)
    inputs = gather(session, weeks, plan.scheduling, now)
    if not inputs.schools:
        raise Conflict("There are no schools yet; import them first.", code="no_schools")
    found = forecast(inputs, plan.settings.declared_criteria(), policy)
    run = TierRun(
        at=now,
        scheduled_on=scheduled_on,
        by=by.id,
        settings_version=plan.version,
        inputs=_summary(inputs, found),
    )
    session.add(run)
    session.flush()
    rows = [_row(run.id, one, inputs, len(found), plan) for one in found]
    session.execute(insert(SchoolTier), rows)
    copy_tiers(session, {one.school.school_id: one.tier for one in found}, now)
    record(
        session,
        by=by,
        action="tiers.compute",
        subject=("tier_run", run.id),
        after=run.inputs,
        now=now,
    )
    return run


def compute_daily(session: Session, *, plan: TierPlan, by: Actor, now: datetime) -> TierRun | None:
    """The morning run, once a day however often it is asked for; None when it is done already."""
    day = plan.day_of(now)
    if has_run_on(session, day):
        return None
    return compute_tiers(session, plan=plan, by=by, now=now, scheduled_on=day)


def needs_daily(session: Session, plan: TierPlan, now: datetime) -> bool:
    """Whether the morning run of the day is still to come; cheap enough to ask all day."""
    return not has_run_on(session, plan.day_of(now))


def _summary(inputs: Inputs, found: list[Forecast]) -> JsonDict:
    by_tier = {str(tier): sum(one.tier == tier for one in found) for tier in range(1, 5)}
    return {
        "schools": len(found),
        "students": sum(school.students for school in inputs.schools),
        "tickets_this_year": sum(inputs.tickets_this_year.values()),
        "weeks": len({one.week for one in (*inputs.history, *inputs.desk)}),
        "unscheduled": sum(inputs.unscheduled.values()),
        "by_tier": by_tier,
    }


def _row(run_id: int, one: Forecast, inputs: Inputs, schools: int, plan: TierPlan) -> JsonDict:
    return {
        "run_id": run_id,
        "school_id": one.school.school_id,
        "tier": one.tier,
        "need_hours": round(one.hours, 4),
        "rank": one.rank,
        "tickets_this_year": one.tickets_this_year,
        "raw_rank": one.raw_rank,
        "flagged": bool(one.flagged),
        "explanation": {
            "sentences": sentences(one, inputs.today, schools, plan.settings.policy()),
            "inputs": _inputs(one),
        },
    }


def _inputs(one: Forecast) -> JsonDict:
    """Every number behind a tier, so that anybody can work it out again."""
    return {
        "students": one.school.students,
        "level": one.school.level,
        "tracks": one.school.tracks,
        "tickets_this_year": one.tickets_this_year,
        "categories": [{**asdict(c), "category": c.category.value} for c in one.categories],
        "unscheduled": one.unscheduled,
        "unscheduled_hours": one.unscheduled_hours,
        "criteria": [{"name": c.name, "factor": c.factor} for c in one.criteria],
        "need_hours": one.hours,
        "plain_tier": one.plain_tier,
        "previous_tier": one.previous,
    }
