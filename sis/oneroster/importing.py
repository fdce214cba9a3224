"""Importing a OneRoster CSV set: one transaction, so all of it is seen or nothing."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from core.audit.actions import record
from core.auth.actor import Actor
from core.clock import monotonic
from core.db import Database
from sis.calendars.rules import local_date
from sis.oneroster import finishing
from sis.oneroster.attendance import enroll_attending
from sis.oneroster.bells import sync_bells
from sis.oneroster.bulk import bulk
from sis.oneroster.calendars import sync_calendars
from sis.oneroster.files.categories import Categories
from sis.oneroster.files.classes import Classes
from sis.oneroster.files.courses import Courses
from sis.oneroster.files.demographics import DemographicsFile
from sis.oneroster.files.enrollments import Enrollments
from sis.oneroster.files.line_items import LineItems
from sis.oneroster.files.objectives import LINE_ITEM_OBJECTIVES, RESULT_OBJECTIVES
from sis.oneroster.files.orgs import Orgs
from sis.oneroster.files.results import Results
from sis.oneroster.files.roles import Roles
from sis.oneroster.files.scale_links import LINE_ITEM_SCALES, RESULT_SCALES
from sis.oneroster.files.score_scales import ScoreScales
from sis.oneroster.files.sessions import AcademicSessions
from sis.oneroster.files.users import Users
from sis.oneroster.filing import FileImport
from sis.oneroster.formats import ORDER
from sis.oneroster.headers import Header, read_headers
from sis.oneroster.keys import Keys
from sis.oneroster.loader import FileLoader
from sis.oneroster.manifest import Manifest, read_manifest
from sis.oneroster.models import ImportRun
from sis.oneroster.overlap import overlapped
from sis.oneroster.package import Package, open_package
from sis.oneroster.progress import SILENT, Progress
from sis.oneroster.queries import count_active_of_source, list_school_ids
from sis.oneroster.rejects import Rejects
from sis.oneroster.state import ImportState
from sis.oneroster.store import Store
from sis.oneroster.summary import FileSummary, ImportSummary
from sis.scheduling.completeness import forget
from sis.settings import SisSettings

LOADERS: Mapping[str, FileLoader] = {
    "orgs": Orgs(),
    "academicSessions": AcademicSessions(),
    "courses": Courses(),
    "classes": Classes(),
    "users": Users(),
    "roles": Roles(),
    "demographics": DemographicsFile(),
    "enrollments": Enrollments(),
    "categories": Categories(),
    "scoreScales": ScoreScales(),
    "lineItems": LineItems(),
    "results": Results(),
    "lineItemLearningObjectiveIds": LINE_ITEM_OBJECTIVES,
    "resultLearningObjectiveIds": RESULT_OBJECTIVES,
    "lineItemScoreScales": LINE_ITEM_SCALES,
    "resultScoreScales": RESULT_SCALES,
}


def import_oneroster(
    database: Database,
    path: Path,
    *,
    rejects: Path,
    now: datetime,
    by: Actor,
    settings: SisSettings,
    progress: Progress = SILENT,
    dry_run: bool = False,
) -> ImportSummary:
    """Import the folder or zip at ``path``; a dry run does everything and saves nothing.

    Rejected rows go to the CSV file ``rejects``, which is made with the first of them. Raises
    ImportRefused, before anything is written, when the set as a whole cannot be imported.
    """
    began = monotonic()
    with open_package(path) as package, Rejects(rejects) as rejected:
        manifest = read_manifest(package)
        headers = read_headers(package, manifest)
        source = manifest.source or settings.source
        summary = ImportSummary(source, manifest.version, package.name, dry_run)
        summary.warnings = list(manifest.warnings)
        with database.write() as session:
            run = _begin_run(session, summary, by=by, now=now)
            with overlapped(bulk(session)) as loading:
                store = Store(session, loading, summary.source, by, now, run.id)
                state = _state(store, manifest.version, settings)
                _import_files(package, manifest, headers, state, summary, rejected, progress)
                _finish(state, summary)
            summary.rejects = rejects if rejected.count else None
            summary.seconds = monotonic() - began
            _end_run(session, run, summary, by=by, now=now)
            if dry_run:
                session.rollback()
    summary.seconds = monotonic() - began
    return summary


def _begin_run(session: Session, summary: ImportSummary, *, by: Actor, now: datetime) -> ImportRun:
    run = ImportRun(
        source=summary.source,
        format=f"oneroster-csv-{summary.version}",
        path=summary.path,
        started_at=now,
        counts={},
        actor=by.id,
    )
    session.add(run)
    session.flush()
    if not summary.dry_run:
        summary.run_id = run.id
    return run


def _end_run(
    session: Session, run: ImportRun, summary: ImportSummary, *, by: Actor, now: datetime
) -> None:
    run.counts = summary.counts()
    run.finished_at = now
    record(
        session,
        by=by,
        action="import.oneroster",
        subject=("import_run", run.id),
        after={
            "source": summary.source,
            "rows": summary.rows,
            "imported": summary.imported,
            "rejected": summary.rejected,
        },
        now=now,
    )


def _state(store: Store, version: str, settings: SisSettings) -> ImportState:
    store.bulk.wait_for_others()
    return ImportState(
        store=store,
        keys=Keys(store),
        settings=settings,
        version=version,
        today=local_date(store.now, settings.time_zone),
        schools=set(list_school_ids(store.session)),
    )


def _import_files(
    package: Package,
    manifest: Manifest,
    headers: Mapping[str, Header],
    state: ImportState,
    summary: ImportSummary,
    rejects: Rejects,
    progress: Progress,
) -> None:
    kept = [name for name in ORDER if name in headers]
    others = sorted(set(manifest.modes) - set(kept))
    progress.begin(sum(package.sizes[f"{name}.csv"] for name in (*kept, *others)))
    for name in kept:
        file = FileSummary(name, manifest.modes[name])
        summary.files.append(file)
        loader = LOADERS[name]
        before = _count(state, loader, file)
        with package.open(f"{name}.csv") as stream:
            FileImport(file, headers[name], loader, state, rejects, progress).run(stream)
        state.store.bulk.settle()
        file.not_in_file = _not_in_file(state, loader, file, before)
        if name == "enrollments":
            enroll_attending(state, file)
        file.check()
    for name in others:
        file = FileSummary(name, manifest.modes[name])
        summary.files.append(file)
        with package.open(f"{name}.csv") as stream:
            FileImport.count_only(file, stream, progress)
        file.check()
    progress.end()


def _count(state: ImportState, loader: FileLoader, file: FileSummary) -> int:
    if file.mode != "bulk":
        return 0
    store = state.store
    return sum(
        count_active_of_source(store.session, table, store.source)
        for table in loader.tables
        if not store.was_empty(table)
    )


def _not_in_file(state: ImportState, loader: FileLoader, file: FileSummary, before: int) -> int:
    matched = sum(state.store.matched.get(table.name, 0) for table in loader.tables)
    return max(before - matched, 0) if file.mode == "bulk" else 0


def _finish(state: ImportState, summary: ImportSummary) -> None:
    state.store.bulk.settle()
    orgs = next((file for file in summary.files if file.name == "orgs"), None)
    finishing.pass_on_grades(state)
    finishing.pass_on_term_dates(state)
    sync_calendars(state, orgs)
    sync_bells(state)
    state.store.bulk.settle()
    if summary.imported:
        finishing.refresh_statistics(state.store.session)
    forget(state.store.session)
    summary.derived = dict(state.derived)
