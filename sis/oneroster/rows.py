"""The rows of one chunk on their way in: each check takes out what it refuses.

A row is refused for the first reason found, so that a reject is one line and the counts add up.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from sis.oneroster.reading import Chunk
from sis.oneroster.rejects import Reason, Rejects
from sis.oneroster.rules import DATE, MAX_BYTES
from sis.oneroster.summary import FileSummary

FIX = "Correct the value in the source system."
_BROKEN = "Correct this line; names with commas or line breaks stand in double quotes."


class Rows:
    """``frame`` holds the rows that are still good; columns as in the file, and ``line``."""

    def __init__(self, chunk: Chunk, summary: FileSummary, rejects: Rejects) -> None:
        self.frame = chunk.frame
        self.summary = summary
        self._rejects = rejects
        summary.rows += chunk.frame.height + len(chunk.broken)
        summary.rejected += len(chunk.broken)
        for row in chunk.broken:
            rejects.add(summary.name, "", Reason(row.reason, _BROKEN), [(row.line, None)])

    def has(self, column: str) -> bool:
        return column in self.frame.columns

    def _mask(self, condition: pl.Expr) -> pl.Series | None:
        mask = self.frame.select(condition.fill_null(False).alias("hit")).to_series()
        return mask if mask.any() else None

    def reject(self, condition: pl.Expr, column: str, reason: str, remedy: str = FIX) -> None:
        """Take out the rows for which the condition holds, and write them down."""
        mask = self._mask(condition)
        if mask is None:
            return
        bad = self.frame.filter(mask)
        values: Sequence[str | None] = [None] * bad.height
        if column in bad.columns:
            values = bad[column].cast(pl.String).to_list()
        self.summary.rejected += bad.height
        self._rejects.add(
            self.summary.name, column, Reason(reason, remedy), zip(bad["line"], values, strict=True)
        )
        self.frame = self.frame.filter(~mask)

    def warn(self, condition: pl.Expr, reason: str) -> None:
        """Count the rows for which the condition holds; they stay."""
        mask = self._mask(condition)
        if mask is not None:
            self.summary.warn(reason, int(mask.sum()), iter(self.frame["line"].filter(mask)))

    def required(self, *columns: str) -> None:
        for column in columns:
            self.reject(pl.col(column).is_null(), column, "a required value is blank")

    def short_enough(self) -> None:
        """Refuse values that no record of a person or school has."""
        for column in self.frame.columns:
            if self.frame.schema[column] == pl.String:
                self.reject(
                    pl.col(column).str.len_bytes() > MAX_BYTES,
                    column,
                    f"the value is longer than {MAX_BYTES} bytes",
                )

    def token(
        self, column: str, words: Sequence[str], *, extensible: bool = True, what: str
    ) -> None:
        """Only words of the vocabulary, or ``ext:`` ones; another case is mended with a warning."""
        value = pl.col(column)
        known = value.is_in(words)
        if extensible:
            known = known | value.str.starts_with("ext:")
        if self._mask(~known) is None:
            return
        mended = value.str.to_lowercase().replace_strict(
            {word.lower(): word for word in words}, default=None, return_dtype=pl.String
        )
        self.reject(~known & mended.is_null(), column, f"it is not a {what} ({', '.join(words)})")
        self.warn(~known, f"{column} is written in another case")
        self.frame = self.frame.with_columns(pl.when(known).then(value).otherwise(mended))

    def date(self, *columns: str) -> None:
        """Only dates that exist, written YYYY-MM-DD."""
        for column in columns:
            value = pl.col(column)
            if self.frame[column].null_count() == self.frame.height:
                continue
            real = (
                value.str.contains(DATE) & value.str.to_date("%Y-%m-%d", strict=False).is_not_null()
            )
            self.reject(
                value.is_not_null() & ~real, column, "it is not a date YYYY-MM-DD that exists"
            )

    def in_order(self, begins: str, ends: str, *, strictly: bool = False) -> None:
        """The end, which is the first day outside, is not before the beginning."""
        late = pl.col(begins) >= pl.col(ends) if strictly else pl.col(begins) > pl.col(ends)
        self.reject(
            late, ends, f"it is not after {begins}" if strictly else f"it is before {begins}"
        )

    def boolean(self, column: str) -> None:
        """true or false, which become 1 and 0; TRUE and the like are accepted with a warning."""
        value = pl.col(column)
        small = value.str.to_lowercase()
        self.reject(
            value.is_not_null() & ~small.is_in(["true", "false"]), column, "it is not true or false"
        )
        self.warn(value != small, f"{column} is not in lower case")
        self.frame = self.frame.with_columns((small == "true").cast(pl.Int8).alias(column))

    def number(self, column: str, lowest: float, highest: float, *, whole: bool = True) -> None:
        """A number in the range; anything else becomes blank with a warning."""
        kind: type[pl.Int64 | pl.Float64] = pl.Int64 if whole else pl.Float64
        number = pl.col(column).cast(kind, strict=False)
        good = number.is_between(lowest, highest)
        self.warn(
            pl.col(column).is_not_null() & ~good.fill_null(False),
            f"{column} is not a number from {lowest:g} to {highest:g}; it was left out",
        )
        self.frame = self.frame.with_columns(pl.when(good).then(number).alias(column))

    def known_or_blank(self, column: str, words: Sequence[str], what: str) -> None:
        """A word of the list; anything else becomes blank with a warning."""
        good = pl.col(column).is_in(words)
        self.warn(
            pl.col(column).is_not_null() & ~good, f"{column} is not a {what}; it was left out"
        )
        self.frame = self.frame.with_columns(pl.when(good).then(pl.col(column)))

    def replace(self, column: str, words: Mapping[str, str]) -> None:
        """Write known spellings of a value in the one way."""
        value = pl.col(column)
        self.frame = self.frame.with_columns(
            value.str.to_lowercase()
            .replace_strict(words, default=value, return_dtype=pl.String)
            .alias(column)
        )
