"""What differs between two reports of the same month: the totals, and the days behind them."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sis.statistical.rules.report import MonthReport
from sis.statistical.rules.smasr import MARK_WORDS, NOT_ENROLLED


class ChangedTotal(NamedTuple):
    """One total before and after. ``in_parts``: days of attendance, in parts; else heads."""

    what: str
    before: int
    after: int
    in_parts: bool = True

    @property
    def change(self) -> int:
        return self.after - self.before


class ChangedDay(NamedTuple):
    """One student's day in a section before and after, in the words of ``MARK_WORDS``."""

    section_id: int
    person_id: int
    on: date
    before: str
    after: str


class Difference(NamedTuple):
    """Everything that changed from one report to the next; empty when nothing did."""

    totals: tuple[ChangedTotal, ...]
    days: tuple[ChangedDay, ...]

    @property
    def anything(self) -> bool:
        return bool(self.totals or self.days)

    @property
    def sentence(self) -> str:
        """``attended +2, unexcused -2 (2 days of students)``."""
        changes = [f"{one.what} {one.change:+,}" for one in self.totals]
        days = len(self.days)
        if not changes:
            changes = ["the same totals"] if days else ["nothing"]
        return f"{', '.join(changes)} ({days:,} {'day' if days == 1 else 'days'} of students)"


def difference(before: MonthReport, after: MonthReport) -> Difference:
    """What is different in ``after``; both have their lines."""
    totals = [
        ChangedTotal(what, old, new)
        for what, old, new in (
            ("membership", before.sums.membership, after.sums.membership),
            ("attended", before.sums.attended, after.sums.attended),
            ("excused", before.sums.excused, after.sums.excused),
            ("unexcused", before.sums.unexcused, after.sums.unexcused),
        )
    ]
    names = ("opening enrolment", "gains", "losses", "closing enrolment")
    totals += [
        ChangedTotal(name, old, new, False)
        for name, old, new in zip(names, before.movement, after.movement, strict=True)
    ]
    return Difference(
        tuple(one for one in totals if one.change), tuple(_changed_days(before, after))
    )


def _changed_days(before: MonthReport, after: MonthReport) -> list[ChangedDay]:
    old, new = _by_student(before), _by_student(after)
    days = after.frame.days.days
    if days != before.frame.days.days:
        return []  # the calendar itself was changed: the totals say what came of it
    nowhere = NOT_ENROLLED * len(days)
    found = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key, nowhere), new.get(key, nowhere)
        found += [
            ChangedDay(*key, days[place], MARK_WORDS[a], MARK_WORDS[b])
            for place, (a, b) in enumerate(zip(was, now, strict=True))
            if a != b and {a, b} != {NOT_ENROLLED, "H"}
        ]
    return found


def _by_student(report: MonthReport) -> Mapping[tuple[int, int], str]:
    return {(line.section_id, line.person_id): line.marks for line in report.lines}
