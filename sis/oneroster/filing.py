"""One file on its way in: its chunks, the checks that every file has, and its numbers."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import polars as pl

from sis.oneroster.headers import Header
from sis.oneroster.loader import FileLoader
from sis.oneroster.progress import Progress
from sis.oneroster.reading import Chunk, read_chunks, read_header
from sis.oneroster.rejects import Rejects
from sis.oneroster.rows import Rows
from sis.oneroster.rules import DATE_TIME, SOURCED_ID, STATUSES
from sis.oneroster.seen import Seen
from sis.oneroster.state import ImportState
from sis.oneroster.store import Outcome
from sis.oneroster.summary import FileSummary


class FileImport:
    """What is the same for every file: status, ids, duplicates, deletes and the count."""

    def __init__(
        self,
        summary: FileSummary,
        header: Header,
        loader: FileLoader,
        state: ImportState,
        rejects: Rejects,
        progress: Progress,
    ) -> None:
        self._summary = summary
        self._header = header
        self._loader = loader
        self._state = state
        self._rejects = rejects
        self._progress = progress
        self._seen = Seen()
        for warning in header.warnings:
            summary.warn(warning, 1, iter([1]))

    def run(self, stream: BinaryIO) -> None:
        """Read and store everything after the header."""
        self._state.store.taken_over = 0
        read_header(stream, self._summary.name)
        chunks = read_chunks(stream, self._header.columns)
        for chunk in _merged(chunks) if self._loader.whole else chunks:
            self._take_in(chunk)
        if self._state.store.taken_over:
            reason = "the record came from another source before; it is this source's now"
            self._summary.warn(reason, self._state.store.taken_over, iter(()))

    def _take_in(self, chunk: Chunk) -> None:
        chunk.frame = chunk.frame.select("line", *self._header.kept)
        rows = Rows(chunk, self._summary, self._rejects)
        rows.short_enough()
        rows.required("sourcedId")
        rows.reject(
            ~pl.col("sourcedId").str.contains(SOURCED_ID),
            "sourcedId",
            "it is not 1 to 255 characters of 0-9 A-Z a-z . - _ / @",
        )
        self._check_status(rows)
        self._end_deleted(rows)
        self._loader.check(rows, self._state)
        self._refuse_repeats(rows)
        if rows.frame.height:
            outcomes = list(self._loader.load(rows, self._state))
            self._count(rows.frame.height, outcomes)
        self._progress.advance(self._summary.name, chunk.size, self._summary.rows)

    def _check_status(self, rows: Rows) -> None:
        """Delta files say active or tobedeleted, and since when; bulk files say neither."""
        for column in ("status", "dateLastModified"):
            if not rows.has(column):
                rows.frame = rows.frame.with_columns(pl.lit(None, pl.String).alias(column))
        if self._summary.mode == "delta":
            rows.required("status", "dateLastModified")
            date_time = pl.col("dateLastModified")
            rows.reject(
                ~(date_time.str.contains(DATE_TIME) & _has_real_date(date_time)),
                "dateLastModified",
                "it is not a dateTime such as 2015-01-12T08:00:00.000Z",
            )
            rows.warn(~date_time.str.ends_with("Z"), "dateLastModified is not in UTC")
        else:
            rows.warn(pl.col("status").is_not_null(), "a bulk row has a status")
            rows.warn(pl.col("dateLastModified").is_not_null(), "a bulk row has a dateLastModified")
        rows.token("status", STATUSES, extensible=False, what="status")

    def _end_deleted(self, rows: Rows) -> None:
        """Take out the rows to be deleted; nothing but their sourcedId matters."""
        deleted = pl.col("status") == "tobedeleted"
        if not rows.frame.select(deleted.any()).item():
            return
        staying = rows.frame.filter(~deleted.fill_null(False))
        rows.frame = rows.frame.filter(deleted)
        self._refuse_repeats(rows)
        gone = rows.frame.select("line", "sourcedId")
        parts = list(self._loader.end(gone, self._state))
        if parts:
            found = pl.concat(part.select("line", "known") for part in parts)
            known = set(found.filter("known")["line"])
            rows.warn(~pl.col("line").is_in(list(known)), "a record to be deleted was never here")
        self._count(gone.height, [part.select("line", "outcome") for part in parts])
        rows.frame = staying

    def _refuse_repeats(self, rows: Rows) -> None:
        reason = "the file has this sourcedId before"
        remedy = "Send each record once; the first row was taken."
        rows.reject(~pl.col("sourcedId").is_first_distinct(), "sourcedId", reason, remedy)
        if rows.frame.height:
            before = self._seen.add(rows.frame["sourcedId"])
            rows.reject(pl.lit(before), "sourcedId", reason, remedy)

    def _count(self, height: int, outcomes: list[pl.DataFrame]) -> None:
        """A row counts once, by the most that became of any of its records."""
        parts = [part.select(pl.col("line"), pl.col("outcome").cast(pl.Int8)) for part in outcomes]
        if len(parts) > 1:
            top = pl.concat(parts).group_by("line").agg(pl.col("outcome").max())["outcome"]
        else:
            top = parts[0]["outcome"] if parts else pl.Series(dtype=pl.Int8)
        new = int((top == int(Outcome.NEW)).sum())
        changed = int((top == int(Outcome.CHANGED)).sum())
        self._summary.new += new
        self._summary.changed += changed
        self._summary.unchanged += height - new - changed

    @staticmethod
    def count_only(summary: FileSummary, stream: BinaryIO, progress: Progress) -> None:
        """Count the rows of a file that this installation does not keep."""
        columns = read_header(stream, f"{summary.name}.csv")
        named = [f"{number} {column}" for number, column in enumerate(columns)]
        for chunk in read_chunks(stream, named):
            summary.rows += chunk.frame.height + len(chunk.broken)
            summary.not_kept = summary.rows
            progress.advance(summary.name, chunk.size, summary.rows)
        summary.warn("this installation does not keep this file", summary.rows, iter(()))


def _has_real_date(date_time: pl.Expr) -> pl.Expr:
    return date_time.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).is_not_null()


def _merged(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """All chunks as one."""
    parts = list(chunks)
    if parts:
        yield Chunk(
            pl.concat(part.frame for part in parts),
            [row for part in parts for row in part.broken],
            sum(part.size for part in parts),
        )
