"""Bell schedules: what a school's metadata says, else the district's default."""

from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.calendars.models import ClassPeriod
from sis.calendars.queries_changes import list_schools_with_own_bells
from sis.calendars.rules import Bell, parse_bell_schedule
from sis.oneroster.state import ImportState

PERIOD = cast(Table, ClassPeriod.__table__)
_COLUMNS = ["school_id", "day_type", "label", "starts_at", "ends_at", "derived"]


def sync_bells(state: ImportState) -> None:
    """Set the bells of schools that say some, and derived ones where there are no others.

    Bells that somebody has changed by hand stay.
    """
    if not state.schools:
        return
    ids = pl.Series(sorted(state.schools), dtype=pl.Int64)
    old = state.store.bulk.fetch(PERIOD, ["id", *_COLUMNS], "school_id", ids).with_columns(
        pl.col("starts_at", "ends_at").str.slice(0, 8)
    )
    own = set(old.filter(pl.col("derived") == 0)["school_id"])
    default = parse_bell_schedule(state.settings.default_bell_schedule)
    by_hand = list_schools_with_own_bells(state.store.session)
    bells = dict.fromkeys(state.schools - own - by_hand, (default, True))
    bells |= {s: (said, False) for s, said in state.bells.items() if s not in by_hand}
    wanted = _frame(bells)
    old = old.filter(pl.col("school_id").is_in(list(bells)))
    removed = old.join(wanted, on=_COLUMNS, how="anti")
    added = wanted.join(old, on=_COLUMNS, how="anti")
    if removed.height:
        state.store.bulk.delete(PERIOD, removed.select("id"))
        state.store.record(
            PERIOD,
            (
                (school, {"bells": rows.height}, {"bells": "replaced"})
                for (school,), rows in removed.group_by("school_id")
            ),
        )
    # SQLAlchemy writes microseconds on SQLite, and texts must compare
    state.store.insert(
        PERIOD,
        added.with_columns(pl.col("starts_at", "ends_at") + ".000000"),
    )


def _frame(bells: dict[int, tuple[tuple[Bell, ...], bool]]) -> pl.DataFrame:
    rows = [
        (
            school,
            bell.day_type,
            bell.label,
            bell.starts_at.isoformat(),
            bell.ends_at.isoformat(),
            int(derived),
        )
        for school, (listed, derived) in sorted(bells.items())
        for bell in listed
    ]
    kinds = [pl.Int64, pl.String, pl.String, pl.String, pl.String, pl.Int8]
    return pl.DataFrame(rows, schema=dict(zip(_COLUMNS, kinds, strict=True)), orient="row")
