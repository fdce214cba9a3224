"""From an instance to an answer within a time."""

from collections.abc import Mapping

from core.clock import monotonic
from sis.scheduling.engine.balance import balance, seat
from sis.scheduling.engine.instance import Answer, Figures, Instance, SectionId, Student
from sis.scheduling.engine.matching import Choice
from sis.scheduling.engine.needs import Problem, state
from sis.scheduling.engine.reasons import Explainer
from sis.scheduling.engine.score import Score, score_of
from sis.scheduling.engine.search import Search

FINISHING = 0.08
"""The share of the time that is left for even sections and for explanations,"""
LONGEST_FINISH = 3.0
"""but no more seconds than this;"""
EXPLAINING = 0.4
"""the share of those for the explanations alone."""

Places = Mapping[str, Mapping[str, SectionId]]


def solve(instance: Instance, *, seconds: float, seed: int = 1) -> Answer:
    """Place the students of one school; the best schedule that ``seconds`` of wall time allow.

    The same instance and seed give the same answer unless the time ends the search.
    """
    started = monotonic()
    deadline = started + seconds
    finishing = min(LONGEST_FINISH, FINISHING * seconds)
    problem = state(instance)
    search = Search(problem, deadline - finishing, seed)
    search.run()
    choices = balance(problem, search.choices, deadline - EXPLAINING * finishing)
    places = seat(problem, choices)
    explainer = Explainer(instance, places)
    reasons = {s.id: why for s in instance.students if (why := explainer.explain(s))}
    figures = _figures(problem, places, choices, search.bound, monotonic() - started)
    shortages = {course: count for course, count in explainer.short.items() if count}
    placements = {s.id: _row(s, places[s.id]) for s in instance.students}
    return Answer(placements, reasons, figures, shortages)


def _row(student: Student, mine: Mapping[str, SectionId]) -> dict[str, SectionId | None]:
    row: dict[str, SectionId | None] = {r.course: mine.get(r.course) for r in student.requests}
    return row | dict(mine)


def _figures(
    problem: Problem,
    places: Places,
    choices: Mapping[str, Choice],
    bound: Score,
    seconds: float,
) -> Figures:
    requests = placed = complete = asking = alternates = 0
    for student in problem.instance.students:
        mine = places[student.id]
        filled = [any(c in mine for c in (r.course, *r.alternates)) for r in student.requests]
        requests += len(filled)
        placed += sum(filled)
        asking += bool(filled)
        complete += bool(filled) and all(filled)
        alternates += sum(r.course not in mine for r in student.requests) - filled.count(False)
    score = score_of(problem.needs, choices, choices)
    missing = _gap(score, bound)
    return Figures(
        requests=requests,
        placed=placed,
        complete=complete,
        students=asking,
        placed_bound=min(requests, placed + missing.placed),
        complete_bound=min(asking, complete + missing.complete),
        proved=score >= bound,
        moves=sum(_moved(problem, student, choice) for student, choice in choices.items()),
        alternates=alternates,
        seconds=round(seconds, 3),
    )


def _gap(score: Score, bound: Score) -> Score:
    return Score(
        max(0, bound.placed - score.placed),
        max(0, bound.complete - score.complete) if bound > score else 0,
    )


def _moved(problem: Problem, student: str, choice: Choice) -> int:
    pairs = zip(problem.needs[student].wants, choice, strict=True)
    return sum(want.held is not None and want.held != number for want, number in pairs)
