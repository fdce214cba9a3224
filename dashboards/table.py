"""The table of schools: what the reader asked for, and the page of rows that answers it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from dashboards.rules import LABELS, SchoolRow, Standing, worry
from dashboards.words import counted, level_name

PAGE_ROWS = 25

SortKey = Callable[[SchoolRow], tuple[float | str, ...]]

SORTS: Mapping[str, SortKey] = {
    "worst": worry,
    "name": lambda row: (row.name.casefold(),),
    "unscheduled": lambda row: (-(row.unscheduled or 0),),
    "enrolled": lambda row: (-(row.enrolled or 0),),
    "tier": lambda row: (row.tier or 99,),
    "tickets": lambda row: (-row.open_tickets,),
    "esc": lambda row: (row.esc.casefold(),),
    "since": lambda row: (-row.since.timestamp() if row.since else 0.0,),
}
"""What each sort puts first; equal rows keep the order of worry."""

ORDERS: Mapping[str, str] = {
    "worst": "worst first",
    "name": "by name",
    "unscheduled": "most students without a schedule first",
    "enrolled": "largest first",
    "tier": "tier 1 first",
    "tickets": "most open tickets first",
    "esc": "by service center",
    "since": "newest change first",
}
DESCENDING = frozenset({"unscheduled", "enrolled", "tickets", "since"})
"""Sorts whose usual direction is from the largest down."""


@dataclass(frozen=True)
class Selection:
    """What the reader asked for; an empty field does not filter."""

    q: str = ""
    esc: str = ""
    level: str = ""
    tier: int | None = None
    state: Standing | None = None
    sort: str = "worst"
    reverse: bool = False

    def matches(self, row: SchoolRow) -> bool:
        haystack = f"{row.name} {row.sourced_id}".casefold()
        return (
            all(word in haystack for word in self.q.casefold().split())
            and self.esc in ("", row.esc)
            and self.level in ("", row.level)
            and self.tier in (None, row.tier)
            and self.state in (None, row.standing)
        )

    @property
    def is_filtered(self) -> bool:
        return replace(self, sort="worst", reverse=False) != Selection()

    def args(self) -> dict[str, str]:
        """The query string that asks for this again; defaults are left out."""
        asked = {field.name: getattr(self, field.name) for field in fields(self)}
        told = {
            name: "1" if value is True else str(value) for name, value in asked.items() if value
        }
        return {name: value for name, value in told.items() if (name, value) != ("sort", "worst")}


def select_rows(rows: Iterable[SchoolRow], selection: Selection) -> tuple[SchoolRow, ...]:
    """The rows that match, in the order asked for; ``rows`` come worst first."""
    found = [row for row in rows if selection.matches(row)]
    if selection.sort != "worst":
        found.sort(key=SORTS[selection.sort])
    return tuple(reversed(found)) if selection.reverse else tuple(found)


@dataclass(frozen=True)
class Table:
    """One page of the answer; ``found`` counts all pages, ``page`` counts from 1."""

    selection: Selection
    rows: tuple[SchoolRow, ...]
    found: int
    page: int
    pages: int

    def page_args(self, page: int) -> dict[str, str]:
        return {**self.selection.args(), **({"page": str(page)} if page > 1 else {})}

    def sort_args(self, key: str) -> dict[str, str]:
        """A column's link: its usual order, or the other way round when it is in force."""
        turned = self.selection.sort == key and not self.selection.reverse
        return replace(self.selection, sort=key, reverse=turned).args()

    def direction(self, key: str) -> str | None:
        """The word for aria-sort, or None for a column that is not the order."""
        if self.selection.sort != key:
            return None
        falls = (key in DESCENDING) is not self.selection.reverse
        return "descending" if falls else "ascending"

    @property
    def caption(self) -> str:
        order = ORDERS[self.selection.sort]
        return f"Schools, {order}{', reversed' if self.selection.reverse else ''}"

    @property
    def summary(self) -> str:
        """``37 schools: over the limit, tier 1``; what was asked for, in words."""
        asked = self.selection
        said = [f'"{asked.q}"'] if asked.q else []
        said += [LABELS[asked.state].lower()] if asked.state else []
        said += [level_name(asked.level).lower()] if asked.level else []
        said += [f"tier {asked.tier}"] if asked.tier else []
        said += [asked.esc] if asked.esc else []
        return counted(self.found, "school") + (f": {', '.join(said)}" if said else "")

    @property
    def reason_empty(self) -> str:
        if self.selection.is_filtered:
            return "No school matches what you asked for."
        return "There are no schools that you may see. They arrive with the first import."


def tabulate(rows: Iterable[SchoolRow], selection: Selection, page: int = 1) -> Table:
    """The page asked for, or the last one when there are fewer."""
    found = select_rows(rows, selection)
    pages = max(1, -(-len(found) // PAGE_ROWS))
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    return Table(selection, shown, len(found), page, pages)
