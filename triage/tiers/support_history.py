"""Importing ticket counts from before this desk existed; doing it twice changes nothing."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import SYSTEM, Actor
from core.errors import Invalid
from sis.organizations.queries import list_schools
from triage.tiers.models import SupportHistory
from triage.tiers.queries import find_history
from triage.tiers.rules.history import COLUMNS, HistoryRow, Reject, missing_columns, read_row

_BATCH = 5_000
_Key = tuple[int, date, str]


@dataclass
class Summary:
    """Every row of the file is in exactly one count: ``read = imported + unchanged + rejected``."""

    read: int = 0
    imported: int = 0
    unchanged: int = 0
    rejects: list[Reject] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return len(self.rejects)


def import_history(session: Session, path: Path, *, by: Actor, now: datetime) -> Summary:
    """Read the file batch by batch and store what is new or different.

    Raises Invalid, before anything is written, when the file cannot be read or lacks a column.
    """
    schools = {one.sourced_id: one.id for one in list_schools(session, SYSTEM)}
    summary = Summary()
    seen: dict[_Key, int] = {}
    rows = _rows(path, summary)
    while batch := list(islice(rows, _BATCH)):
        known = _known(batch, schools, seen, summary)
        _store(session, known, summary, now)
    record(
        session,
        by=by,
        action="support_history.import",
        subject=("file", path.name),
        after={
            "read": summary.read,
            "imported": summary.imported,
            "unchanged": summary.unchanged,
            "rejected": summary.rejected,
        },
        now=now,
    )
    return summary


def _rows(path: Path, summary: Summary) -> Iterator[HistoryRow]:
    """Good rows as they come; bad ones go straight to the rejects."""
    try:
        file = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        reader = csv.DictReader(file)
        missing = missing_columns(list(reader.fieldnames or []))
        if missing:
            raise Invalid(
                f"{path} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)};"
                f" the first line must be {','.join(COLUMNS)}."
            )
        for row in reader:
            summary.read += 1
            found = read_row(reader.line_num, row)
            if isinstance(found, Reject):
                summary.rejects.append(found)
            else:
                yield found


def _known(
    batch: Sequence[HistoryRow],
    schools: dict[str, int],
    seen: dict[_Key, int],
    summary: Summary,
) -> dict[_Key, int]:
    """(school id, week, category) -> tickets, without unknown schools and repeated rows."""
    known: dict[_Key, int] = {}
    for row in batch:
        school_id = schools.get(row.school)
        if school_id is None:
            summary.rejects.append(
                Reject(row.line, "school", row.school, "is not a school that is known here")
            )
            continue
        key = (school_id, row.week_starts_on, row.category.value)
        if key in seen:
            reason = f"repeats the school, week and category of line {seen[key]}"
            summary.rejects.append(Reject(row.line, "school", row.school, reason))
            continue
        seen[key] = row.line
        known[key] = row.tickets
    return known


def _store(session: Session, rows: dict[_Key, int], summary: Summary, now: datetime) -> None:
    stored = find_history(session, {key[0] for key in rows}, {key[1] for key in rows})
    new, changed = [], []
    for key, tickets in rows.items():
        old = stored.get(key)
        if old is None:
            names = ("school_id", "week_starts_on", "category")
            new.append(
                {**dict(zip(names, key, strict=True)), "tickets": tickets, "modified_at": now}
            )
        elif old[1] != tickets:
            changed.append({"id": old[0], "tickets": tickets, "modified_at": now})
        else:
            summary.unchanged += 1
    if new:
        session.execute(insert(SupportHistory), new)
    if changed:
        session.execute(update(SupportHistory), changed)
    summary.imported += len(new) + len(changed)


def write_rejects(path: Path, source: Path, rejects: Sequence[Reject]) -> None:
    """A CSV file of what was left out: file, line, column, value, reason."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", "column", "value", "reason"])
        for one in sorted(rejects, key=lambda reject: reject.line):
            writer.writerow([source.name, one.line, one.column, one.value, one.reason])
