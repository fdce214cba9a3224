"""What on-call, escalations and acknowledgements offer to the application."""

from collections.abc import Sequence

from flask import Blueprint

from alerts.acknowledgement.api import blueprint as acknowledgement_api
from alerts.acknowledgement.jobs import make_jobs as acknowledgement_jobs
from alerts.contacts.views import blueprint as notifications
from alerts.escalation.walker import make_loops
from alerts.oncall.api import blueprint as oncall_api
from alerts.oncall.jobs import make_jobs as oncall_jobs
from alerts.oncall.views import blueprint as oncall_pages
from alerts.oncall.views_covers import blueprint as oncall_covers
from alerts.oncall.views_edit import blueprint as oncall_edit
from alerts.oncall.views_feed import blueprint as oncall_feeds
from core.jobs.job import Job

__all__ = ["BLUEPRINTS", "PERMISSIONS", "make_jobs", "make_loops"]

PERMISSIONS = {
    "oncall.read": "See who is on call, and subscribe to calendars of it.",
    "oncall.cover": "Take shifts, make overrides, ask for swaps and leave notes.",
    "oncall.write": "Make and change on-call schedules.",
}

BLUEPRINTS: Sequence[Blueprint] = (
    oncall_pages,
    oncall_covers,
    oncall_edit,
    oncall_feeds,
    oncall_api,
    notifications,
    acknowledgement_api,
)


def make_jobs() -> Sequence[Job]:
    return [*acknowledgement_jobs(), *oncall_jobs()]
