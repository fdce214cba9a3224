"""Totals of rows that only grow in number."""

from collections import Counter

from sqlalchemy.orm import Session

from core.tally import SETTLE_SECONDS, Tally


class Rows:
    """A table of ids, and which ranges of it were counted."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.asked: list[tuple[int, int | None]] = []

    def count(self, _session: Session, after: int, until: int | None) -> Counter[str]:
        self.asked.append((after, until))
        wanted = [i for i in self.ids if i > after and (until is None or i <= until)]
        return Counter({"rows": len(wanted)})

    def newest(self, _session: Session) -> int:
        return max(self.ids, default=0)


def test_late_rows_are_counted_and_old_ones_not_again() -> None:
    rows, at = Rows(), [0.0]
    tally, session = Tally(rows.count, rows.newest, clock=lambda: at[0]), Session()
    rows.ids = [1, 2, 4]
    assert tally.read(session)["rows"] == 3
    rows.ids.append(3)  # it took its id before 4, and was committed after it
    assert tally.read(session)["rows"] == 4
    at[0] += SETTLE_SECONDS
    rows.ids.append(5)
    rows.asked.clear()
    assert tally.read(session)["rows"] == 5
    assert rows.asked == [(0, 4), (4, None)]
    rows.asked.clear()
    assert tally.read(session)["rows"] == 5
    assert rows.asked == [(4, None)]
