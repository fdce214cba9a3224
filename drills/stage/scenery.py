"""Preparing the demo's database once, and giving every new day a copy of it."""

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from sqlalchemy import text

from core import migrate
from core.auth.actor import system
from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from drills.demo import prepare
from drills.district.writing import generate
from drills.stage.wishes import Wishes
from sis.oneroster.importing import import_oneroster
from sis.oneroster.reporting import progress_on
from sis.settings import SisSettings
from triage.tiers.support_history import import_history

SOURCES = ("drills", "sis", "triage", "migrations", "core/auth")


def _fingerprint() -> str:
    """Changes whenever code that makes the prepared database does."""
    root = Path(__file__).resolve().parent.parent.parent
    digest = hashlib.sha256(migrate.head().encode())
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def prepared_path(var: Path, wishes: Wishes) -> Path:
    return var / f"prepared-{wishes.district}-{wishes.seed}-{_fingerprint()}.sqlite"


def _fill(
    settings: Settings, database: Database, folder: Path, wishes: Wishes, console: Console
) -> None:
    eve = wishes.start - timedelta(hours=1)
    by = system("demo")
    summary = import_oneroster(
        database,
        folder,
        rejects=folder / "rejects.csv",
        settings=settings.of(SisSettings),
        by=by,
        now=eve,
        progress=progress_on(console),
    )
    if summary.rejected:
        raise RuntimeError(f"the synthetic district has {summary.rejected} rejected rows")
    with database.write() as session:
        history = import_history(session, folder / "support-history.csv", by=by, now=eve)
    if history.rejected:
        raise RuntimeError(f"the synthetic history has {history.rejected} rejected rows")
    prepare(Runtime(settings, database, FrozenClock(eve)))


def prepare_database(settings: Settings, wishes: Wishes, console: Console) -> Path:
    """Generate and import the district unless that was done before; returns the database file."""
    path = prepared_path(settings.var, wishes)
    if path.exists():
        return path
    for old in settings.var.glob(f"prepared-{wishes.district}-*.sqlite*"):
        old.unlink()
    folder = settings.var / f"district-{wishes.district}-{wishes.seed}"
    console.print(f"Making the {wishes.district} district (seed {wishes.seed}) in {folder}")
    generate(folder, size=wishes.district, seed=wishes.seed)
    working = path.with_suffix(".working")
    for stale in settings.var.glob(f"{working.name}*"):
        stale.unlink()
    database = Database(f"sqlite:///{working}")
    try:
        migrate.upgrade(database)
        _fill(settings, database, folder, wishes, console)
        with database.writer.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    finally:
        database.dispose()
    working.replace(path)
    return path


def set_the_stage(prepared: Path, live: Path) -> Path | None:
    """Copy the prepared database to ``live``; the one that stood there is kept as previous."""
    previous = None
    if live.exists():
        previous = live.with_name("previous.sqlite")
        for suffix in ("", "-wal", "-shm"):
            old, kept = Path(f"{live}{suffix}"), Path(f"{previous}{suffix}")
            kept.unlink(missing_ok=True)
            if old.exists():
                old.replace(kept)
    temporary = live.with_suffix(".copy")
    shutil.copyfile(prepared, temporary)
    temporary.replace(live)
    return previous
