"""What somebody is already on is not told again."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.acknowledgement.queries import list_acknowledged
from alerts.routing.planning import GroupPlan
from alerts.routing.rules.decision import Reason


def without_acknowledged_repeats(
    session: Session, plans: Mapping[int, GroupPlan], now: datetime
) -> dict[int, GroupPlan]:
    """The plans without repeats of groups all of whose firing alerts are acknowledged; those are
    looked at again, since an acknowledgement may end at any time.
    """
    repeated = {
        member.alert_id
        for plan in plans.values()
        for message in plan.messages
        if message.reason is Reason.REPEAT
        for member in message.firing
    }
    if not repeated:
        return dict(plans)
    known = list_acknowledged(session, repeated, now).keys()
    return {group_id: _without(plan, known) for group_id, plan in plans.items()}


def _without(plan: GroupPlan, acknowledged: Collection[int]) -> GroupPlan:
    told = [
        message
        for message in plan.messages
        if message.reason is not Reason.REPEAT
        or any(member.alert_id not in acknowledged for member in message.firing)
    ]
    if len(told) == len(plan.messages):
        return plan
    return replace(plan, messages=told, held=True)
