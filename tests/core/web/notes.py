"""A package as small as one can be: notes that people and programs put down."""

from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, flash, jsonify, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import Select, func, select

from core.audit.actions import record
from core.audit.models import AuditEntry
from core.errors import Conflict, Invalid
from core.plugins import NavItem, Surface
from core.settings import Strict
from core.web.access import public, requires, signed_in
from core.web.body import parse
from core.web.context import actor, now
from core.web.idempotency import idempotent
from core.web.query import choice, number, words
from core.web.work import reading, writing

_PAGE = """{% extends "layout.html" %}
{% from "macros.html" import badge, button_post, data_table, empty, field, pager, tile %}
{% block title %}Notes{% endblock %}
{% block content %}<h1>Notes</h1>{{ button_post("/notes", "Add", idempotent=true) }}
{{ badge("firing", "11 without") }}
{{ tile("Notes", 12, state="ok") }}{{ empty("None", "Why", "Do") }}
{{ field("Text", "text", "<b>", required=true, error="Too short") }}
{% call data_table("All", ["Note", "#Count"]) %}<tr><td>1</td></tr>{% endcall %}{% endblock %}"""


class Note(Strict):
    text: Annotated[str, Field(min_length=1, max_length=20)]
    tags: list[Annotated[str, Field(max_length=5)]] = Field(default_factory=list)


def make_surface() -> Surface:
    """A new blueprint each time: one that is registered takes no more routes."""
    blueprint = Blueprint("notes", __name__)
    blueprint.get("/notes")(index)
    blueprint.post("/notes")(add_from_form)
    blueprint.get("/api/v1/notes")(count)
    blueprint.post("/api/v1/notes")(add)
    blueprint.put("/api/v1/notes/<int:note_id>")(replace)
    blueprint.delete("/api/v1/notes/<int:note_id>")(remove)
    blueprint.get("/broken")(broken)
    blueprint.get("/mine")(mine)
    blueprint.get("/guarded")(guarded)
    blueprint.get("/asked")(asked)
    return Surface(
        "notes", blueprints=(blueprint,), nav=(NavItem("Notes", "notes.index", "audit.read", 1),)
    )


def _put_down(text: str) -> int:
    with writing() as session:
        record(session, by=actor(), action="note.add", subject=("note", text), now=now())
    if text == "late conflict":
        raise Conflict("Somebody was faster.")
    with reading() as session:
        return session.scalar(count_notes()) or 0


def count_notes() -> Select[int]:
    return select(func.count()).where(AuditEntry.action == "note.add")


@requires("audit.read")
def index() -> ResponseReturnValue:
    return render_template_string(_PAGE)


@requires("audit.read")
@idempotent
def add_from_form() -> ResponseReturnValue:
    if request.form.get("text") == "bad":
        raise Invalid("Write something better.", fields={"text": "Not this."})
    flash(f"Note {_put_down('form')} is kept.", "ok")
    return redirect("/notes", HTTPStatus.SEE_OTHER)


@requires("audit.read")
def count() -> ResponseReturnValue:
    with reading() as session:
        return jsonify(notes=session.scalar(count_notes()))


@requires("audit.read")
@idempotent
def add() -> ResponseReturnValue:
    note = parse(Note)
    return jsonify(note=_put_down(note.text)), HTTPStatus.CREATED, {"Location": "/api/v1/notes/1"}


@requires("audit.read")
def replace(note_id: int) -> ResponseReturnValue:
    return jsonify(note=note_id)


@requires("audit.read")
def remove(note_id: int) -> ResponseReturnValue:
    return jsonify(note=note_id)


@public
def broken() -> ResponseReturnValue:
    raise RuntimeError("a bug with a secret in it")


@signed_in
def mine() -> ResponseReturnValue:
    return jsonify(
        actor=actor().id,
        role=actor().role,
        permissions=sorted(actor().permissions),
        scope=None if (scope := actor().scope) is None else sorted(scope),
    )


@requires("users.write")
def guarded() -> ResponseReturnValue:
    return jsonify(ok=True)


@public
def asked() -> ResponseReturnValue:
    return jsonify(
        limit=number("limit", 50, least=1, most=200),
        q=words("q", most=10),
        state=choice("state", {"open", "solved"}, "open"),
    )
