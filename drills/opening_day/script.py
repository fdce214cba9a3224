"""The whole day as a list of events; the same for the same district and seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from drills.opening_day.arrivals import arrivals
from drills.opening_day.calls import calls_for_help, tickets, turns
from drills.opening_day.pace import fixes, late_schools
from drills.opening_day.planned import Morning, Planned, SchoolMorning, Waiting
from drills.opening_day.worsening import worsening


class _Stream(IntEnum):
    PACE = 101
    ARRIVALS = 102
    WORSENING = 103
    TICKETS = 104
    TURNS = 105


@dataclass(frozen=True)
class Cancelled:
    """The section that a school cancels, and who sits in it."""

    school: SchoolMorning
    section_id: int
    students: Sequence[Waiting]


def make_script(morning: Morning, cancelled: Cancelled | None, seed: int) -> list[Planned]:
    """Every event in the order of its time; keys begin with the day and the seed."""

    def rng(stream: _Stream) -> np.random.Generator:
        return np.random.default_rng([seed, int(stream), morning.day.toordinal()])

    pace = rng(_Stream.PACE)
    late = late_schools(morning, pace)
    events = [*fixes(morning, late, pace), *arrivals(morning, rng(_Stream.ARRIVALS))]
    worse = None
    if cancelled is not None:
        school, students = cancelled.school, cancelled.students
        chance = rng(_Stream.WORSENING)
        events += worsening(morning, school, cancelled.section_id, students, chance)
        worse = (school, len(students))
    asked = list(tickets(morning, rng(_Stream.TICKETS)))
    asked += calls_for_help(morning, late, worse, rng(_Stream.TICKETS))
    events += asked
    events += turns(morning, len(asked), rng(_Stream.TURNS))
    prefix = f"{morning.day}/{seed}/"
    named = (replace(_warned(event, cancelled), key=prefix + event.key) for event in events)
    return sorted(named, key=lambda event: (event.due_at, event.key))


def _warned(event: Planned, cancelled: Cancelled | None) -> Planned:
    """Nobody at that school is put into the section that is going to be cancelled."""
    if cancelled is None or event.kind != "schedule":
        return event
    if event.payload["school_id"] != cancelled.school.id:
        return event
    return replace(event, payload={**event.payload, "avoid": cancelled.section_id})
