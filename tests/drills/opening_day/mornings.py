"""A small invented morning, and what becomes of it when the script is followed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from drills.opening_day.planned import Morning, Planned, SchoolMorning, Waiting
from drills.opening_day.script import Cancelled, make_script

ZONE = ZoneInfo("America/Los_Angeles")
DAY = date(2015, 1, 12)
GAPS = (10, 11, 11, 24, 40, 17, 13, 5, 0, 2)
WORSE = 8


def school(number: int, gap: int) -> SchoolMorning:
    return SchoolMorning(
        id=number,
        sourced_id=f"S-{number:04d}",
        name=f"School {number}",
        level="high",
        phone="(213) 555-0100",
        students=900 + number,
        tracks=("",),
        waiting=tuple(Waiting(number * 1000 + who, "09", "", 6) for who in range(gap)),
    )


def morning(gaps: Iterable[int] = GAPS) -> Morning:
    schools = [school(number, gap) for number, gap in enumerate(gaps)]
    return Morning(DAY, ZONE, tuple(schools))


def cancelled(of: Morning) -> Cancelled:
    students = [Waiting(90_000 + who, "10", "", 6) for who in range(30)]
    return Cancelled(of.schools[WORSE], 777, students)


def full_script(seed: int = 1) -> list[Planned]:
    day = morning()
    return make_script(day, cancelled(day), seed)


def waiting_at(events: Iterable[Planned], start: Morning, at: datetime) -> dict[int, int]:
    """School id -> students without a schedule at that time, if every event succeeds."""
    lacking: dict[int, set[str]] = defaultdict(set)
    ids = {one.sourced_id: one.id for one in start.schools}
    for one in start.schools:
        lacking[one.id] = {str(student.person_id) for student in one.waiting}
    for event in events:
        if event.due_at > at or event.lane != "records":
            continue
        who = str(event.payload.get("person_id", event.key.removesuffix("/schedule")))
        here = lacking[ids[event.payload["school"]]]
        if event.kind == "schedule":
            here.discard(who)
        else:
            here.add(who)
    return {school_id: len(students) for school_id, students in lacking.items()}
