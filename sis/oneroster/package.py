"""A OneRoster set on disk, folder or zip: which files it has, and their bytes.

A zip is read in place and never unpacked, so none of its names can reach the disk.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from sis.oneroster.refusal import ImportRefused

MAX_TOTAL_BYTES = 16 * 1024**3
MAX_RATIO = 250  # real sets compress 5 to 40 times; a bomb about 1,000 times
RATIO_MATTERS_FROM = 64 * 1024**2
MAX_MEMBERS = 1000
_JUNK = ("__MACOSX/", ".DS_Store")


@dataclass(frozen=True)
class Package:
    """``sizes`` maps a file's name (``orgs.csv``) to its bytes when unpacked."""

    name: str
    sizes: dict[str, int]
    _open: Callable[[str], BinaryIO]

    def open(self, name: str) -> BinaryIO:
        """The bytes of a file, from the beginning; raises ImportRefused when it is damaged."""
        try:
            return self._open(name)
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise ImportRefused([f"{name} cannot be read: {error}."]) from error


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Open a folder or a zip. The files lie at its top, or all in its single top folder.

    Raises ImportRefused when the path is neither, or the zip is broken, unsafe or too big.
    """
    if path.is_dir():
        yield _folder(path)
        return
    if not path.is_file():
        raise ImportRefused([f"{path} is not there. Give a folder or a zip file."])
    try:
        with zipfile.ZipFile(path) as archive:
            yield _zip(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:  # also in the middle of a file
        raise ImportRefused([f"{path.name} is not a readable zip file ({error})."]) from error


def _folder(path: Path) -> Package:
    try:
        top = path
        if not (top / "manifest.csv").is_file():
            inner = [child for child in path.iterdir() if child.is_dir()]
            top = inner[0] if len(inner) == 1 else path
        sizes = {file.name: file.stat().st_size for file in top.iterdir() if file.is_file()}
    except OSError as error:
        raise ImportRefused([f"{path} cannot be read: {error.strerror}."]) from error
    return Package(path.resolve().name, sizes, lambda name: (top / name).open("rb"))


def _zip(path: Path, archive: zipfile.ZipFile) -> Package:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not any(junk in member.filename for junk in _JUNK)
    ]
    problems = _unsafe(members)
    if problems:
        raise ImportRefused(problems)
    tops = {PurePosixPath(member.filename).parts[0] for member in members}
    depth = 1 if len(tops) == 1 and all("/" in member.filename for member in members) else 0
    named = {
        PurePosixPath(member.filename).name: member
        for member in members
        if len(PurePosixPath(member.filename).parts) == depth + 1
    }
    sizes = {name: member.file_size for name, member in named.items()}
    return Package(path.name, sizes, lambda name: cast(BinaryIO, archive.open(named[name])))


def _unsafe(members: list[zipfile.ZipInfo]) -> list[str]:
    problems = [
        f"{member.filename!r} in the zip points outside of it."
        for member in members
        if _escapes(member.filename)
    ]
    problems += [
        f"{member.filename} in the zip is encrypted." for member in members if member.flag_bits & 1
    ]
    problems += [
        f"{member.filename} in the zip would unpack to {member.file_size:,} bytes from "
        f"{member.compress_size:,}: that is not a roster."
        for member in members
        if member.file_size > RATIO_MATTERS_FROM
        and member.file_size > MAX_RATIO * max(member.compress_size, 1)
    ]
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL_BYTES:
        problems.append(
            f"The zip would unpack to {total:,} bytes; {MAX_TOTAL_BYTES:,} is the limit."
        )
    if len(members) > MAX_MEMBERS:
        problems.append(f"The zip holds {len(members):,} files; {MAX_MEMBERS:,} is the limit.")
    return problems


def _escapes(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return name.startswith(("/", "\\")) or ".." in parts or ":" in name
