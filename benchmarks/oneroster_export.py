"""The OneRoster export beside a raw SELECT of the same rows, written by csv.writer.

The export runs in a process of its own, so that its peak memory is its own. The raw run reads
every column of the same tables with the driver alone, in the order of their ids, and writes them as
they come: no joins, no names for references, no check of anything.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.context import DIALECTS, Context
from core.auth.actor import system
from core.clock import monotonic
from core.db import Database
from sis.oneroster.export.exporting import export_oneroster
from sis.oneroster.importing import import_oneroster
from sis.settings import SisSettings

OPENING_DAY = datetime(2015, 1, 12, 14, 30, tzinfo=UTC)
BATCH = 5_000
TABLES = {
    "organization": "id",
    "academic_session": "id",
    "course": "id",
    "section": "id",
    "person": "id",
    "school_enrollment": "id",
    "person_role": "id",
    "section_enrollment": "id",
    "demographics": "person_id",
}


def run(context: Context) -> Iterable[dict[str, Any]]:
    """A whole export, and a delta of one second, on both databases."""
    path = context.district()
    for dialect in DIALECTS:
        with context.database(dialect) as database:
            _fill(database, path)
            out = context.folder / f"export-{dialect}"
            whole = _export(database.url, out, "")
            delta = _export(database.url, context.folder / f"delta-{dialect}", "2015-01-12T14:31Z")
            raw_rows, raw_seconds = _write_raw(database, context.folder / "raw.csv")
        reference = {
            "name": "raw SELECT of the same rows, written by csv.writer",
            "value": round(raw_rows / raw_seconds),
            "unit": "rows/s",
            "rows": raw_rows,
            "seconds": round(raw_seconds, 1),
        }
        yield _line(f"oneroster_export.{dialect}.bulk", whole) | {
            "reference": reference,
            "ratio": round(whole["rows"] / whole["seconds"] / (raw_rows / raw_seconds), 2),
        }
        yield _line(f"oneroster_export.{dialect}.delta", delta)


def _line(name: str, figure: dict[str, float]) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(figure["rows"] / figure["seconds"]),
        "unit": "rows/s",
        "rows": figure["rows"],
        "seconds": round(figure["seconds"], 1),
        "peak_mb": round(figure["peak_mb"]),
    }


def _fill(database: Database, path: Path) -> None:
    import_oneroster(
        database,
        path,
        rejects=path.with_name("rejects.csv"),
        now=OPENING_DAY,
        by=system("importer"),
        settings=SisSettings(),
    )


def _export(url: str, out: Path, since: str) -> dict[str, float]:
    """Rows, seconds and peak memory of an export in its own process."""
    command = [sys.executable, "-m", "benchmarks.oneroster_export", url, str(out), since]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(url: str, out: Path, since: str) -> None:
    database = Database(url)
    started = monotonic()
    summary = export_oneroster(
        database,
        out,
        since=datetime.fromisoformat(since) if since else None,
        zone=SisSettings().time_zone,
        by=system("exporter"),
        now=OPENING_DAY,
    )
    seconds = monotonic() - started
    database.dispose()
    rows = sum(summary.rows.values())
    print(json.dumps({"rows": rows, "seconds": seconds, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """The peak of this program alone: getrusage counts that of the process it was forked from."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _write_raw(database: Database, target: Path) -> tuple[int, float]:
    started, rows = monotonic(), 0
    with (
        database.reader.connect() as connection,
        target.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.writer(stream)
        for table, key in TABLES.items():
            query = f"SELECT * FROM {table} ORDER BY {key}"
            result = connection.execution_options(yield_per=BATCH).exec_driver_sql(query)
            for part in result.partitions():
                writer.writerows(part)
                rows += len(part)
    return rows, monotonic() - started


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
