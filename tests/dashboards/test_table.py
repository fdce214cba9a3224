from datetime import timedelta

import pytest

from dashboards.rules import SchoolRow, Standing, worst_first
from dashboards.table import PAGE_ROWS, SORTS, Selection, select_rows, tabulate
from tests.dashboards.rows import NOW, row

ROWS = worst_first(
    [
        row(1, Standing.FIRING, 30, name="Alder High", level="high", tier=1, enrolled=900),
        row(2, Standing.OK, 2, name="Birch Middle", esc="ESC South", tier=2, enrolled=2000),
        row(3, Standing.OK, 0, name="Cedar Middle", esc="ESC South", tickets=(5, 0, None)),
        row(4, Standing.PENDING, 12, name="Alder Middle", since=NOW - timedelta(hours=1)),
    ]
)


def ids(selection: Selection) -> list[int]:
    return [found.id for found in select_rows(ROWS, selection)]


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        (Selection(), [1, 4, 2, 3]),
        (Selection(q="alder"), [1, 4]),
        (Selection(q="middle alder"), [4]),
        (Selection(q="s-0003"), [3]),
        (Selection(esc="ESC South"), [2, 3]),
        (Selection(level="high"), [1]),
        (Selection(tier=2), [2]),
        (Selection(state=Standing.OK), [2, 3]),
        (Selection(esc="ESC South", tier=1), []),
        (Selection(sort="name"), [1, 4, 2, 3]),
        (Selection(sort="enrolled"), [2, 4, 3, 1]),
        (Selection(sort="tickets"), [3, 1, 4, 2]),
        (Selection(sort="tier"), [1, 2, 4, 3]),
        (Selection(sort="since"), [1, 2, 3, 4]),
        (Selection(reverse=True), [3, 2, 4, 1]),
    ],
)
def test_filters_and_orders(selection: Selection, found: list[int]) -> None:
    assert ids(selection) == found


def test_a_selection_survives_its_own_query_string() -> None:
    asked = Selection(q="alder", tier=2, state=Standing.FIRING, sort="name", reverse=True)
    args = asked.args()
    assert args == {"q": "alder", "tier": "2", "state": "firing", "sort": "name", "reverse": "1"}
    assert Selection().args() == {}


def test_a_column_turns_round_when_its_link_is_followed_twice() -> None:
    first = tabulate(ROWS, Selection(sort="name"))
    assert first.sort_args("name") == {"sort": "name", "reverse": "1"}
    second = tabulate(ROWS, Selection(sort="name", reverse=True))
    assert second.sort_args("name") == {"sort": "name"}


def test_the_order_in_force_is_told_to_screen_readers() -> None:
    table = tabulate(ROWS, Selection(sort="unscheduled"))
    assert (table.direction("unscheduled"), table.direction("name")) == ("descending", None)
    assert tabulate(ROWS, Selection(sort="name")).direction("name") == "ascending"
    assert tabulate(ROWS, Selection(sort="name", reverse=True)).direction("name") == "descending"


def many(count: int) -> list[SchoolRow]:
    return [row(number) for number in range(1, count + 1)]


def test_pages_hold_every_school_once() -> None:
    rows = many(2 * PAGE_ROWS + 1)
    pages = [tabulate(rows, Selection(), page).rows for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 1]
    assert {found.id for page in pages for found in page} == {found.id for found in rows}


def test_a_page_beyond_the_last_is_the_last() -> None:
    assert tabulate(many(PAGE_ROWS + 1), Selection(), 99).page == 2
    assert tabulate([], Selection(), 3).page == 1


def test_the_summary_says_what_was_asked_for() -> None:
    asked = Selection(q="alder", state=Standing.FIRING, tier=1, esc="ESC North")
    assert tabulate(ROWS, asked).summary == '1 school: "alder", over the limit, tier 1, ESC North'
    assert tabulate(ROWS, Selection()).summary == "4 schools"


def test_an_empty_table_says_why() -> None:
    assert "matches" in tabulate(ROWS, Selection(q="zebra")).reason_empty
    assert "import" in tabulate([], Selection()).reason_empty


@pytest.mark.parametrize("sort", SORTS)
def test_equal_rows_keep_the_order_of_worry(sort: str) -> None:
    same = [row(1, name="Same"), row(2, name="Same")]
    assert select_rows(same, Selection(sort=sort)) == tuple(same)
