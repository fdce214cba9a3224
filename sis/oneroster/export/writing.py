"""Writing a set: under a temporary name, and in its place only when it is whole.

The manifest is written last. A process that is killed leaves a hidden ``.NAME.*`` beside the place,
without a manifest, which no importer takes for a set.
"""

import csv
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TextIO

from core.errors import Conflict
from sis.oneroster.formats import file_names
from sis.oneroster.manifest import MANIFEST

VERSION = "1.2"
SYSTEM = "Bellwether"
Open = Callable[[str], AbstractContextManager[TextIO]]


@contextmanager
def new_set(out: Path) -> Iterator[Open]:
    """A function that opens the files of the new set by name; the set is there after the block.

    ``out`` is a folder, or a zip by its ending. A set that is there is replaced. Raises Conflict
    when a folder holds anything else. After an exception nothing has changed.
    """
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    zipped = out.suffix.lower() == ".zip"
    if not zipped:
        _refuse_other_files(out)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as temporary:
        made = Path(temporary) / out.name
        if zipped:
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
                yield lambda name: _open_in_archive(archive, name)
            made.replace(out)
        else:
            made.mkdir()
            yield lambda name: (made / name).open("w", encoding="utf-8", newline="")
            _put_in_place(made, out, Path(temporary))


def write_rows(
    stream: TextIO, header: Sequence[str], portions: Iterable[Sequence[Sequence[Any]]]
) -> Iterator[int]:
    """Write a CSV file; yields the number of rows of each portion when it is written."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    for rows in portions:
        writer.writerows(rows)
        yield len(rows)


def write_manifest(open_file: Open, modes: Mapping[str, str]) -> None:
    """The manifest names every data file of the standard; those not in ``modes`` are absent."""
    lines = [("propertyName", "value"), ("manifest.version", "1.0")]
    lines.append(("oneroster.version", VERSION))
    for name in sorted(file_names(VERSION)):
        lines.append((f"file.{name}", modes.get(name, "absent")))
    lines += [("source.systemName", SYSTEM), ("source.systemCode", SYSTEM.lower())]
    with open_file(MANIFEST) as stream:
        csv.writer(stream, lineterminator="\r\n").writerows(lines)


@contextmanager
def _open_in_archive(archive: zipfile.ZipFile, name: str) -> Iterator[TextIO]:
    with (
        archive.open(name, "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="") as stream,
    ):
        yield stream


def _refuse_other_files(out: Path) -> None:
    """A folder is replaced as a whole: it must hold nothing but an earlier set."""
    if out.exists() and not out.is_dir():
        raise Conflict(f"{out} is a file; name a folder, or a file that ends in .zip.")
    ours = {MANIFEST, *(f"{name}.csv" for name in file_names(VERSION))}
    others = (
        sorted(path.name for path in out.iterdir() if path.name not in ours) if out.exists() else []
    )
    if others:
        raise Conflict(
            f"{out} holds other files ({', '.join(others[:3])}). Name a new or an empty folder."
        )


def _put_in_place(made: Path, out: Path, temporary: Path) -> None:
    if out.exists():
        shutil.move(out, temporary / "earlier")
    made.rename(out)
