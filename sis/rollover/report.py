"""The report of a run: how many schools, how many secondary ones, and each with its numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.db import JsonDict
from sis.rollover.models import RolloverRun
from sis.rollover.queries import Term, get_term, list_rolled
from sis.rollover.rules.policy import SECONDARY_LEVELS


@dataclass(frozen=True)
class SchoolReport:
    """A school of a run; ``counts`` are the books as JSON, None until it is rolled."""

    id: int
    school_id: int
    name: str
    level: str
    status: str
    detail: str
    counts: JsonDict | None
    rolled_at: datetime | None

    @property
    def secondary(self) -> bool:
        return self.level in SECONDARY_LEVELS

    @property
    def left(self) -> int:
        """Placements that were not carried over, each with its reason."""
        return sum(self.counts["places_left"].values()) if self.counts else 0


@dataclass(frozen=True)
class Report:
    """A run with its terms and schools, by name."""

    run_id: int
    key: str
    status: str
    students: bool
    old: Term
    new: Term
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    schools: Sequence[SchoolReport]

    def count(self, status: str, *, secondary: bool = False) -> int:
        """How many schools are rolled, waiting, unbalanced or undone."""
        return sum(
            one.status == status and (one.secondary or not secondary) for one in self.schools
        )

    @property
    def secondary(self) -> int:
        return sum(one.secondary for one in self.schools)

    @property
    def done(self) -> bool:
        """Whether every school is rolled over and its books balance."""
        return self.count("rolled") == len(self.schools)

    @property
    def headline(self) -> str:
        """``96 of 96 secondary schools (100 %)``; of all schools where none is secondary."""
        total = self.secondary
        if not total:
            return _share(self.count("rolled"), len(self.schools), "schools")
        return _share(self.count("rolled", secondary=True), total, "secondary schools")

    def total(self, name: str) -> int:
        """The sum over the schools of a number of the books."""
        return sum(one.counts[name] for one in self.schools if one.counts)

    @property
    def reasons(self) -> dict[str, int]:
        """Why placements stayed behind, over all schools, most first."""
        found: dict[str, int] = {}
        for one in self.schools:
            for reason, count in (one.counts or {}).get("places_left", {}).items():
                found[reason] = found.get(reason, 0) + count
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def as_json(self) -> JsonDict:
        """The report for programs: no names of people are in it."""
        return {
            "run": self.run_id,
            "key": self.key,
            "from": self.old.sourced_id,
            "to": self.new.sourced_id,
            "students": self.students,
            "status": self.status,
            "headline": self.headline,
            "schools": {
                "total": len(self.schools),
                "secondary": self.secondary,
                "rolled": self.count("rolled"),
                "secondary_rolled": self.count("rolled", secondary=True),
                "waiting": self.count("waiting"),
                "unbalanced": self.count("unbalanced"),
                "undone": self.count("undone"),
            },
            "placements": {
                "before": self.total("places"),
                "carried": self.total("places_carried"),
                "left": self.reasons,
            },
            "by_school": [
                {
                    "school_id": one.school_id,
                    "name": one.name,
                    "level": one.level,
                    "status": one.status,
                    "detail": one.detail,
                    "counts": one.counts,
                }
                for one in self.schools
            ],
        }


def _share(some: int, total: int, what: str) -> str:
    """Rounded down, so that 100 % is said only of all."""
    percent = 100 * some // total if total else 0
    return f"{some:,} of {total:,} {what} ({percent} %)"


def report_of(
    session: Session, run: RolloverRun, school_ids: Collection[int] | None = None
) -> Report:
    """The run's report; limited to some schools for an actor who may see only those."""
    schools = [
        SchoolReport(
            row.id,
            row.school_id,
            name,
            level,
            row.status,
            row.detail,
            row.counts,
            row.rolled_at,
        )
        for row, name, level in list_rolled(session, run.id, school_ids)
    ]
    return Report(
        run.id,
        run.key,
        run.status,
        run.students,
        get_term(session, run.from_session_id),
        get_term(session, run.to_session_id),
        run.requested_by,
        run.requested_at,
        run.finished_at,
        schools,
    )
