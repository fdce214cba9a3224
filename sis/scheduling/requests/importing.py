"""Course requests from a CSV file: each row comes in, changes something, or is refused.

Columns: ``student_id`` (the records' id of the student), ``school`` (its id), ``term`` (its id),
``course_code``, ``priority`` (1 if blank) and ``alternate_of`` (the code of the course that it
stands in for, or blank). Rows only add and change; a request that the file does not name stays.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from core.audit.actions import record_many
from core.auth.actor import Actor
from core.db import JsonDict
from sis.oneroster.reading import read_chunks, read_header
from sis.oneroster.refusal import ImportRefused
from sis.oneroster.rejects import Reason, Rejects
from sis.scheduling.requests.lookup import Key, Lookup, load_lookup
from sis.scheduling.requests.models import CourseRequest
from sis.scheduling.requests.rules import LOWEST_PRIORITY

COLUMNS = ("student_id", "school", "term", "course_code", "priority", "alternate_of")
_OPTIONAL = {"priority", "alternate_of"}


@dataclass(frozen=True)
class Line:
    """A row of the file with its line number; a blank value is empty."""

    number: int
    student_id: str
    school: str
    term: str
    course_code: str
    priority: str
    alternate_of: str


@dataclass
class ImportCounts:
    """What became of the rows; they add up."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass
class _Run:
    session: Session
    file: str
    rejects: Rejects
    lookup: Lookup
    now: datetime
    counts: ImportCounts
    seen: dict[Key, int] = field(default_factory=dict)
    touched: dict[Key, JsonDict | None] = field(default_factory=dict)

    def refuse(self, line: Line, column: str, text: str, remedy: str) -> None:
        value = getattr(line, column)
        self.rejects.add(self.file, column, Reason(text, remedy), [(line.number, value)])
        self.counts.rejected += 1


def import_requests(
    session: Session, path: Path, *, rejects: Rejects, by: Actor, now: datetime
) -> ImportCounts:
    """Import the file in this unit of work; refused rows go to ``rejects`` and nowhere else.

    The same file again changes nothing. Raises ImportRefused when the file as a whole cannot be
    read: not there, not CSV, columns missing.
    """
    counts = ImportCounts()
    lines = list(_read(path, rejects, counts))
    run = _Run(session, path.stem, rejects, load_lookup(session, lines), now, counts)
    placed = [(line, key) for line in lines if (key := _key(run, line)) is not None]
    _apply(run, [pair for pair in placed if not pair[0].alternate_of])
    session.flush()  # what an alternate stands in for has its id now
    _apply(run, [pair for pair in placed if pair[0].alternate_of])
    session.flush()
    _record(run, by)
    return counts


def _read(path: Path, rejects: Rejects, counts: ImportCounts) -> Iterator[Line]:
    if not path.is_file():
        raise ImportRefused([f"{path} is not a file."])
    with path.open("rb") as stream:
        header = read_header(stream, path.name)
        missing = [name for name in COLUMNS if name not in header and name not in _OPTIONAL]
        if missing:
            raise ImportRefused(
                [f"{path.name}: the column {name} is missing; the header is {','.join(COLUMNS)}"
                 for name in missing]
            )  # fmt: skip
        if len(set(header)) != len(header):
            raise ImportRefused([f"{path.name}: a column stands twice in its header."])
        for chunk in read_chunks(stream, header):
            counts.rows += chunk.frame.height + len(chunk.broken)
            for broken in chunk.broken:
                reason = Reason(broken.reason, "mend the line and import the file again")
                rejects.add(path.stem, "", reason, [(broken.line, None)])
                counts.rejected += 1
            for row in chunk.frame.iter_rows(named=True):
                values = {name: row.get(name) or "" for name in COLUMNS}
                yield Line(number=row["line"], **values)


def _key(run: _Run, line: Line) -> Key | None:
    """Which request the row is about; None when it was refused."""
    found = run.lookup
    person, school = found.students.get(line.student_id), found.schools.get(line.school)
    term = found.terms.get(line.term)
    if person is None:
        run.refuse(line, "student_id", "no student has this id", "correct the id")
    elif school is None:
        run.refuse(line, "school", "no school has this id", "correct the id")
    elif term is None:
        run.refuse(line, "term", "no semester or term has this id", "correct the id")
    elif not found.is_enrolled(person, school, term):
        text = "not enrolled at this school in this term"
        run.refuse(line, "student_id", text, "enrol the student first")
    else:
        return _course_key(run, line, (person, school, term.id))
    return None


def _course_key(run: _Run, line: Line, place: tuple[int, int, int]) -> Key | None:
    course, why = run.lookup.course(place[1], line.course_code)
    if course is None:
        run.refuse(line, "course_code", why, "correct the code")
        return None
    if _priority(line) is None:
        text = f"not a whole number from 1 to {LOWEST_PRIORITY}"
        run.refuse(line, "priority", text, "correct the priority, or leave it blank for 1")
        return None
    key = (*place, course)
    if key in run.seen:
        text = f"line {run.seen[key]} asks for the same course"
        run.refuse(line, "course_code", text, "keep one of the two lines")
        return None
    run.seen[key] = line.number
    return key


def _priority(line: Line) -> int | None:
    text = line.priority.strip() or "1"
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        return None
    return int(text) if 1 <= int(text) <= LOWEST_PRIORITY else None


def _apply(run: _Run, placed: Sequence[tuple[Line, Key]]) -> None:
    for line, key in placed:
        row = run.lookup.requests.get(key)
        if not line.alternate_of:
            _write(run, key, row, _priority(line) or 1, None)
            continue
        stands_for, why = run.lookup.course(key[1], line.alternate_of)
        parent = run.lookup.requests.get((*key[:3], stands_for)) if stands_for else None
        if stands_for is None:
            run.refuse(line, "alternate_of", why, "correct the code")
        elif stands_for == key[3]:
            run.refuse(line, "alternate_of", "it is the course itself", "name another course")
        elif parent is None or parent.alternate_of_id is not None:
            text = "the student does not ask for that course, or only as an alternate"
            run.refuse(line, "alternate_of", text, "add a line that asks for it")
        elif row is not None and row.id in run.lookup.parents:
            text = "other courses stand in for this one, so it cannot be an alternate itself"
            run.refuse(line, "alternate_of", text, "change its alternates first")
        else:
            _write(run, key, row, _priority(line) or 1, parent.id)


def _write(
    run: _Run, key: Key, row: CourseRequest | None, priority: int, alternate_of: int | None
) -> None:
    if row is None:
        person, school, term, course = key
        row = CourseRequest(
            person_id=person,
            school_id=school,
            session_id=term,
            course_id=course,
            created_at=run.now,
        )
        run.session.add(row)
        run.lookup.requests[key] = row
        run.touched[key] = None
        run.counts.new += 1
    elif (row.priority, row.alternate_of_id) == (priority, alternate_of):
        run.counts.unchanged += 1
        return
    else:
        run.touched[key] = _plain(row)
        run.counts.changed += 1
    row.priority, row.alternate_of_id, row.modified_at = priority, alternate_of, run.now
    if alternate_of is not None:
        run.lookup.parents.add(alternate_of)


def _plain(row: CourseRequest) -> JsonDict:
    return {"priority": row.priority, "alternate_of_id": row.alternate_of_id}


def _record(run: _Run, by: Actor) -> None:
    changes = (
        (
            run.lookup.requests[key].id,
            before,
            {"person_id": key[0], "course_id": key[3], **_plain(run.lookup.requests[key])},
        )
        for key, before in run.touched.items()
    )
    record_many(
        run.session,
        by=by,
        action="requests.import",
        subject_type="course_request",
        changes=changes,
        now=run.now,
    )
