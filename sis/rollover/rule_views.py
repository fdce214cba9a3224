"""The page of the rules by which courses roll over."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import AppError
from core.web import query
from core.web.access import requires
from core.web.context import actor, now
from core.web.work import reading, writing
from sis.courses.catalog import list_courses_for
from sis.organizations.queries import get_school_for, list_schools
from sis.rollover.actions import save_rule
from sis.rollover.queries import list_rules
from sis.rollover.rules.policy import Action, Rule

blueprint = Blueprint(
    "rollover_rules", __name__, template_folder="templates", url_prefix="/rollover/rules"
)
MOST_COURSES = 1000
ACTIONS = {
    Action.RENEW: "a new section of the same course",
    Action.MAP: "a new section of another course",
    Action.CONTINUE: "the same section goes on",
    Action.END: "ends with the term",
}


@blueprint.get("")
@requires("rollover.run")
def index() -> ResponseReturnValue:
    """The district's rules and those of one school."""
    school_id = query.number("school", 0)
    with reading() as session:
        schools = list_schools(session, actor())
        if school_id:
            get_school_for(session, actor(), school_id)
        rules = list_rules(session, school_id or None)
        courses = list_courses_for(
            session, actor(), school_id=school_id or None, limit=MOST_COURSES
        )
    return render_template(
        "rollover/rules.html",
        rules=rules,
        school_id=school_id,
        schools=schools,
        courses={course.id: f"{course.title} ({course.code})" for course in courses},
        actions={str(action): label for action, label in ACTIONS.items()},
        district=actor().scope is None,
    )


@blueprint.post("")
@requires("rollover.run")
def save() -> ResponseReturnValue:
    """Set or forget one rule."""
    school_id, course_id, to_id = (_number(name) for name in ("school", "course", "to_course"))
    wanted = request.form.get("action", "")
    action = Action(wanted) if wanted in list(Action) else None
    rule = Rule(action, to_id if action is Action.MAP else None) if action else None
    try:
        with writing() as session:
            save_rule(
                session, rule, school_id=school_id, course_id=course_id, by=actor(), now=now()
            )
    except AppError as refusal:
        flash(" ".join(refusal.fields.values()) or refusal.message, "warning")
    else:
        flash("The rule is saved." if rule else "The rule is forgotten.", "ok")
    target = url_for("rollover_rules.index", school=school_id or None)
    return redirect(target, HTTPStatus.SEE_OTHER)


def _number(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 19 else None
