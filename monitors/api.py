"""The states of a probe as JSON."""

from datetime import datetime

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from core.openapi.operation import CURSOR_PAGING, operation
from core.web.access import requires
from core.web.context import actor
from core.web.paging import after, limit, page_of
from core.web.work import reading
from monitors.queries import ProbeRun, ProbeState, list_runs, list_states
from monitors.views import find_entry
from sis.organizations.queries import school_ids_for

blueprint = Blueprint("monitors_api", __name__, url_prefix="/api/v1")


class StateBody(BaseModel):
    """Where one subject stands. ``school`` is its sourced id, null for a subject of no school.

    ``sample_ids`` are sourced ids of persons. ``unknown_since`` is set while the newest
    measurement is unknown; a firing subject stays firing then.
    """

    subject: str
    school: str | None
    title: str
    state: str
    since: datetime
    value: int | None
    threshold: int | None
    denominator: int | None
    sample_ids: list[str]
    fresh_at: datetime | None
    unknown_since: datetime | None
    note: str


class RunBody(BaseModel):
    """The newest run; ``error`` is null when it could measure."""

    at: datetime
    duration_ms: int
    subjects: int
    error: str | None


class ProbeBody(BaseModel):
    """A probe and a page of its states; ``next`` is the cursor of the next page."""

    name: str
    type: str
    enabled: bool
    every_seconds: float
    last_run: RunBody | None
    states: list[StateBody]
    next: str | None


def _state_body(state: ProbeState) -> StateBody:
    return StateBody(
        subject=state.subject,
        school=state.subject if state.school_id is not None else None,
        title=state.title,
        state=state.state,
        since=state.since,
        value=state.value,
        threshold=state.threshold,
        denominator=state.denominator,
        sample_ids=list(state.sample_ids),
        fresh_at=state.fresh_at,
        unknown_since=state.unknown_since,
        note=state.note,
    )


def _run_body(run: ProbeRun | None) -> RunBody | None:
    if run is None:
        return None
    return RunBody(at=run.at, duration_ms=run.duration_ms, subjects=run.subjects, error=run.error)


@blueprint.get("/probes/<name>")
@operation(
    "Show a probe and the states of its subjects",
    tag="probes",
    answers={200: ProbeBody},
    query=CURSOR_PAGING,
    refusals=(400, 404, 422),
)
@requires("probes.read")
def show(name: str) -> ResponseReturnValue:
    """The states that the actor may see, by subject, in cursor pages."""
    entry, size, cursor = find_entry(name), limit(), after(str)
    with reading() as session:
        rows = list_states(
            session,
            school_ids_for(session, actor()),
            probe=name,
            after_subject=cursor[0] if cursor else None,
            limit=size + 1,
        )
        run = list_runs(session).get(name)
    page = page_of(rows, size, lambda state: (state.subject,))
    body = ProbeBody(
        name=entry.name,
        type=entry.type.name,
        enabled=entry.enabled,
        every_seconds=entry.every.total_seconds(),
        last_run=_run_body(run),
        states=[_state_body(state) for state in page.rows],
        next=page.next,
    )
    return jsonify(body.model_dump(mode="json"))
