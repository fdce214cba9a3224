"""The parts that the search is built of."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sis.scheduling.engine.balance import balance
from sis.scheduling.engine.instance import Instance, Request, Section, Student, slots_of
from sis.scheduling.engine.matching import Matcher
from sis.scheduling.engine.needs import Cell, Need, Want, state
from sis.scheduling.engine.unravel import unravel


def test_days_of_a_period_that_always_come_together_are_one_hour() -> None:
    sections = (
        Section(1, "A", slots_of("1"), 9),
        Section(2, "B", slots_of("2", "MW"), 9),
        Section(3, "C", slots_of("2", "TRF"), 9),
    )
    students = (Student("s", tuple(Request(course) for course in "ABC")),)
    problem = state(Instance(sections, students))
    assert [len(cell.hours) for cell in problem.cells] == [1, 1, 1]
    assert Matcher(problem.cells).can_complete(problem.needs["s"])


@given(st.lists(st.permutations(range(4)), min_size=1, max_size=6), st.data())
def test_counts_split_into_single_schedules(days: list[list[int]], data: st.DataObject) -> None:
    cells = [Cell(str(row), frozenset({hour}), "", (), 9) for row in range(3) for hour in range(4)]
    need = Need(
        tuple(Want(str(row), tuple(range(4 * row, 4 * row + 4)), (0,) * 4) for row in range(3)),
        True,
    )
    counts = Counter(
        (row, 4 * row + day[row]) for day in days for row in range(3) if data.draw(st.booleans())
    )
    choices = unravel(need, counts, len(days), cells)
    found = Counter(
        (row, number)
        for choice in choices
        for row, number in enumerate(choice)
        if number is not None
    )
    assert found == counts
    for choice in choices:
        hours = [hour for n in choice if n is not None for hour in cells[n].hours]
        assert len(hours) == len(set(hours))


def test_a_seat_that_comes_free_while_sections_are_evened_goes_to_whoever_lacks_it() -> None:
    sections = (
        Section("early", "ART", slots_of("1"), 2),
        Section("late", "ART", slots_of("2"), 2),
        Section("bio", "BIO", slots_of("2"), 2),
    )
    art, both = (Request("ART"),), (Request("ART"), Request("BIO"))
    students = (Student("x", art), Student("y", art), Student("z", both))
    problem = state(Instance(sections, students))
    numbers = {cell.sections[0].id: number for number, cell in enumerate(problem.cells)}
    full = (numbers["early"],)
    crowded = {"x": full, "y": full, "z": (None, numbers["bio"])}
    even = balance(problem, crowded, deadline=float("inf"))
    assert even["z"] == (numbers["early"], numbers["bio"])
    assert {even["x"], even["y"]} == {full, (numbers["late"],)}
