"""Intake from the monitors: one urgent ticket for each school where too many students wait.

A job reads the monitors' transitions after its cursor. The cursor and everything that follows from
a transition are saved together, so each is dealt with exactly once, whenever the process dies; and
the database itself refuses a second open ticket of the same probe and school.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.auth.actor import Actor, system
from core.errors import Conflict
from core.upsert import insert_new
from monitors.queries import ProbeState, Transition, get_states, list_transitions
from monitors.rules import State
from sis.organizations.queries import SchoolCard
from triage.intake import rules
from triage.intake.models import TriageCursor
from triage.schools import cards
from triage.tickets.log import change, say
from triage.tickets.models import Ticket
from triage.tickets.opening import insert
from triage.tickets.queries import find_open_of_probe, list_open_of_probe
from triage.tickets.rules.priority import Function, Level
from triage.tickets.rules.request import NewTicket, Requester
from triage.tickets.rules.status import Status

PROBE = "scheduling_completeness"
READER = "triage:transitions"
BATCH = 500
PROBES = Actor(
    kind="system",
    id=system("probes").id,
    name="Bellwether",
    role="system",
    permissions=frozenset(),
)


@dataclass
class Outcome:
    """What one pass did, for the log."""

    read: int = 0
    opened: int = 0
    updated: int = 0
    cleared: int = 0


def follow_transitions(session: Session, now: datetime, limit: int = BATCH) -> Outcome:
    """Deal with the next transitions, and keep the numbers of open tickets true."""
    outcome = Outcome()
    cursor = _cursor(session, now)
    found = list_transitions(session, cursor.position, limit)
    schools = cards(session, (one.school_id for one in found))
    for transition in found:
        outcome.read += 1
        school = schools.get(transition.school_id or 0)
        if transition.probe == PROBE and school is not None:
            _follow(session, transition, school, now, outcome)
        cursor.position = transition.id
        cursor.updated_at = now
    if len(found) < limit:
        _refresh(session, now, outcome)
    return outcome


def _cursor(session: Session, now: datetime) -> TriageCursor:
    """The reader's place, held until the unit of work ends: two readers take turns."""
    insert_new(session, TriageCursor, name=READER, position=0, updated_at=now)
    return session.get_one(TriageCursor, READER, with_for_update=True, populate_existing=True)


def _follow(
    session: Session, what: Transition, school: SchoolCard, now: datetime, outcome: Outcome
) -> None:
    finding = _finding(what, school, what.at)
    ticket = find_open_of_probe(session, PROBE, school.id)
    if what.to_state == State.FIRING and ticket is None:
        _open(session, finding, school, now)
        outcome.opened += 1
    elif what.to_state == State.FIRING and ticket is not None:
        _update(session, ticket, finding, rules.again(finding), now)
        outcome.updated += 1
    elif what.to_state in (State.RESOLVED, State.OK) and ticket is not None:
        _clear(session, ticket, finding, now)
        outcome.cleared += 1


def _finding(what: Transition | ProbeState, school: SchoolCard, at: datetime) -> rules.Finding:
    return rules.Finding(
        school_name=school.name,
        school_path=f"/schools/{school.id}",
        value=what.value,
        threshold=what.threshold,
        denominator=what.denominator,
        sample_ids=what.sample_ids,
        at=at,
        zone=ZoneInfo(school.time_zone),
    )


def _open(session: Session, finding: rules.Finding, school: SchoolCard, now: datetime) -> None:
    new = NewTicket(
        function=Function.SCHEDULING,
        subject=rules.subject(finding),
        description=rules.description(finding),
        requester=Requester(name=PROBES.name, id=PROBES.id),
        channel="probe",
        school_id=school.id,
        students_affected=finding.value,
    )
    high = Level(1, "more students without a schedule than the district allows after 10:00")
    try:
        insert(session, new, high, high, by=PROBES, now=now, origin_probe=PROBE)
    except Conflict:  # somebody else's transaction was faster: theirs is the one ticket
        ticket = find_open_of_probe(session, PROBE, school.id)
        if ticket is not None:
            _update(session, ticket, finding, rules.again(finding), now)


def _update(
    session: Session, ticket: Ticket, finding: rules.Finding, text: str, now: datetime
) -> None:
    values = {"students_affected": finding.value, "subject": rules.subject(finding)}
    change(session, ticket, values, by=PROBES, now=now)
    say(session, ticket, "system", text, by=PROBES, now=now)


def _clear(session: Session, ticket: Ticket, finding: rules.Finding, now: datetime) -> None:
    """A ticket that nobody took is solved; one that somebody works on only gets a message."""
    solved = ticket.assignee_id is None
    values: dict[str, object] = {"students_affected": finding.value}
    if solved:
        values |= {
            "assignee_id": PROBES.id,
            "assignee_name": PROBES.name,
            "status": Status.SOLVED.value,
            "solved_at": now,
        }
    change(session, ticket, values, by=PROBES, now=now)
    say(session, ticket, "system", rules.cleared(finding, solved=solved), by=PROBES, now=now)


def is_behind(session: Session) -> bool:
    """Whether a pass would do anything; asked often, on a reader, to leave writers alone."""
    cursor = session.get(TriageCursor, READER)
    position = cursor.position if cursor is not None else 0
    return bool(list_transitions(session, position, 1)) or bool(_drifted(session))


def _drifted(session: Session) -> list[tuple[Ticket, ProbeState]]:
    """Open tickets whose number has moved clearly since it was last told."""
    tickets = list_open_of_probe(session, PROBE)
    states = get_states(session, PROBE) if tickets else {}
    found = []
    for ticket in tickets:
        state = states.get(ticket.school_id or 0)
        if state is None or state.state != State.FIRING:
            continue
        if rules.worth_telling(ticket.students_affected, state.value):
            found.append((ticket, state))
    return found


def _refresh(session: Session, now: datetime, outcome: Outcome) -> None:
    """Tell open tickets the number of their school, where it has moved clearly."""
    drifted = _drifted(session)
    schools = cards(session, (ticket.school_id for ticket, _ in drifted))
    for ticket, state in drifted:
        school = schools.get(ticket.school_id or 0)
        if school is not None:
            finding = _finding(state, school, now)
            text = rules.still(finding, ticket.students_affected)
            _update(session, ticket, finding, text, now)
            outcome.updated += 1
