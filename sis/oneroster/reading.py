"""CSV as it arrives: chunks of rows with their line numbers, and the rows that are broken.

A block whose every line is well-formed is parsed by polars at full speed. One bad line makes its
block go through Python's csv module, row by row, so that only that row is lost.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import polars as pl

from sis.oneroster.refusal import ImportRefused

BLOCK_BYTES = 12 * 1024**2
MAX_LINE_BYTES = 1024**2
MAX_RECORD_LINES = 100
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_OPEN_QUOTE = "a quote is opened and not closed"


@dataclass(frozen=True)
class BrokenRow:
    """A row that is not text in the right number of fields; its values are not shown."""

    line: int
    reason: str


@dataclass
class Chunk:
    """``frame``: one row per record, a UInt32 ``line`` and the columns as strings, blank is null.

    ``size`` is how many bytes of the file it came from.
    """

    frame: pl.DataFrame
    broken: list[BrokenRow] = field(default_factory=list)
    size: int = 0


def read_header(stream: BinaryIO, name: str) -> tuple[str, ...]:
    """The column names from the first line, without a byte order mark.

    Raises ImportRefused when the line cannot be a header.
    """
    line = stream.readline(MAX_LINE_BYTES)
    if not line.strip():
        raise ImportRefused([f"{name} is empty; it starts with a header line."])
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused(
            [f"{name}: its header is not UTF-8; save the file as UTF-8."]
        ) from error
    return tuple(column.strip() for column in next(csv.reader([text])))


def read_chunks(
    stream: BinaryIO, columns: Sequence[str], block_bytes: int = BLOCK_BYTES
) -> Iterator[Chunk]:
    """The rows after the header, about ``block_bytes`` of the file at a time.

    ``columns`` are all columns of the header, in order. Lines count from 1, the header's.
    """
    line = 2
    while block := stream.read(block_bytes):
        block += stream.readline(MAX_LINE_BYTES)
        frame = _parse_block(block, columns)
        if frame is None:
            chunk, lines = _parse_rows(block, stream, columns, line)
        else:
            lines = frame.height
            numbers = pl.Series("line", range(line, line + lines), dtype=pl.UInt32)
            chunk = Chunk(frame.insert_column(0, numbers), size=len(block))
        line += lines
        yield chunk


def _parse_block(block: bytes, columns: Sequence[str]) -> pl.DataFrame | None:
    """All rows at once; None if any line needs a closer look."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    quoted = b'"' in block
    if not _is_plain(block) or not _is_regular(block, len(columns), lines, quoted=quoted):
        return None
    frame = pl.read_csv(
        block,
        has_header=False,
        schema=dict.fromkeys(columns, pl.String),
        quote_char='"' if quoted else None,
    )
    if frame.height != lines:
        return None
    if quoted or any(mark in block for mark in (b" ,", b", ", b" \n", b"\n ", b"\t")):
        frame = _trimmed(frame)
    return frame


def _is_plain(block: bytes) -> bool:
    if b"\r" in block or b"\n\n" in block or block.startswith((b"\n", b" ")):
        return False
    if len(block.translate(None, _CONTROLS)) != len(block):
        return False
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_regular(block: bytes, width: int, lines: int, *, quoted: bool) -> bool:
    """Whether every line is a complete record of ``width`` fields."""
    if not quoted and block.count(b",") != (width - 1) * lines:
        return False
    one = r'(?:"(?:[^"]|"")*"|[^",]*)' if quoted else "[^,]*"
    pattern = f"^{one}(?:,{one}){{{width - 1}}}$"
    text = pl.Series([block.decode().removesuffix("\n")]).str.split("\n").explode()
    return bool(text.str.contains(pattern).all())


def _trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the spaces that fixed-width exports leave, and with blank values as null."""
    texts = pl.col(pl.String).str.strip_chars(" \t")
    return frame.with_columns(texts).with_columns(
        pl.when(pl.col(pl.String) != "").then(pl.col(pl.String))
    )


class _Lines:
    """The lines of a block, and of what follows it while a record is not complete.

    It knows which lines the record at hand has used, so that they can be given back.
    """

    def __init__(self, block: bytes, stream: BinaryIO) -> None:
        text = block.decode("utf-8", "surrogateescape")
        self._waiting = text.split("\n")
        if self._waiting and not self._waiting[-1]:
            self._waiting.pop()
        self._waiting.reverse()
        self._stream = stream
        self.used: list[str] = []
        self.size = len(block)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.used) >= MAX_RECORD_LINES:
            raise csv.Error(_OPEN_QUOTE)
        if not self._waiting:
            more = self._stream.readline(MAX_LINE_BYTES)
            if not more:
                raise StopIteration
            self.size += len(more)
            self._waiting.append(more.decode("utf-8", "surrogateescape").removesuffix("\n"))
        line = self._waiting.pop()
        self.used.append(line)
        return f"{line}\n"

    def give_back(self, keep: int) -> None:
        """Return all used lines but the first ``keep``."""
        self._waiting.extend(reversed(self.used[keep:]))
        del self.used[keep:]

    def is_done(self) -> bool:
        return not self._waiting


def _parse_rows(
    block: bytes, stream: BinaryIO, columns: Sequence[str], first_line: int
) -> tuple[Chunk, int]:
    """Row by row; also how many lines were used."""
    lines = _Lines(block, stream)
    rows: list[list[str]] = []
    numbers: list[int] = []
    broken: list[BrokenRow] = []
    at = first_line
    while not lines.is_done():
        lines.used.clear()
        row, reason = _next_row(lines, len(columns))
        if reason:
            broken.append(BrokenRow(at, reason))
        elif row:
            rows.append(row)
            numbers.append(at)
        at += len(lines.used)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    frame = _trimmed(frame).insert_column(0, pl.Series("line", numbers, dtype=pl.UInt32))
    return Chunk(frame, broken, lines.size), at - first_line


def _next_row(lines: _Lines, width: int) -> tuple[list[str], str]:
    """The next record, or why it is none; a blank line is neither."""
    try:
        row = next(csv.reader(lines, strict=True))
    except StopIteration:
        return [], ""
    except csv.Error as error:
        # only the line that it began with is lost; the lines it swallowed are read again
        lines.give_back(1)
        return [], _why(str(error))
    text = "".join(row)
    if not text.strip() and len(row) <= 1:
        return [], ""
    if not text.isascii() and any("\udc80" <= letter <= "\udcff" for letter in text):
        return [], "it is not UTF-8"
    if _CONTROL.search(text):
        return [], "it holds a control character"
    if len(row) != width:
        return [], f"it has {len(row)} fields, the header has {width}"
    return row, ""


def _why(message: str) -> str:
    if "expected after" in message:
        return "a quote stands inside a quoted value"
    if "new-line character" in message:
        return "it holds a line break outside of quotes"
    if "field larger" in message:
        return "a value is too long"
    return _OPEN_QUOTE
