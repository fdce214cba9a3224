"""Runs as the JSON API tells them: ids of students, never names."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from core.settings import Strict
from sis.scheduling.runs.actions import MOST_MOVES
from sis.scheduling.runs.models import ScheduleRun
from sis.scheduling.runs.queries import PlacementRow, RefusalRow

Status = Literal["queued", "running", "previewed", "applied", "undone", "failed"]


class NewRunBody(Strict):
    """What to compute; ``session_id`` is the semester or term."""

    session_id: int
    scope: Literal["all", "unscheduled"] = "unscheduled"
    max_moves: int = Field(0, ge=0, le=MOST_MOVES)


class FiguresBody(BaseModel):
    """What the engine found, and once applied or undone how many places and students it was.

    ``skipped`` and ``kept`` count students, ``applied`` and ``undone`` places; the bounds are what
    no schedule exceeds; ``shortages`` maps a course to requests for which only seats are missing.
    """

    requests: int
    placed: int
    placed_bound: int
    students: int
    complete: int
    complete_before: int
    complete_bound: int
    proved: bool
    moves: int
    alternates: int
    seconds: float
    without_requests: int
    shortages: dict[str, int]
    applied: int | None = None
    skipped: int | None = None
    undone: int | None = None
    kept: int | None = None


class RunBody(BaseModel):
    """A run; ``figures`` once it is computed, ``failure`` when it came to nothing."""

    id: int
    school: int
    session_id: int
    scope: str
    max_moves: int
    status: Status
    effective_on: date
    requested_at: datetime
    requested_by: str
    previewed_at: datetime | None
    applied_at: datetime | None
    applied_by: str | None
    undone_at: datetime | None
    undone_by: str | None
    failure: str | None
    figures: FiguresBody | None


class RunListBody(BaseModel):
    """The newest first; ``next`` is the cursor of the page after this one."""

    runs: list[RunBody]
    next: str | None


class PlacementBody(BaseModel):
    """A seat that the run proposes; ``leaves`` is the section that the student gives up for it.

    ``skipped`` says why it was not applied, or not undone.
    """

    student: int
    course: int | None
    section: int
    section_title: str
    leaves: int | None
    skipped: str | None


class PlacementListBody(BaseModel):
    """By student; ``next`` is the cursor of the page after this one."""

    placements: list[PlacementBody]
    next: str | None


class RefusalBody(BaseModel):
    """A request that is not filled as asked."""

    student: int
    course: int
    course_title: str
    reason: str


class RefusalListBody(BaseModel):
    """By student; ``next`` is the cursor of the page after this one."""

    refusals: list[RefusalBody]
    next: str | None


def run_body(run: ScheduleRun) -> RunBody:
    """The run for everybody who may see it."""
    return RunBody.model_validate(
        {
            "id": run.id,
            "school": run.school_id,
            "session_id": run.session_id,
            "scope": run.scope,
            "max_moves": run.max_moves,
            "status": run.status,
            "effective_on": run.effective_on,
            "requested_at": run.requested_at,
            "requested_by": run.requested_by_name,
            "previewed_at": run.previewed_at,
            "applied_at": run.applied_at,
            "applied_by": run.applied_by_name,
            "undone_at": run.undone_at,
            "undone_by": run.undone_by_name,
            "failure": run.failure,
            "figures": run.figures,
        }
    )


def placement_body(row: PlacementRow) -> PlacementBody:
    return PlacementBody(
        student=row.person_id,
        course=row.course_id,
        section=row.section_id,
        section_title=row.section_title,
        leaves=row.leaves,
        skipped=row.skipped,
    )


def refusal_body(row: RefusalRow) -> RefusalBody:
    return RefusalBody(
        student=row.person_id,
        course=row.course_id,
        course_title=row.course_title,
        reason=row.reason,
    )
