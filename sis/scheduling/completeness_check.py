"""The self-check of the kept answer: computed again from the records and compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from sis.enrollment.models import SchoolEnrollment
from sis.scheduling import completeness_sql as sql
from sis.scheduling.completeness import list_snapshots
from sis.scheduling.models import ScheduleChange, ScheduleGap
from sis.scheduling.rules import SchedulingRules

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Difference:
    """One thing that is kept otherwise than the records say.

    ``what`` is ``tally`` (key: school, track; numbers: students) or ``gap`` (key: school, track,
    person, enrolment; numbers: required and filled periods). None: not there at all.
    """

    what: str
    key: Key
    kept: Key | None
    right: Key | None

    @property
    def text(self) -> str:
        """``tally 12 A: kept 40, right 41``; ids only."""
        key = " ".join(str(part) for part in self.key if part != "")
        return f"{self.what} {key}: kept {_plain(self.kept)}, right {_plain(self.right)}"


def _plain(numbers: Key | None) -> str:
    return "nothing" if numbers is None else "/".join(str(one) for one in numbers)


def verify(session: Session, rules: SchedulingRules) -> list[Difference]:
    """Compare the kept answer with one computed from scratch, inside one reading session.

    Persons whose change still waits for the next refresh are left out. Empty when nothing is kept
    for these rules: then the next refresh computes everything anyway.
    """
    kept = list_snapshots(session)
    on_dates = {zone: one.as_of for zone, one in kept.items() if one.rule_version == rules.version}
    if not on_dates or len(on_dates) < len(kept):
        return []
    right = sql.computed(on_dates, rules)
    persons, schools = _waiting(session)
    tallies = _differences("tally", _tallies(session, sql.KEPT), _tallies(session, right))
    gaps = _differences("gap", _gaps(session, sql.KEPT), _gaps(session, right))
    return [
        *(found for found in tallies if found.key[0] not in schools),
        *(found for found in gaps if found.key[2] not in persons),
    ]


def _tallies(session: Session, answer: sql.Answer) -> dict[Key, Key]:
    return {(row[0], row[1]): (row[2],) for row in session.execute(answer.tally)}


def _gaps(session: Session, answer: sql.Answer) -> dict[Key, Key]:
    return {
        (row.school_id, row.track, row.person_id, row.school_enrollment_id): (
            row.required_periods,
            row.filled_periods,
        )
        for row in session.execute(answer.gap)
    }


def _differences(what: str, kept: dict[Key, Key], right: dict[Key, Key]) -> Iterator[Difference]:
    for key in sorted(kept.keys() | right.keys()):
        if kept.get(key) != right.get(key):
            yield Difference(what, key, kept.get(key), right.get(key))


def _waiting(session: Session) -> tuple[set[int], set[int]]:
    """Persons with a change not yet counted, and the schools whose tally it may move."""
    persons = select(ScheduleChange.person_id)
    schools = union(
        select(SchoolEnrollment.school_id).where(SchoolEnrollment.person_id.in_(persons)),
        select(ScheduleGap.school_id).where(ScheduleGap.person_id.in_(persons)),
    )
    return set(session.scalars(persons)), set(session.scalars(schools))
