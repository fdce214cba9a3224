"""How days, moments and derived ids are written in an export: pure text."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from uuid import NAMESPACE_OID, uuid5

DAY = timedelta(days=1)
LONGEST = 3_900
"""Bytes of a value that every importer takes, our own among them."""


def moment(at: datetime) -> str:
    """OneRoster's dateTime: UTC with milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def listed(days: Iterable[tuple[date, str]], kind: str) -> str:
    """The dates of one type with commas between them."""
    return ",".join(day.isoformat() for day, found in days if found == kind)


def ranges(days: Sequence[tuple[date, str]], kind: str) -> str:
    """Runs of days of one type as ``first/back``, where ``back`` is the day after the last."""
    runs = groupby(days, key=lambda item: item[1])
    found = [list(run) for name, run in runs if name == kind]
    return ",".join(f"{run[0][0]}/{run[-1][0] + DAY}" for run in found)


def changes(years: Iterable[tuple[str, Sequence[tuple[date, str]]]]) -> str:
    """How a school's days differ: ``SESSION 2015-01-19=holiday 2015-01-20=minimum; ...``."""
    return "; ".join(
        " ".join([session, *(f"{day}={kind}" for day, kind in days)]) for session, days in years
    )


def public_id(sourced_id: str) -> tuple[str, str]:
    """A sourcedId of OneRoster's alphabet, and what it was derived from: ``org``, ``class`` or "".

    Enrolments that their source does not number have ids with bars in them (see
    ``sis.oneroster.rules.derived_id``); they leave under a UUID that is always the same.
    """
    bars = sourced_id.count("|")
    if not bars:
        return sourced_id, ""
    return str(uuid5(NAMESPACE_OID, sourced_id)), "class" if bars > 1 else "org"


def objective_id(record: str, objective: Mapping[str, str]) -> str:
    """A sourcedId for a learning objective of a record, which has none of its own."""
    words = (record, objective["source"], objective["learningObjectiveId"])
    return str(uuid5(NAMESPACE_OID, "|".join(words)))
