"""What the files of one set tell each other while they are imported."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import polars as pl
from sqlalchemy import Table

from sis.calendars.rules import Bell, SessionDays
from sis.oneroster.keys import Keys
from sis.oneroster.store import Store
from sis.organizations.models import School
from sis.settings import SisSettings

SCHOOL = cast(Table, School.__table__)
SOURCE = "metadata.source"


@dataclass
class ImportState:
    """``calendars``: school id to the sourcedIds of its school years, for schools that say so;
    ``day_changes``: school id to session to the days that this school has otherwise;
    ``days``: sourcedId of a session to its days; ``bells``: school id to its bell schedule;
    ``moved_sessions``: ids of sessions whose dates are new or changed;
    ``enrolled``: frames of (person_id, school_id) that have an enrolment of their own;
    ``attending``: students in classes of schools where this set does not enrol them;
    ``regraded``: frames of (person_id, grade) of people whose record is changed;
    ``grading``: whether the gradebook is this import's alone until it ends.
    """

    store: Store
    keys: Keys
    settings: SisSettings
    version: str
    today: date
    schools: set[int]
    derived: Counter[str] = field(default_factory=Counter)
    calendars: dict[int, tuple[str, ...]] = field(default_factory=dict)
    days: dict[str, SessionDays] = field(default_factory=dict)
    day_changes: dict[int, dict[str, dict[date, str]]] = field(default_factory=dict)
    bells: dict[int, tuple[Bell, ...]] = field(default_factory=dict)
    moved_sessions: list[int] = field(default_factory=list)
    enrolled: list[pl.DataFrame] = field(default_factory=list)
    regraded: list[pl.DataFrame] = field(default_factory=list)
    attending: list[pl.DataFrame] = field(default_factory=list)
    grading: bool = False

    def make_schools(self, organization_ids: pl.Series) -> pl.Series:
        """Make schools of these organizations where they are none yet; the ids that were new."""
        ids = organization_ids.unique().drop_nulls()
        new = ids.filter(~ids.is_in(list(self.schools)))
        if new.len():
            frame = new.to_frame("organization_id").with_columns(
                level=pl.lit("other"), time_zone=pl.lit(self.settings.time_zone)
            )
            self.store.insert(SCHOOL, frame)
            self.schools.update(new)
            self.derived["school"] += new.len()
        return new

    def note_attendance(self, students: pl.DataFrame) -> None:
        """Remember students in classes, for those whom no enrolment of this set mentions.

        ``students``: person_id, school_id, track, begins_on, ends_on (null is open); one row for
        each student and school is kept.
        """
        pair = ["person_id", "school_id"]
        if self.enrolled:
            self.enrolled = [pl.concat(self.enrolled)]
            students = students.join(self.enrolled[0], on=pair, how="anti")
        if students.is_empty():
            return
        merged = (
            pl.concat([*self.attending, students])
            .group_by(pair)
            .agg(
                pl.col("track").max(),
                begins_on=_open_or(pl.col("begins_on"), pl.col("begins_on").min()),
                ends_on=_open_or(pl.col("ends_on"), pl.col("ends_on").max()),
            )
        )
        self.attending = [merged]


def _open_or(dates: pl.Expr, bound: pl.Expr) -> pl.Expr:
    """The bound, or open as soon as one of the dates is."""
    return pl.when(dates.null_count() == 0).then(bound)


def pick(frame: pl.DataFrame, columns: Mapping[str, str], **constants: str | int) -> pl.DataFrame:
    """The table's columns from the file's, as far as the file has them, and ``line``.

    A row that names its own source keeps it: our exports carry the records of several.
    """
    values = {name: pl.lit(value) for name, value in constants.items()}
    if "source" in values and SOURCE in frame:
        values["source"] = pl.coalesce(pl.col(SOURCE), values["source"])
    return frame.select(
        "line",
        *(pl.col(theirs).alias(ours) for ours, theirs in columns.items() if theirs in frame),
        **values,
    )
