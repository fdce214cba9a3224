"""Exporting a set from one consistent view of the records."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.audit.actions import record
from core.auth.actor import Actor
from core.db import Database
from core.errors import Conflict
from sis.calendars.rules import local_date
from sis.oneroster.export.files import Setting, files
from sis.oneroster.export.queries_calendars import read_school_days
from sis.oneroster.export.writing import new_set, write_manifest, write_rows
from sis.oneroster.progress import SILENT, Progress


@dataclass
class ExportSummary:
    """Rows by file, in the order in which they were written.

    ``left_out`` counts calendars for which OneRoster has no word: those of no school year.
    """

    mode: str
    rows: dict[str, int] = field(default_factory=dict)
    left_out: int = 0


def export_oneroster(
    database: Database,
    out: Path,
    *,
    since: datetime | None,
    zone: str,
    by: Actor,
    now: datetime,
    progress: Progress = SILENT,
) -> ExportSummary:
    """Write all records (bulk) or those changed at ``since`` or later (delta) to a folder or zip.

    Rows are streamed: memory does not grow with them. Everything comes from one snapshot of the
    database. Leaves an audit row, because student data leaves the house. Raises Conflict when
    ``out`` holds something else.
    """
    summary = ExportSummary("bulk" if since is None else "delta")
    with database.read() as session, new_set(out) as open_file:
        days = read_school_days(session)
        summary.left_out = days.left_out
        setting = Setting(session, since, local_date(now, zone), days)
        counted = [(file, count) for file in files(since) if (count := file.count(session))]
        if not counted:
            raise Conflict("There are no records to export.")
        progress.begin(sum(count for _, count in counted))
        for file, _ in counted:
            with open_file(f"{file.name}.csv") as stream:
                summary.rows[file.name] = 0
                for rows in write_rows(stream, file.header, file.rows(setting)):
                    summary.rows[file.name] += rows
                    progress.advance(file.name, rows, summary.rows[file.name])
        write_manifest(open_file, dict.fromkeys(summary.rows, summary.mode))
        progress.end()
    with database.write() as session:
        record(
            session,
            by=by,
            action="export.oneroster",
            subject=("export", out.name),
            after={"mode": summary.mode, "since": since, "rows": summary.rows},
            now=now,
        )
    return summary
