"""Beginning and ending escalations with the groups whose receiver names a chain."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.escalation.actions import start, stop
from alerts.notification import compose
from alerts.routing.planning import GroupPlan
from alerts.settings import AlertSettings


def escalate(
    session: Session,
    plans: Iterable[GroupPlan],
    settings: AlertSettings,
    now: datetime,
    real_now: datetime,
) -> None:
    """While a group fires unsuppressed its chain is walked; when it does not, that is over."""
    for plan in plans:
        chain = settings.receivers[plan.group.receiver].escalation
        if chain:
            _walk(session, plan, chain, settings, now, real_now)


def _walk(
    session: Session,
    plan: GroupPlan,
    chain: str,
    settings: AlertSettings,
    now: datetime,
    real_now: datetime,
) -> None:
    heard = [each.member for each in plan.verdicts if not each.kind and each.member.firing]
    if not heard:
        fires = any(verdict.member.firing for verdict in plan.verdicts)
        reason = "suppressed" if fires else "resolved"
        stop(session, group_id=plan.group.id, reason=reason, now=now)
        return
    notification = compose(
        plan.group.receiver,
        plan.group.labels,
        [member.state for member in heard],
        settings.most_alerts,
        route_key=plan.route.key,
    )
    start(
        session,
        group_id=plan.group.id,
        alert_ids=[member.alert_id for member in heard],
        chain=chain,
        settings=settings,
        notification=notification,
        now=now,
        real_now=real_now,
    )
