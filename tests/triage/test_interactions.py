"""The button "Take the ticket" under a message about alerts."""

import pytest
from sqlalchemy.orm import Session

from alerts.interactions import Pressed, PressedAlert
from alerts.settings import AlertSettings
from core.auth.actor import Actor
from core.errors import Conflict, Forbidden
from tests.triage.cast import OPENING, add_school, agent, staff_of
from tests.triage.intake.test_probe import transition
from triage.intake.probe import PROBE, follow_transitions
from triage.interactions import take_ticket
from triage.tickets.queries import list_open_of_probe


def pressed(by: Actor, *schools: str) -> Pressed:
    alerts = tuple(
        PressedAlert(number, {"alertname": "X", "probe": PROBE, "school": school})
        for number, school in enumerate(schools)
    )
    return Pressed(alerts, {}, by, AlertSettings(), OPENING)


@pytest.fixture
def two_tickets(session: Session) -> None:
    """A ticket of the probe at S-1 and one at S-2."""
    for sourced_id in ("S-1", "S-2"):
        transition(session, add_school(session, sourced_id), "firing")
    follow_transitions(session, OPENING)


@pytest.mark.usefixtures("two_tickets")
def test_the_first_alerts_ticket_is_taken_and_then_the_next(session: Session) -> None:
    first, second = list_open_of_probe(session, PROBE)
    wanted = pressed(agent(1), "S-2", "S-9", "S-1")
    assert take_ticket(session, wanted) == f"took ticket {second.id}; 1 more of these wait"
    assert take_ticket(session, wanted) == f"took ticket {first.id}"
    with pytest.raises(Conflict, match="taken already, by Ana Agent"):
        take_ticket(session, wanted)


@pytest.mark.usefixtures("two_tickets")
def test_without_a_ticket_or_the_permission_it_says_so(session: Session) -> None:
    with pytest.raises(Conflict, match="no open ticket"):
        take_ticket(session, pressed(agent(), "S-9"))
    with pytest.raises(Forbidden):
        take_ticket(session, pressed(staff_of("S-1"), "S-1"))
