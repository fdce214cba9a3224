"""How large a district to make: schools per level, students, and gaps on opening day.

``full`` has the counts of Los Angeles Unified in 2014-15 (reference: sis-rules, "District shape"),
``small`` the same mix for a demo, ``tiny`` a bit of everything for tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Students without a complete schedule; ``over`` schools have more than ten of them.

    ``at_eleven`` of those have exactly eleven, and ``at_ten`` further schools exactly ten.
    """

    students: int
    over: int
    at_eleven: int
    at_ten: int


@dataclass(frozen=True)
class Size:
    """``everything``: also the ended semester, and demographics of every student."""

    name: str
    students: int
    schools: Mapping[str, int]
    multi_track: int
    gaps: Spread
    everything: bool


_FULL = {
    "elementary": 572, "middle": 144, "high": 176, "continuation": 39, "alternative": 24,
    "special_education": 15, "span": 14, "other": 12,
}  # fmt: skip
_SMALL = {
    "elementary": 32, "middle": 9, "high": 11, "continuation": 2, "alternative": 2,
    "special_education": 1, "span": 2, "other": 1,
}  # fmt: skip
_TINY = {
    "elementary": 3, "middle": 4, "high": 5, "continuation": 1, "alternative": 0,
    "special_education": 1, "span": 1, "other": 0,
}  # fmt: skip

SIZES = {
    "full": Size("full", 650_000, _FULL, 5, Spread(1600, 46, 4, 5), everything=False),
    "small": Size("small", 35_000, _SMALL, 2, Spread(220, 10, 2, 2), everything=True),
    "tiny": Size("tiny", 7_000, _TINY, 1, Spread(75, 4, 1, 1), everything=False),
}
