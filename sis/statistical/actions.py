"""Certifying a school month, and keeping the newest count of months."""

import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, insert, tuple_
from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.db import JsonDict
from core.errors import Conflict, Invalid
from core.upsert import insert_new
from sis.statistical.models import StatisticalReport, StatisticalTally
from sis.statistical.queries.certified import get_version, list_versions, read_text
from sis.statistical.queries.tallies import NUMBERS
from sis.statistical.reporting import Live, get_frame, get_live, get_school_year
from sis.statistical.rules.difference import difference
from sis.statistical.rules.document import hash_of, write_document
from sis.statistical.rules.document_reading import read_document
from sis.statistical.rules.figures import figures_of
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.report import MonthReport

LONGEST_REASON = 1_000


@dataclass(frozen=True)
class MonthOf:
    """Which month is meant."""

    school_id: int
    track: str
    school_year: int
    month: int


def certify(
    session: Session,
    which: MonthOf,
    *,
    seen_hash: str,
    override_reason: str = "",
    rules: StatisticsRules,
    by: Actor,
    now: datetime,
) -> StatisticalReport:
    """Keep the month's report for good, as the certifier saw it; a later one amends the earlier.

    ``seen_hash`` is the hash of the document whose figures were shown. Raises NotFound (no such
    school or month), Invalid (does not balance and no reason given, or too long a one) and Conflict
    (not over yet, changed since it was shown, certified already as it is).
    """
    by.require("statistics.certify")
    year = get_school_year(session, by, which.school_id, which.school_year, rules, now)
    live = get_live(session, get_frame(year, which.track, which.month, rules), rules)
    text = write_document(live.facts, live.report, rules)
    reason = _reason(live, override_reason)
    _refuse_unfit(live, seen=hash_of(text) == seen_hash)
    versions = list_versions(session, **asdict(which))
    before = versions[0] if versions else None
    if before is not None and before.content_hash == hash_of(text):
        raise Conflict(f"Version {before.version} says exactly this already.", code="unchanged")
    values = {
        **asdict(which),
        **stored_numbers(live.report, rules.version),
        "version": before.version + 1 if before else 1,
        "supersedes_id": before.id if before else None,
        "amendment": _amendment(session, before, live) if before else None,
        "override_reason": reason,
        "document": zlib.compress(text, 6),
        "content_hash": hash_of(text),
        "certified_by": by.id,
        "certified_by_name": by.name,
        "certified_at": now,
    }
    if not insert_new(session, StatisticalReport, **values):
        raise Conflict("Somebody else certified this month just now; look at it again.")
    report = get_version(session, **asdict(which), version=values["version"])
    _record(session, report, by=by, now=now)
    return report


def _reason(live: Live, text: str) -> str | None:
    """Why it is certified although it does not balance; None when it does."""
    reason = text.strip()
    if live.report.balances:
        return None
    if not reason:
        message = "It does not balance. Mend what is at fault, or say why it is certified anyway."
        raise Invalid(message, fields={"override_reason": message})
    if len(reason) > LONGEST_REASON:
        message = f"Use at most {LONGEST_REASON:,} characters."
        raise Invalid(message, fields={"override_reason": message})
    return reason


def _refuse_unfit(live: Live, *, seen: bool) -> None:
    frame = live.report.frame
    if not frame.complete:
        raise Conflict(
            f"This month is not over: its last day is {frame.days.days[-1]}.", code="not_over"
        )
    if not seen:
        raise Conflict(
            "The figures changed since you looked at them. Look at the new ones, then certify.",
            code="changed",
        )


def _amendment(session: Session, before: StatisticalReport, live: Live) -> str:
    """What differs from the version before."""
    document = read_document(read_text(session, before))
    return difference(document.report, live.report).sentence


def stored_numbers(report: MonthReport, rule_version: str) -> JsonDict:
    """The columns of ``MonthFigures`` of a report."""
    figures = asdict(figures_of(report, rule_version))
    return {name: figures[name] for name in NUMBERS}


def _record(session: Session, report: StatisticalReport, *, by: Actor, now: datetime) -> None:
    names = ("school_id", "track", "school_year", "month", "version", "content_hash")
    more = ("attended", "excused", "unexcused", "balances", "amendment")
    after = {name: getattr(report, name) for name in (*names, *more)}
    record(
        session,
        by=by,
        action="statistics.certify",
        subject=("statistical_report", report.id),
        after=after,
        now=now,
    )


def keep_tallies(
    session: Session, reports: Sequence[MonthReport], *, rule_version: str, now: datetime
) -> None:
    """Replace the kept counts of these months by what was just counted.

    They can be made again from the records at any time, so they leave no audit row.
    """
    if not reports:
        return
    keys = [
        (r.frame.school_id, r.frame.track, r.frame.school_year, r.frame.number) for r in reports
    ]
    table = StatisticalTally
    columns = (table.school_id, table.track, table.school_year, table.month)
    session.execute(delete(table).where(tuple_(*columns).in_(keys)))
    rows = [
        {
            **dict(zip(("school_id", "track", "school_year", "month"), key, strict=True)),
            **stored_numbers(report, rule_version),
            "complete": report.frame.complete,
            "computed_at": now,
        }
        for key, report in zip(keys, reports, strict=True)
    ]
    session.execute(insert(table), rows)
