"""Reading from the address what the list of alerts is asked for."""

from flask import request

from alerts.listing.rules import ACKNOWLEDGED, GROUPINGS, RECEIVER, STATES, Asked, open_first
from alerts.rules import Severity, Status
from core.errors import AppError, Invalid
from core.web import query
from core.web.paging import after

SEVERITIES = [severity.value for severity in Severity]
STATUSES = [status.value for status in Status]
MOST_OPEN = 5
"""Groups whose alerts one page shows."""


def asked() -> Asked:
    """The list in the query string; Invalid when a choice does not exist."""
    by = query.choice("by", GROUPINGS)
    return Asked(
        state=query.choice("state", STATES),
        status=query.choice("status", STATUSES),
        severity=query.choice("severity", SEVERITIES),
        alertname=query.words("alertname"),
        service=query.words("service"),
        school=query.words("school"),
        acknowledged=query.choice("acknowledged", ACKNOWLEDGED),
        q=query.words("q"),
        group=query.number("group", 0),
        by=by,
        open=_opened(by) if by else (),
    )


def after_group(by: str) -> tuple[int, str] | None:
    """Count and key of the last group of the page before; AppError for those of other groups."""
    found = after(int, str)
    if found is None:
        return None
    if by == RECEIVER and not _is_number(found[1]):
        raise AppError(
            "This page address is damaged; start again from the first page.", code="bad_cursor"
        )
    return found[0], found[1]


def _is_number(key: str) -> bool:
    return key.isdecimal() and len(key) < 19


def _opened(by: str) -> tuple[str, ...]:
    keys = open_first(request.args.getlist("open"), MOST_OPEN)
    if by == RECEIVER and not all(map(_is_number, keys)):
        message = "Open a group by its number."
        raise Invalid(message, fields={"open": message})
    return keys
