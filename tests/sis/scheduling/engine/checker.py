"""An independent judge of answers: knows the rules of a schedule and nothing of the engine's code.

It reads the instance and the answer as the plain data of their files.
"""

from collections import Counter, defaultdict
from itertools import product
from typing import Any

Data = dict[str, Any]


def violations(instance: Data, answer: Data) -> list[str]:
    """Everything wrong with the answer; empty for a schedule that may be used."""
    sections: Data = {}
    for course, entries in instance["sections"].items():
        for entry in entries:
            sid, course_of, cells, seats = _read(course, entry)
            sections[sid] = (course_of, cells, seats)
    wrong = [
        f"{student} is missing"
        for student in instance["requests"].keys() - answer["placements"].keys()
    ]
    load: Counter[Any] = Counter()
    for student, placed in answer["placements"].items():
        places = {course: sid for course, sid in placed.items() if sid is not None}
        load.update(places.values())
        wrong += _misplaced(student, places, sections)
        wrong += _unexplained(student, instance["requests"][student], placed, answer)
        wrong += [
            f"{student}: the lock of {course} was not kept"
            for course, sid in instance.get("locked", {}).get(student, {}).items()
            if places.get(course) != sid
        ]
    return wrong + [
        f"section {sid} has {count} students on {sections[sid][2]} seats"
        for sid, count in load.items()
        if sections[sid][2] is not None and count > sections[sid][2]
    ]


def _misplaced(student: str, places: Data, sections: Data) -> list[str]:
    wrong = []
    taken: dict[Any, str] = {}
    for course, sid in places.items():
        if sid not in sections or sections[sid][0] != course:
            wrong.append(f"{student}: {sid} is no section of {course}")
            continue
        for cell in sections[sid][1]:
            if cell in taken:
                wrong.append(f"{student}: {course} and {taken[cell]} both meet in {cell}")
            taken[cell] = course
    return wrong


def _read(course: str, entry: Any) -> tuple[Any, str, set[tuple[str, str]], int | None]:
    if isinstance(entry, dict):
        cells = {
            (str(m["period"]), day) for m in entry["meetings"] for day in m.get("days", "MTWRF")
        }
        return entry["id"], course, cells, entry.get("seats")
    sid, periods, seats = entry
    listed = periods if isinstance(periods, list) else [periods]
    return sid, course, {(str(p), day) for p, day in product(listed, "MTWRF")}, seats


def _unexplained(student: str, requests: list[Any], placed: Data, answer: Data) -> list[str]:
    asked = [r if isinstance(r, str) else r["course"] for r in requests]
    return [
        f"{student}: no reason for {course}"
        for course in asked
        if placed.get(course) is None and not answer["reasons"].get(student, {}).get(course)
    ]


def tally(instance: Data, answer: Data) -> tuple[int, int]:
    """Requests placed, and students who have all of theirs; alternates count."""
    placed = complete = 0
    for student, requests in instance["requests"].items():
        mine = {c for c, sid in answer["placements"][student].items() if sid is not None}
        filled = [bool(mine & _names(request)) for request in requests]
        placed += sum(filled)
        complete += bool(filled) and all(filled)
    return placed, complete


def _names(request: Any) -> set[str]:
    if isinstance(request, str):
        return {request}
    return {request["course"], *request.get("alternates", [])}


def best_by_hand(instance: Data) -> tuple[int, int]:
    """The best (placed, complete) of a tiny instance by trying everything."""
    sections = defaultdict(list)
    seats = {}
    for course, entries in instance["sections"].items():
        for entry in entries:
            sid, _, cells, room = _read(course, entry)
            sections[course].append((sid, frozenset(cells)))
            seats[sid] = 99 if room is None else room
    states = {(tuple(sorted(seats.items()))): (0, 0)}
    for student, requests in instance["requests"].items():
        days = list(_days(requests, sections, instance.get("locked", {}).get(student, {})))
        after: dict[Any, tuple[int, int]] = {}
        for state, (placed, complete) in states.items():
            left = dict(state)
            for day in days:
                if any(left[sid] < day.count(sid) for sid in day if sid is not None):
                    continue
                filled = sum(sid is not None for sid in day)
                spent = {sid: n - (sid in day) for sid, n in left.items()}
                key = tuple(sorted(spent.items()))
                value = (placed + filled, complete + (filled == len(day) > 0))
                after[key] = max(after.get(key, (-1, -1)), value)
        states = after
    return max(states.values())


def _days(requests: list[Any], sections: Any, locked: Data) -> Any:
    """Every choice of a section or nothing for each request that does not overlap."""
    options = [
        [
            (sid, cells)
            for course in sorted(_names(request))
            for sid, cells in sections[course]
            if course not in locked or locked[course] == sid
        ]
        + ([] if _names(request) & set(locked) else [(None, frozenset())])
        for request in requests
    ]
    for day in product(*options):
        used = [cell for _, cells in day for cell in cells]
        if len(used) == len(set(used)):
            yield [sid for sid, _ in day]
