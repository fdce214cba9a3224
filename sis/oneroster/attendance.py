"""Students whom a set puts into classes without enrolling them at the school.

Without an enrolment they would be invisible to everything that counts a school's students.
"""

import polars as pl

from sis.oneroster.keys import Kind
from sis.oneroster.places import ENROLLMENT, ENROLLMENT_DEFAULTS
from sis.oneroster.rules import ATTENDING, derived_id
from sis.oneroster.state import ImportState
from sis.oneroster.store import Outcome
from sis.oneroster.summary import FileSummary

_PAIR = ["person_id", "school_id"]


def enroll_attending(state: ImportState, summary: FileSummary) -> None:
    """Make the missing enrolments, and keep those made earlier in step with the classes.

    A delta tells only a part of a student's classes, so it never changes one made earlier.
    """
    if not state.attending:
        return
    pairs = state.attending[0]
    old = state.store.bulk.fetch(
        ENROLLMENT, ["sourced_id", *_PAIR], "person_id", pairs["person_id"]
    )
    ours = pl.col("sourced_id").str.ends_with(ATTENDING)
    settled = old if summary.mode == "delta" else old.filter(~ours)
    pairs = pairs.join(settled, on=_PAIR, how="anti")
    if pairs.is_empty():
        return
    frame = _with_sources(state, pairs).select(
        *_PAIR,
        "track",
        "grade",
        "begins_on",
        "ends_on",
        sourced_id=pl.format(derived_id("{}", "{}") + ATTENDING, "user", "organization"),
        status=pl.lit("active"),
        source=pl.lit(state.store.source),
    )
    written = state.store.upsert(ENROLLMENT, frame, defaults=ENROLLMENT_DEFAULTS)
    count = written.filter(pl.col("outcome") == int(Outcome.NEW)).height
    if count:
        state.derived["school_enrollment"] += count
        summary.warn(
            "a student in a class has no role at its school; an enrolment was made",
            count,
            iter(()),
        )


def _with_sources(state: ImportState, pairs: pl.DataFrame) -> pl.DataFrame:
    """Add the source's ids of the two ends, and the grade."""
    people = state.keys.known(Kind.PERSON).select(person_id="id", user="sourced_id", grade="grade")
    schools = state.keys.known(Kind.ORGANIZATION).select(school_id="id", organization="sourced_id")
    found = pairs.join(people, on="person_id", how="left")
    found = found.join(schools, on="school_id", how="left")
    return found.with_columns(pl.coalesce("organization", pl.col("school_id").cast(pl.String)))
