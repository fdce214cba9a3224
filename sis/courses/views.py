"""The pages of the master schedule: the grid, what is wrong with it, and the balance of seats."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.web import query
from core.web.access import requires
from core.web.context import actor, now, runtime
from core.web.work import reading
from sis.calendars.rules import local_date
from sis.courses.boards import AXES, balance_of, conflict_groups, grid_of
from sis.courses.catalog import TermCard, list_terms
from sis.courses.queries import ScheduledSection, list_school_sections
from sis.organizations.queries import SchoolCard, get_school_for, list_schools
from sis.settings import SisSettings

blueprint = Blueprint(
    "master_schedule", __name__, template_folder="templates", url_prefix="/master-schedule"
)
MOST_SCHOOLS = 100


@dataclass(frozen=True)
class Frame:
    """What every page of a school shows at its head: the school, the date, and its terms."""

    school: SchoolCard
    on: date
    today: date
    terms: list[TermCard]

    @property
    def writes(self) -> bool:
        return actor().may("master_schedule.write")

    def term_day(self, term: TermCard) -> date:
        """The day on which a link to the term shows it: today while it runs, else its first."""
        return max(self.today, term.starts_on)


def frame_of(session: Session, school_id: int) -> Frame:
    """The head of a school's page, for the date in the address; Invalid when that is none."""
    school = get_school_for(session, actor(), school_id)
    today = local_date(now(), school.time_zone)
    return Frame(school, _day(today), today, list_terms(session, school_id, today))


def _day(today: date) -> date:
    text = request.args.get("on", "")
    try:
        return date.fromisoformat(text) if text else today
    except ValueError as error:
        message = "Give the date as YYYY-MM-DD."
        raise Invalid(f"on: {message}", fields={"on": message}) from error


def shared_rooms() -> tuple[str, ...]:
    """Rooms that hold several sections at once, by the district's policy."""
    return tuple(runtime().settings.of(SisSettings).shared_rooms)


@blueprint.get("")
@requires("master_schedule.read")
def index() -> ResponseReturnValue:
    """The schools to choose from; whoever has only one goes there."""
    search = query.words("q")
    with reading() as session:
        schools = list_schools(session, actor(), search=search or None, limit=MOST_SCHOOLS)
    if len(schools) == 1 and not search:
        return redirect(
            url_for("master_schedule.show", school_id=schools[0].id), HTTPStatus.SEE_OTHER
        )
    return render_template("courses/schools.html", schools=schools, search=search)


def _running(session: Session, frame: Frame) -> list[ScheduledSection]:
    return list_school_sections(session, frame.school.id, frame.on)


@blueprint.get("/<int:school_id>")
@requires("master_schedule.read")
def show(school_id: int) -> ResponseReturnValue:
    """The grid of teachers, courses or rooms by period, or all sections as a table."""
    axis = query.choice("by", [*AXES, "list"], "teacher")
    with reading() as session:
        frame = frame_of(session, school_id)
        sections = _running(session, frame)
    grid = None if axis == "list" else grid_of(sections, axis)
    return render_template(
        "courses/schedule.html", frame=frame, sections=sections, grid=grid, axis=axis, axes=AXES
    )


@blueprint.get("/<int:school_id>/conflicts")
@requires("master_schedule.read")
def conflicts(school_id: int) -> ResponseReturnValue:
    """Everything wrong from the date on."""
    with reading() as session:
        frame = frame_of(session, school_id)
        sections = list_school_sections(session, school_id, frame.on, upcoming=True)
    groups = conflict_groups(sections, frame.on, shared_rooms())
    titles = {section.id: section.title for section in sections}
    return render_template(
        "courses/conflicts.html",
        frame=frame,
        groups=groups,
        titles=titles,
        count=len(sections),
        shared=shared_rooms(),
    )


@blueprint.get("/<int:school_id>/balance")
@requires("master_schedule.read")
def balance(school_id: int) -> ResponseReturnValue:
    """Seats by course and section."""
    with reading() as session:
        frame = frame_of(session, school_id)
        courses = balance_of(_running(session, frame))
    return render_template("courses/balance.html", frame=frame, courses=courses)
