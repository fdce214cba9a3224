"""The calendars that people subscribe to, each by a secret address."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alerts.oncall.actions_notes import make_feed
from alerts.oncall.board import names_of
from alerts.oncall.ics import NamedShift, write
from alerts.oncall.models import OnCallFeed
from alerts.oncall.queries import find_feed, get_schedule, list_schedules, load
from alerts.oncall.rules.shifts import final_shifts
from alerts.oncall.views import READ, settings
from core.auth.accounts.queries import get_account_by_id
from core.auth.secrets import digest
from core.errors import NotFound
from core.web.access import public, requires
from core.web.context import actor, now, runtime
from core.web.work import reading, writing

blueprint = Blueprint(
    "oncall_feeds", __name__, template_folder="../templates", url_prefix="/on-call/feeds"
)
BEHIND = timedelta(days=30)


@blueprint.post("")
@requires(READ)
def make() -> ResponseReturnValue:
    """A new address; one that was made before for the same no longer works."""
    text = request.form.get("schedule", "")
    schedule_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    with writing() as session:
        secret = make_feed(session, schedule_id, by=actor(), now=now())
        name = get_schedule(session, schedule_id).name if schedule_id is not None else ""
    base = runtime().settings.core.server.base_url.rstrip("/") or request.host_url.rstrip("/")
    address = f"{base}{url_for('oncall_feeds.show', secret=secret)}"
    return render_template("oncall/feed.html", name=name, address=address), HTTPStatus.CREATED


@blueprint.get("/<secret>.ics")
@public
def show(secret: str) -> ResponseReturnValue:
    """The shifts from 30 days ago; whoever knows the address reads them."""
    with reading() as session:
        found = find_feed(session, digest(secret))
        if found is None or not get_account_by_id(session, found.user_id).active:
            raise NotFound("There is no calendar at this address, or it was replaced.")
        made_at, (name, shifts) = found.made_at, _shifts(session, found)
    response: Response = make_response(write(name, shifts, made_at))
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="on-call.ics"'
    response.add_etag()
    return response.make_conditional(request)


def _shifts(session: Session, found: OnCallFeed) -> tuple[str, list[NamedShift]]:
    rows = list_schedules(session)
    if found.schedule_id is not None:
        rows = [row for row in rows if row.id == found.schedule_id]
    since, until = now() - BEHIND, now() + settings().feed_ahead
    schedules = load(session, rows, since, until)
    listed = [
        (row, shift) for row in rows for shift in final_shifts(schedules[row.id], since, until)
    ]
    if found.schedule_id is None:
        listed = [(row, shift) for row, shift in listed if shift.user_id == found.user_id]
    names = names_of(session, {shift.user_id for _, shift in listed})
    title = rows[0].name if found.schedule_id is not None and rows else "My shifts"
    return f"On call: {title}", [
        NamedShift(row.id, row.name, names[shift.user_id], shift) for row, shift in listed
    ]
