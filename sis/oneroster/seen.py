"""Which sourcedIds a file has had already, for millions of rows in a few bytes each."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


class Seen:
    """Remembers 64-bit hashes in sorted runs, of which each is less than half of the one before.

    Two of 3 million ids share a hash once in 4 million imports.
    """

    def __init__(self) -> None:
        self._runs: list[NDArray[np.uint64]] = []

    def add(self, values: pl.Series) -> pl.Series:
        """Which of the values were there before; then remember them all."""
        hashes = values.hash(seed=20150112).to_numpy()
        before = np.zeros(len(hashes), dtype=np.bool_)
        for run in self._runs:
            at = np.searchsorted(run, hashes)
            before |= run[np.minimum(at, len(run) - 1)] == hashes
        if len(hashes):
            self._remember(np.sort(hashes))
        return pl.Series(before)

    def _remember(self, run: NDArray[np.uint64]) -> None:
        self._runs.append(run)
        while len(self._runs) > 1 and 2 * len(self._runs[-1]) >= len(self._runs[-2]):
            last, previous = self._runs.pop(), self._runs.pop()
            self._runs.append(np.sort(np.concatenate([previous, last]), kind="stable"))
