"""The pages of the probes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.errors import NotFound
from core.web.access import requires
from core.web.context import actor, runtime
from core.web.paging import after, limit, page_of
from core.web.work import reading
from monitors.bookkeeping import list_self_checks
from monitors.queries import ProbeRun, ProbeState, list_runs, list_states
from monitors.rules import State
from monitors.settings import ProbeEntry, ProbesSettings
from sis.organizations.queries import school_ids_for

blueprint = Blueprint("monitors", __name__, template_folder="templates")

WORST_FIRST = (State.FIRING, State.UNKNOWN, State.PENDING, State.RESOLVED, State.OK)


@dataclass(frozen=True)
class Board:
    """One probe as the page shows it: its entry, its last run, and how many subjects stand where.

    ``state`` is the worst of the subjects that the reader may see.
    """

    entry: ProbeEntry
    run: ProbeRun | None
    counts: Mapping[State, int]

    @property
    def state(self) -> State:
        if not self.entry.enabled or self.run is None or self.run.error:
            return State.UNKNOWN
        return next((state for state in WORST_FIRST if self.counts.get(state)), State.OK)


def boards_of(
    entries: Iterable[ProbeEntry], runs: Mapping[str, ProbeRun], states: Iterable[ProbeState]
) -> list[Board]:
    """The configured probes in their order."""
    counts: dict[str, Counter[State]] = {}
    for one in states:
        counts.setdefault(one.probe, Counter())[one.state] += 1
    return [Board(one, runs.get(one.name), counts.get(one.name, Counter())) for one in entries]


def find_entry(name: str) -> ProbeEntry:
    """The configured probe; NotFound when there is none of that name."""
    for entry in runtime().settings.of(ProbesSettings).root:
        if entry.name == name:
            return entry
    raise NotFound(f"There is no probe {name}.")


@blueprint.get("/probes")
@requires("probes.read")
def index() -> ResponseReturnValue:
    """Every probe, what it is for, when it ran and how its subjects stand."""
    with reading() as session:
        boards = boards_of(
            runtime().settings.of(ProbesSettings).root,
            list_runs(session),
            list_states(session, school_ids_for(session, actor())),
        )
        checks = list_self_checks(session)
    return render_template("monitors/probes.html", boards=boards, checks=checks, states=WORST_FIRST)


@blueprint.get("/probes/<name>")
@requires("probes.read")
def show(name: str) -> ResponseReturnValue:
    """One probe with the states of its subjects."""
    entry, size = find_entry(name), limit()
    cursor = after(str)
    with reading() as session:
        allowed = school_ids_for(session, actor())
        run = list_runs(session).get(name)
        rows = list_states(
            session,
            allowed,
            probe=name,
            after_subject=cursor[0] if cursor else None,
            limit=size + 1,
        )
    page = page_of(rows, size, lambda state: (state.subject,))
    return render_template(
        "monitors/probe.html", entry=entry, run=run, page=page, first=cursor is None
    )
