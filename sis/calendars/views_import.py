"""The page on which a file of days or bells is looked at first, and then imported."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.errors import Invalid
from core.web.access import requires
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.work import writing
from sis.calendars.importing import Outcome, import_file
from sis.calendars.rules_file import BELLS, DAYS, CalendarFile, NotACalendar, read_file

blueprint = Blueprint(
    "calendar_imports", __name__, template_folder="templates", url_prefix="/calendars/import"
)
SHOWN = 200


def _show(outcome: Outcome | None = None, error: str = "", *, preview: bool = True) -> str:
    return render_template(
        "calendars/import.html",
        outcome=outcome,
        error=error,
        preview=preview,
        days=DAYS,
        bells=BELLS,
        shown=SHOWN,
        name=request.files["file"].filename if "file" in request.files else "",
    )


@blueprint.get("")
@requires("calendars.write")
def show() -> ResponseReturnValue:
    return _show()


@blueprint.post("")
@requires("calendars.write")
@idempotent
def upload() -> ResponseReturnValue:
    """Import the file, or with ``preview`` only say what that would do."""
    preview = request.form.get("preview") == "yes"
    try:
        file = _file()
    except Invalid as refusal:
        return _show(error=refusal.message), refusal.status
    with writing() as session:
        outcome = import_file(session, file, by=actor(), now=now(), dry_run=preview)
    return _show(outcome, preview=preview)


def _file() -> CalendarFile:
    """The file that was sent; Invalid when it is none, is empty or not understood.

    A body of more than 4 MB is refused before any view sees it.
    """
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if not content:
        raise Invalid("Choose a file that is not empty.")
    try:
        return read_file(content)
    except NotACalendar as error:
        raise Invalid(str(error)) from error
