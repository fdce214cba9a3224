from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import AppError
from core.web.paging import page_of, read_cursor, write_cursor

ROWS = list(range(7))
moments = st.datetimes(timezones=st.just(UTC))
numbers = st.integers(-(2**63) + 1, 2**63 - 1)


@given(moments, numbers, st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_a_cursor_gives_back_what_was_put_in(at: datetime, id_: int, name: str, x: float) -> None:
    cursor = write_cursor(at, id_, name, x, None)
    assert cursor.isascii()
    assert read_cursor(cursor, datetime, int, str, float, int) == (at, id_, name, x, None)


DAMAGED: list[tuple[str, tuple[type[Any], ...]]] = [
    ("%%%", (int,)),
    ("AAAA", (int,)),
    ("é", (int,)),
    (write_cursor(1, 2), (int,)),
    (write_cursor("1"), (int,)),
    (write_cursor(True), (int,)),
    (write_cursor(2**63), (int,)),
    (write_cursor("2015-01-12T10:00:00"), (datetime,)),
    (write_cursor("tomorrow"), (datetime,)),
    (write_cursor(1), (datetime,)),
]


@pytest.mark.parametrize(("text", "kinds"), DAMAGED)
def test_a_damaged_cursor_is_refused(text: str, kinds: tuple[type[Any], ...]) -> None:
    with pytest.raises(AppError) as caught:
        read_cursor(text, *kinds)
    assert caught.value.code == "bad_cursor"


def test_a_page_names_the_next_only_when_there_is_more() -> None:
    first = page_of(ROWS[:4], 3, key=lambda row: (row,))
    assert first.rows == [0, 1, 2]
    assert first.next is not None
    assert read_cursor(first.next, int) == (2,)
    assert page_of(ROWS[:3], 3, key=lambda row: (row,)).next is None
    assert page_of([], 3, key=lambda row: (row,)).next is None
