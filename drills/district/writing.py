"""Writes the district school by school, so that memory holds one school at a time."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl

from drills.district import history, people, records, roles
from drills.district.headers import ALL_FILES, HEADERS, HISTORY, MANIFEST
from drills.district.plan import make_district
from drills.district.randomness import Stream, stream
from drills.district.school import District, School
from drills.district.sizes import SIZES
from drills.district.students import enroll

HISTORY_FILE = "support-history"
ZIP_NAME = "oneroster.zip"
_SAMPLE = 10


@dataclass(frozen=True)
class Content:
    """What goes in beyond the present term.

    ``earlier`` writes the ended first semester's sections and enrolments; ``all_demographics``
    writes demographics.csv for every school rather than for every tenth.
    """

    earlier: bool
    all_demographics: bool

    @classmethod
    def of(cls, size: str, *, complete: bool = False) -> "Content":
        """A size that is not meant to hold everything does so when ``complete`` asks for it."""
        everything = SIZES[size].everything or complete
        return cls(earlier=everything, all_demographics=everything)


@dataclass
class Counters:
    """The next free number of each kind."""

    student: int = 1
    staff: int = 1
    section: int = 1
    seat: int = 1


@dataclass
class Written:
    """Rows per file, without the header."""

    rows: dict[str, int] = field(default_factory=dict)


Frames = Iterator[tuple[str, pl.DataFrame]]


def school_frames(
    school: School, peers: list[int], counters: Counters, content: Content, seed: int
) -> Frames:
    """Every row of one school as (file, frame); moves the counters on."""
    roster = enroll(school, seed)
    student, section = counters.student, counters.section
    staff = roles.posts(school, roster.teachers)
    persons = people.draw(roster.students, stream(seed, Stream.PEOPLE, 200_000 + school.number))
    others = np.array([number for number in peers if number != school.number], dtype=np.int64)
    yield "users", people.staff_users(school, staff.count, counters.staff, seed)
    yield "roles", roles.staff_roles(school, staff, counters.staff)
    yield "users", people.student_users(roster, persons, student, seed)
    yield "roles", roles.student_roles(roster, others, student, seed)
    if content.all_demographics or school.number % _SAMPLE == 0:
        yield "demographics", people.demographics(roster, persons, student, seed)
    first_teacher = counters.staff + staff.first_teacher
    for earlier in (False, True) if content.earlier else (False,):
        classes = records.sections(roster, section, earlier=earlier)
        yield "classes", classes
        yield "enrollments", records.teaching(roster, classes, first_teacher)
    seats = records.seats_taken(roster, student, section, counters.seat)
    yield "enrollments", seats
    if content.earlier:
        yield "enrollments", records.earlier_seats(roster, student, section)
    yield HISTORY_FILE, history.tickets(school, seed)
    counters.student += roster.students
    counters.staff += staff.count
    counters.section += len(roster.seats)
    counters.seat += len(seats)


def district_frames(
    district: District, content: Content, on_school: Callable[[School], None]
) -> Frames:
    """Every row of the district; calls ``on_school`` after each school."""
    yield "orgs", records.organizations(district.schools)
    yield "academicSessions", records.sessions()
    yield "courses", records.courses()
    counters = Counters()
    peers: dict[str, list[int]] = {}
    for school in district.schools:
        peers.setdefault(school.level, []).append(school.number)
    for school in district.schools:
        yield from school_frames(school, peers[school.level], counters, content, district.seed)
        on_school(school)


def _manifest(size: str, seed: int) -> pl.DataFrame:
    rows = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
    rows += [(f"file.{name}", "bulk" if name in HEADERS else "absent") for name in ALL_FILES]
    rows += [
        ("source.systemName", f"Bellwether synthetic district, {size}, seed {seed}"),
        ("source.systemCode", "bellwether-district"),
    ]
    return pl.DataFrame(rows, schema=list(MANIFEST), orient="row")


def _pack(folder: Path) -> Path:
    """Move the OneRoster files into one zip whose bytes depend on their content alone."""
    target = folder / ZIP_NAME
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name in sorted((*HEADERS, "manifest")):
            source = folder / f"{name}.csv"
            entry = zipfile.ZipInfo(source.name, (2015, 1, 9, 12, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with source.open("rb") as reader, archive.open(entry, "w", force_zip64=True) as writer:
                while block := reader.read(1 << 20):
                    writer.write(block)
            source.unlink()
    return target


def write_district(
    district: District, folder: Path, content: Content, on_school: Callable[[School], None]
) -> Written:
    """Write every file but the manifest; returns the rows of each."""
    headers = {**HEADERS, HISTORY_FILE: HISTORY}
    written = Written(dict.fromkeys(headers, 0))
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for name, columns in headers.items():
            files[name] = stack.enter_context((folder / f"{name}.csv").open("wb"))
            files[name].write((",".join(columns) + "\n").encode())
        for name, rows in district_frames(district, content, on_school):
            rows.write_csv(files[name], include_header=False)
            written.rows[name] += len(rows)
    return written


def generate(
    folder: Path,
    *,
    size: str,
    seed: int,
    packed: bool = False,
    complete: bool = False,
    only: Callable[[School], bool] = lambda school: True,
    on_school: Callable[[School], None] = lambda school: None,
) -> Written:
    """Write the district into ``folder`` and return the rows of each file.

    The manifest is written last, so that an interrupted run leaves no valid set. The same size and
    seed give the same bytes. ``only`` leaves out the other schools. Raises OSError when the folder
    cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.csv", ZIP_NAME):
        (folder / name).unlink(missing_ok=True)
    district = make_district(size, seed)
    chosen = replace(district, schools=tuple(school for school in district.schools if only(school)))
    written = write_district(chosen, folder, Content.of(size, complete=complete), on_school)
    _manifest(size, seed).write_csv(folder / "manifest.csv")
    if packed:
        _pack(folder)
    return written
