"""Bounds that need no solver: seats against demand, and students whom no seats could help."""

from collections import Counter
from collections.abc import Mapping

from sis.scheduling.engine.matching import Matcher
from sis.scheduling.engine.needs import Problem
from sis.scheduling.engine.score import Score, counts_as_complete


def simple_bound(problem: Problem, matcher: Matcher) -> Score:
    """No schedule scores more; by counting alone, so often too high where periods collide."""
    short = sum(shortages(problem).values())
    able = hopeless = longest = worth = 0
    for need in problem.needs.values():
        worth += sum(want.worth for want in need.wants if want.held is None)
        longest = max(longest, len(need.wants))
        possible = matcher.can_complete(need)
        able += possible and counts_as_complete(need)
        hopeless += not possible
    trying = sum(map(counts_as_complete, problem.needs.values()))
    waiting = -(-(short - _wants_of_the_rest(problem)) // max(1, longest))
    return Score(worth - max(short, hopeless), min(able, trying - max(0, waiting)))


def shortages(problem: Problem) -> Mapping[str, int]:
    """Course to seats missing for those who want it and nothing else instead."""
    demand = Counter(
        want.course
        for need in problem.needs.values()
        for want in need.wants
        if {problem.cells[n].course for n in want.cells} == {want.course}
    )
    room: Counter[str] = Counter()
    for cell in problem.cells:
        room[cell.course] += cell.room
    return {c: wanted - room[c] for c, wanted in demand.items() if wanted > room[c]}


def _wants_of_the_rest(problem: Problem) -> int:
    """Wants of students who do not count as complete anyway: they could be the ones to wait."""
    return sum(len(n.wants) for n in problem.needs.values() if not counts_as_complete(n))
