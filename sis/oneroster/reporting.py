"""The summary of an import for a person, and the progress of it on a terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

from core.clock import monotonic
from sis.oneroster.progress import Progress
from sis.oneroster.summary import FileSummary, ImportSummary


class TerminalProgress:
    """A bar on standard error: rows, rows a second, and the time that is left."""

    def __init__(self, console: Console) -> None:
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,}/s"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._began = monotonic()
        self._counter = RowCounter()

    def begin(self, size: int) -> None:
        self._task = self._bar.add_task("reading", total=max(size, 1), rows=0, rate=0)
        self._bar.start()

    def advance(self, file: str, size: int, rows: int) -> None:
        if self._task is None:
            return
        total = self._counter.total(file, rows)
        rate = int(total / max(monotonic() - self._began, 0.001))
        self._bar.update(self._task, advance=size, description=file, rows=total, rate=rate)

    def end(self) -> None:
        self._bar.stop()


class PlainProgress:
    """A line for each chunk that takes the import on by a tenth; for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._size, self._done, self._told = 1, 0, 0
        self._began = monotonic()
        self._counter = RowCounter()

    def begin(self, size: int) -> None:
        self._size = max(size, 1)

    def advance(self, file: str, size: int, rows: int) -> None:
        self._done += size
        total = self._counter.total(file, rows)
        tenths = 10 * self._done // self._size
        if tenths > self._told:
            self._told = tenths
            rate = int(total / max(monotonic() - self._began, 0.001))
            percent = 100 * self._done // self._size
            self._console.print(f"{percent}% {file}: {total:,} rows, {rate:,} rows/s")

    def end(self) -> None:
        """The summary follows."""


class RowCounter:
    """Adds up the rows of all files from the rows of each."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}

    def total(self, file: str, rows: int) -> int:
        self._rows[file] = rows
        return sum(self._rows.values())


def report(summary: ImportSummary) -> Iterator[str]:
    """The lines of the summary."""
    head = "Dry run, nothing was saved" if summary.dry_run else f"Import {summary.run_id}"
    yield f"{head}: OneRoster {summary.version} from {summary.source} ({summary.path})"
    yield ""
    names = ("file", "rows", "new", "changed", "unchanged", "rejected", "not kept")
    yield _line(names)
    for file in summary.files:
        yield _line((file.name, *_numbers(file)))
    total = FileSummary("all", "")
    for file in summary.files:
        for name in ("rows", "new", "changed", "unchanged", "rejected", "not_kept"):
            setattr(total, name, getattr(total, name) + getattr(file, name))
    yield _line((total.name, *_numbers(total)))
    yield ""
    yield (
        f"{summary.rows:,} rows in = {summary.imported:,} imported + {summary.unchanged:,} "
        f"unchanged + {summary.rejected:,} rejected"
        + (f" + {summary.not_kept:,} not kept" if summary.not_kept else "")
    )
    yield from _notes(summary)


def _numbers(file: FileSummary) -> tuple[str, ...]:
    numbers = (file.rows, file.new, file.changed, file.unchanged, file.rejected, file.not_kept)
    return tuple(f"{number:,}" for number in numbers)


def _line(cells: tuple[str, ...]) -> str:
    first, *rest = cells
    return f"{first:<30}" + "".join(f"{cell:>12}" for cell in rest)


def _notes(summary: ImportSummary) -> Iterator[str]:
    for name, count in sorted(summary.derived.items()):
        yield f"made besides: {count:,} x {name.replace('_', ' ')}"
    for file in summary.files:
        if file.not_in_file:
            yield f"{file.name}: {file.not_in_file:,} records of this source are not in this file"
    warnings = [f"warning: {text}" for text in summary.warnings]
    for file in summary.files:
        for reason, found in sorted(file.warnings.items()):
            lines = ", ".join(str(line) for line in found.lines)
            where = f" (line {lines}{', ...' if found.count > len(found.lines) else ''})"
            warnings.append(
                f"warning: {file.name}: {reason}: {found.count:,}x{where if lines else ''}"
            )
    yield from warnings
    if summary.rejects is not None:
        yield f"rejected rows: {summary.rejects}"
    rate = int(summary.rows / max(summary.seconds, 0.001))
    yield f"{summary.seconds:.1f} s, {rate:,} rows/s"


def progress_on(console: Console) -> Progress:
    """A bar on a terminal, a line per file elsewhere."""
    return TerminalProgress(console) if console.is_terminal else PlainProgress(console)
