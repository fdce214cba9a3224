"""Reason codes as they hold on a date."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.errors import Invalid
from sis.attendance.models import AttendanceReason
from sis.attendance.rules.status import Kind, Reason


def list_reasons(session: Session, on: date) -> list[Reason]:
    """The codes in effect on ``on``, the uncleared one and those that do not excuse first."""
    statement = (
        select(AttendanceReason)
        .where(
            or_(AttendanceReason.begins_on.is_(None), AttendanceReason.begins_on <= on),
            or_(AttendanceReason.ends_on.is_(None), AttendanceReason.ends_on > on),
        )
        .order_by(AttendanceReason.excused, AttendanceReason.code)
    )
    return [
        Reason(row.code, row.meaning, row.excused, row.applies_to, row.begins_on, row.ends_on)
        for row in session.scalars(statement)
    ]


def get_reason(session: Session, code: str, *, kind: Kind, on: date) -> Reason:
    """The code as it holds on ``on``; Invalid when it is unknown or of another kind."""
    found = {reason.code: reason for reason in list_reasons(session, on)}
    reason = found.get(code)
    if reason is None:
        message = f"There is no reason code {code!r} on {on}. Use one of {', '.join(found)}."
        raise Invalid(message, fields={"reason": message})
    if not reason.fits(kind):
        message = f"{code} ({reason.meaning}) is no reason for {kind.value.replace('_', ' ')}."
        raise Invalid(message, fields={"reason": message})
    return reason
