"""Reading CSV: fast and careful reading agree, and every line is accounted for."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from sis.oneroster.reading import Chunk, read_chunks

COLUMNS = ("a", "b", "c")
FIELD = st.text(st.sampled_from(list('ab1 ,"\n;éñ中')), max_size=6)
LINE = st.binary(max_size=12).map(lambda raw: raw.replace(b"\n", b""))


def _read(content: bytes, block_bytes: int = 1000) -> list[Chunk]:
    return list(read_chunks(io.BytesIO(content), COLUMNS, block_bytes))


def _rows(chunks: list[Chunk]) -> list[tuple[str | None, ...]]:
    return [row[1:] for chunk in chunks for row in chunk.frame.iter_rows()]


@given(st.lists(st.tuples(FIELD, FIELD, FIELD), max_size=20), st.integers(1, 60), st.booleans())
def test_what_csv_writes_is_read_back_whatever_the_block(
    rows: list[tuple[str, str, str]], block_bytes: int, quote_all: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=1 if quote_all else 0, lineterminator="\n").writerows(rows)
    chunks = _read(text.getvalue().encode(), block_bytes)
    expected = [tuple(field.strip(" \t") or None for field in row) for row in rows]
    assert _rows(chunks) == expected
    assert [row for chunk in chunks for row in chunk.broken] == []


@given(st.lists(LINE, max_size=30), st.integers(1, 60))
def test_any_bytes_become_rows_or_broken_rows_with_rising_lines(
    lines: list[bytes], block_bytes: int
) -> None:
    chunks = _read(b"\n".join(lines), block_bytes)
    for chunk in chunks:
        numbers = [*chunk.frame["line"], *(row.line for row in chunk.broken)]
        assert len(set(numbers)) == len(numbers)
        assert all(2 <= number <= len(lines) + 1 for number in numbers)
    assert sum(chunk.size for chunk in chunks) == len(b"\n".join(lines))


@given(st.lists(st.sampled_from(["x,y,z", '"x","y, y",z', "x,,", '"a""b",,c']), max_size=40))
def test_a_bad_line_changes_nothing_for_the_others(lines: list[str]) -> None:
    good = _rows(_read("\n".join(lines).encode()))
    spoiled = _read("\n".join([*lines, "too,few"]).encode())
    assert _rows(spoiled) == good
    assert [row.line for chunk in spoiled for row in chunk.broken] == [len(lines) + 2]


def test_a_record_may_cross_the_end_of_a_block() -> None:
    content = b'1,"two\nlines",3\n4,5,6\n'
    assert _rows(_read(content, 4)) == [("1", "two\nlines", "3"), ("4", "5", "6")]


def test_lines_go_on_counting_from_block_to_block() -> None:
    chunks = _read(b"a,b,c\n" * 10 + b"bad\n" + b"a,b,c\n" * 10, 12)
    assert [line for chunk in chunks for line in chunk.frame["line"]] == [
        line for line in range(2, 23) if line != 12
    ]
