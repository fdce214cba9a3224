"""How good a schedule is: first what is placed, then who is complete."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sis.scheduling.engine.matching import Choice
from sis.scheduling.engine.needs import Need


class Score(NamedTuple):
    """``placed`` counts open wants by their worth, ``complete`` students who get all of theirs."""

    placed: int
    complete: int


def score_of(needs: Mapping[str, Need], choices: Mapping[str, Choice], who: Iterable[str]) -> Score:
    """The score of the students ``who``; what they held before does not count."""
    placed = complete = 0
    for student in who:
        need, choice = needs[student], choices[student]
        placed += sum(
            want.worth
            for want, number in zip(need.wants, choice, strict=True)
            if number is not None and want.held is None
        )
        complete += counts_as_complete(need) and None not in choice
    return Score(placed, complete)


def counts_as_complete(need: Need) -> bool:
    """Whether the student is incomplete now, and may become complete."""
    return need.whole and any(want.held is None for want in need.wants)
