"""Reading the form of a section: everything wrong at once, and nothing lost that was typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from werkzeug.datastructures import MultiDict

from sis.courses.consequences import plan_of
from sis.courses.queries import ScheduledSection
from sis.courses.rules.changes import SectionPlan
from sis.courses.rules.meetings import Meeting, parse_days

BLANK_MEETINGS = 2


@dataclass
class SectionForm:
    """The fields as texts, and what is wrong with them by field."""

    title: str = ""
    code: str = ""
    room: str = ""
    seats: str = ""
    on: str = ""
    course: str = ""
    term: str = ""
    version: str = ""
    accept: str = ""
    meetings: Sequence[tuple[str, str]] = ()
    teachers: Sequence[str] = ()
    errors: dict[str, str] = field(default_factory=dict)

    def error_of(self, name: str) -> str:
        """What is wrong with a field, or nothing."""
        return self.errors.get(name, "")

    @property
    def meeting_rows(self) -> list[tuple[str, str]]:
        """What was typed, and blank lines to type more."""
        return [*self.meetings, *[("", "")] * BLANK_MEETINGS]

    @property
    def teacher_rows(self) -> list[str]:
        """The teachers chosen, and a choice for one more."""
        return [*self.teachers, ""]


def form_of(section: ScheduledSection, on: date) -> SectionForm:
    """The form that shows a section as it is."""
    plan = plan_of(section)
    return SectionForm(
        title=plan.title,
        code=plan.code or "",
        room=plan.room or "",
        seats="" if plan.seats is None else str(plan.seats),
        on=on.isoformat(),
        version=section.modified_at.isoformat(),
        meetings=[(meeting.period, meeting.days or "") for meeting in plan.meetings],
        teachers=[str(person_id) for person_id in plan.teacher_ids],
    )


def read_form(sent: MultiDict[str, str]) -> SectionForm:
    """The form as it was sent."""
    form = SectionForm()
    for name in ("title", "code", "room", "seats", "on", "course", "term", "version", "accept"):
        setattr(form, name, sent.get(name, "").strip())
    pairs = zip(sent.getlist("period"), sent.getlist("days"), strict=False)
    typed = [(period.strip(), days.strip()) for period, days in pairs]
    form.meetings = [pair for pair in typed if any(pair)]
    form.teachers = [one for one in sent.getlist("teacher") if one]
    return form


def plan_from(form: SectionForm) -> SectionPlan:
    """The plan that the form asks for; what cannot be read goes into ``form.errors``."""
    meetings = []
    for period, days in form.meetings:
        try:
            meetings.append(Meeting(period, parse_days(days)))
        except ValueError as error:
            form.errors["meetings"] = f"Days of period {period}: {error}."
    return SectionPlan(
        title=form.title,
        code=form.code or None,
        room=form.room or None,
        seats=_number(form, "seats", form.seats),
        meetings=tuple(meetings),
        teacher_ids=tuple(int(one) for one in form.teachers if one.isdecimal() and len(one) < 19),
    )


def day_from(form: SectionForm) -> date | None:
    """The date from which the change holds; None, with an error, when it is none."""
    try:
        return date.fromisoformat(form.on)
    except ValueError:
        form.errors["on"] = "Give the date as YYYY-MM-DD."
        return None


def version_from(form: SectionForm) -> datetime | None:
    """The version that the person saw; None when the form has none that can be read."""
    try:
        version = datetime.fromisoformat(form.version)
    except ValueError:
        return None
    return version if version.tzinfo else None


def number_from(form: SectionForm, name: str, text: str, missing: str) -> int:
    """A choice of the form as an id; 0, with an error, when nothing was chosen."""
    if text.isdecimal() and len(text) < 19:
        return int(text)
    form.errors[name] = missing
    return 0


def _number(form: SectionForm, name: str, text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    form.errors[name] = "Give a whole number, or nothing for no limit."
    return None
