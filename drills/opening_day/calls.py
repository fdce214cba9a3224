"""Tickets that schools write through the morning, and the turns of the agents who answer."""

from collections.abc import Iterator

import numpy as np

from drills.district.gaps import THRESHOLD
from drills.opening_day.planned import Morning, Planned, SchoolMorning
from drills.opening_day.texts import CANCELLED, TEXTS, WAITING, Text

_WEIGHTS = {
    "login": 0.26, "scheduling": 0.27, "enrollment": 0.15, "attendance": 0.13, "grades": 0.07,
    "reports": 0.06, "other": 0.03, "english_learners": 0.03,
}  # fmt: skip
_ROLES = ("Principal's office", "Counseling office", "Attendance office", "Front office")
_TICKETS_PER_ROOT = 12.0
_TURNS_PER_TICKET = 1.1


def expected_tickets(students: int) -> int:
    """Grows with the square root of the district, so that a large one stays watchable."""
    return max(6, round(_TICKETS_PER_ROOT * float(np.sqrt(students / 1000))))


def _ticket(
    key: str, morning: Morning, school: SchoolMorning, minute: float, text: Text, number: int | None
) -> Planned:
    shown = str(number if number is not None else "several")
    payload = {
        "school": school.sourced_id,
        "function": text.function,
        "subject": text.subject.replace("{n}", shown),
        "description": text.description.replace("{n}", shown),
        "students_affected": number,
        "requester": {
            "name": f"{_ROLES[int(minute) % len(_ROLES)]}, {school.name}",
            "email": f"office.{school.sourced_id.lower()}@bellwether.example",
            "phone": school.phone,
        },
    }
    return Planned(key, "desk", "ticket", morning.at(0, minute), payload)


def _texts(count: int, rng: np.random.Generator) -> list[Text]:
    same = {kind: sum(text.function == kind for text in TEXTS) for kind in _WEIGHTS}
    weights = np.array([_WEIGHTS[text.function] / same[text.function] for text in TEXTS])
    return [TEXTS[pick] for pick in rng.choice(len(TEXTS), count, p=weights / weights.sum())]


def _minutes(count: int, rng: np.random.Generator) -> list[float]:
    """From 6:45 to 12:15, busiest between 8 and 10."""
    return sorted((405 + 330 * rng.beta(2.0, 3.0, count)).tolist())


def _affected(text: Text, rng: np.random.Generator) -> int | None:
    return None if text.affected is None else int(rng.integers(*text.affected, endpoint=True))


def tickets(morning: Morning, rng: np.random.Generator) -> Iterator[Planned]:
    """Tickets of any kind from any school; those with gaps and the large ones write more."""
    count = expected_tickets(morning.students)
    weight = np.array([0.3 + s.students / 1000 + 0.25 * s.gap for s in morning.schools])
    picks = rng.choice(len(morning.schools), count, p=weight / weight.sum())
    texts = _texts(count, rng)
    for number, minute in enumerate(_minutes(count, rng)):
        school, text = morning.schools[picks[number]], texts[number]
        if text.function == "scheduling" and school.level == "elementary":
            text = TEXTS[0]
        yield _ticket(f"ticket/{number:04d}", morning, school, minute, text, _affected(text, rng))


def calls_for_help(
    morning: Morning,
    late: frozenset[int],
    worse: tuple[SchoolMorning, int] | None,
    rng: np.random.Generator,
) -> Iterator[Planned]:
    """A school that is late says so before the alarm does; so does the one that gets worse."""
    for school in morning.schools:
        if school.id in late and school.gap > THRESHOLD:
            minute = float(rng.uniform(8 * 60 + 20, 9 * 60 + 50))
            key = f"ticket/waiting/{school.sourced_id}"
            yield _ticket(key, morning, school, minute, WAITING, school.gap)
    if worse is not None:
        school, students = worse
        key = f"ticket/cancelled/{school.sourced_id}"
        yield _ticket(key, morning, school, 9 * 60 + 41, CANCELLED, students)


def turns(morning: Morning, count: int, rng: np.random.Generator) -> Iterator[Planned]:
    """Moments at which an agent is free and takes the first ticket of the queue.

    They lag behind the tickets, so that the queue grows until ten and is short by noon.
    """
    number = round(count * _TURNS_PER_TICKET)
    minutes = np.sort(420 + 330 * rng.beta(1.7, 1.5, number))
    for turn, minute in enumerate(minutes):
        when = morning.at(0, float(minute))
        payload = {
            "reply_after": round(float(rng.uniform(60, 300))),
            "solve_after": round(float(rng.uniform(480, 1800))),
            "words": int(rng.integers(1000)),
        }
        yield Planned(f"turn/{turn:04d}", "desk", "turn", when, payload)
