"""The page of a school's bells."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import AppError, Conflict, Invalid, NotFound
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import reading, writing
from sis.calendars.actions_bells import change_bells
from sis.calendars.forms import Form
from sis.calendars.models import CalendarChange
from sis.calendars.queries_changes import Part, find_last_change, list_periods_of
from sis.calendars.rules import DAY_TYPES_OF_INSTRUCTION, Bell
from sis.organizations.queries import get_school_for

blueprint = Blueprint(
    "calendar_bells", __name__, template_folder="templates", url_prefix="/calendars"
)
SPARE = 3
WRITE = "calendars.write"
_FIELDS = ("label", "starts", "ends")


def _saved(bells: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [dict(zip(_FIELDS, row, strict=True)) for row in bells]


def _typed() -> list[dict[str, str]]:
    rows = Form().rows(*_FIELDS)
    return [{name: request.form.get(f"{name}_{row}", "") for name in _FIELDS} for row in rows]


def _show(school_id: int, day_type: str = "", error: AppError | None = None) -> str:
    """Both bell schedules; the one of ``day_type`` as it was typed, with what is wrong."""
    with reading() as session:
        school = get_school_for(session, actor(), school_id)
        tables = {
            kind: _saved(
                [
                    (row.label, f"{row.starts_at:%H:%M}", f"{row.ends_at:%H:%M}")
                    for row in list_periods_of(session, school_id, kind)
                ]
            )
            for kind in DAY_TYPES_OF_INSTRUCTION
        }
        derived = any(row.derived for row in list_periods_of(session, school_id, "regular"))
        last = find_last_change(session, Part("bells", school_id))
    if error is not None:
        tables[day_type] = _typed()
    return render_template(
        "calendars/bells.html",
        school=school,
        tables=tables,
        spare=SPARE,
        derived=derived,
        last=last,
        seen=last.id if last else 0,
        wrong=day_type,
        error=error.message if error else "",
        fields=error.fields if error else {},
        may_write=actor().may(WRITE),
    )


@blueprint.get("/<int:school_id>/bells")
@requires("schools.read")
def show(school_id: int) -> ResponseReturnValue:
    return _show(school_id)


@blueprint.post("/<int:school_id>/bells/<day_type>")
@requires(WRITE)
@idempotent
def change(school_id: int, day_type: str) -> ResponseReturnValue:
    """Save the bells of a type of day; a refused form is shown again as it was typed."""
    if day_type not in DAY_TYPES_OF_INSTRUCTION:
        raise NotFound("Only regular and minimum days have bells.")
    try:
        done = _save(school_id, day_type)
    except (Invalid, Conflict) as refusal:
        return _show(school_id, day_type, refusal), refusal.status
    flash(f"Saved: {done.summary}" if done else "Nothing changed.", "ok" if done else "info")
    return redirect(url_for("calendar_bells.show", school_id=school_id), 303)


def _save(school_id: int, day_type: str) -> CalendarChange | None:
    form = Form()
    bells = [
        Bell(
            day_type,
            form.text(f"label_{row}"),
            form.clock(f"starts_{row}"),
            form.clock(f"ends_{row}"),
        )
        for row in form.rows(*_FIELDS)
    ]
    _name_rows(form)
    form.check("These bells cannot be saved.")
    with writing() as session:
        return change_bells(
            session,
            school_id,
            day_type,
            bells,
            seen=form.number("seen"),
            by=actor(),
            now=now(),
        )


def _name_rows(form: Form) -> None:
    """A time that is not understood is a fault of its row; rows count without blank ones."""
    for position, row in enumerate(form.rows(*_FIELDS), start=1):
        found = [form.problems.pop(f"{name}_{row}", "") for name in ("starts", "ends")]
        if any(found):
            form.problems[f"bell_{position}"] = found[0] or found[1]
