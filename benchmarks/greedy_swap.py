"""The reference for the scheduling engine: greedy placement with one swap, as a clerk would do it.

Singletons first; a request without a free seat may push one other course of the same student to
another period. Nobody else is moved.
"""

from typing import Any


def place_greedily(instance: dict[str, Any]) -> tuple[int, int]:
    """(requests placed, students complete) of an instance of single-period sections."""
    seats: dict[tuple[str, int], int] = {}
    periods: dict[str, list[int]] = {}
    for course, sections in instance["sections"].items():
        for _, period, room in sections:
            seats[course, period] = seats.get((course, period), 0) + room
            periods.setdefault(course, [])
            if period not in periods[course]:
                periods[course].append(period)
    placed = complete = 0
    for requests in instance["requests"].values():
        day: dict[int, str] = {}
        for course in sorted(requests, key=lambda c: len(periods.get(c, ()))):
            _place(course, day, seats, periods)
        placed += len(day)
        complete += len(day) == len(requests)
    return placed, complete


def _place(
    course: str,
    day: dict[int, str],
    seats: dict[tuple[str, int], int],
    periods: dict[str, list[int]],
) -> None:
    open_periods = [p for p in periods.get(course, ()) if seats[course, p] > 0]
    for period in sorted(open_periods, key=lambda p: -seats[course, p]):
        other = day.get(period)
        if other is None:
            day[period] = course
            seats[course, period] -= 1
            return
        for elsewhere in periods[other]:
            if elsewhere not in day and seats[other, elsewhere] > 0:
                day[elsewhere], day[period] = other, course
                seats[other, elsewhere] -= 1
                seats[other, period] += 1
                seats[course, period] -= 1
                return
