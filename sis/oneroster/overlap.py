"""Loading rows while the next ones are read and checked.

Inserts run in one thread of their own, in order; whatever else wants the connection first waits for
them. So the connection is never used by two at once.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

import polars as pl
from sqlalchemy import Table

from sis.oneroster.bulk import Bulk


class OverlappedBulk:
    """A Bulk whose ``insert`` returns at once; ``settle`` before using the session itself."""

    def __init__(self, inner: Bulk, thread: ThreadPoolExecutor) -> None:
        self._inner = inner
        self._thread = thread
        self._running: list[Future[None]] = []

    def settle(self) -> None:
        """Wait for all inserts; raises what one of them raised."""
        running, self._running = self._running, []
        for insert in running:
            insert.result()

    def insert(self, table: Table, frame: pl.DataFrame) -> None:
        self._running.append(self._thread.submit(self._inner.insert, table, frame))

    def wait_for_others(self) -> None:
        self.settle()
        self._inner.wait_for_others()

    def stamp(self, moment: datetime) -> str:
        return self._inner.stamp(moment)

    def is_empty(self, table: Table) -> bool:
        self.settle()
        return self._inner.is_empty(table)

    def reserve(self, table: Table, count: int) -> int:
        self.settle()
        return self._inner.reserve(table, count)

    def update(self, table: Table, frame: pl.DataFrame, key: str) -> None:
        self.settle()
        self._inner.update(table, frame, key)

    def delete(self, table: Table, frame: pl.DataFrame) -> None:
        self.settle()
        self._inner.delete(table, frame)

    def fetch(
        self, table: Table, columns: Sequence[str], key: str, values: pl.Series
    ) -> pl.DataFrame:
        self.settle()
        return self._inner.fetch(table, columns, key, values)


@contextmanager
def overlapped(inner: Bulk) -> Iterator[OverlappedBulk]:
    """The bulk for one unit of work; at the end of the block, also a failed one, no insert runs."""
    with ThreadPoolExecutor(1, thread_name_prefix="import") as thread:
        bulk = OverlappedBulk(inner, thread)
        yield bulk
        bulk.settle()
