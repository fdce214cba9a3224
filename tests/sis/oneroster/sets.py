"""Writes OneRoster sets for tests: a whole small district by default, spoiled as a test likes."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sis.oneroster.formats import file_names, layout

Row = Mapping[str, str]


@dataclass
class RosterSet:
    """Files by name, each a list of rows; ``raw`` bytes replace a file as a whole."""

    version: str = "1.2"
    mode: str = "bulk"
    files: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    metadata: dict[str, tuple[str, ...]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    source: str = "Test SIS"

    def add(self, name: str, *rows: Row) -> "RosterSet":
        self.files.setdefault(name, []).extend(dict(row) for row in rows)
        return self

    def content(self) -> dict[str, bytes]:
        """File name to bytes, with the manifest."""
        found = {f"{name}.csv": self._csv(name, rows) for name, rows in self.files.items()}
        found |= {f"{name}.csv": raw for name, raw in self.raw.items()}
        found.setdefault("manifest.csv", self._manifest({name[:-4] for name in found}))
        return found

    def folder(self, path: Path) -> Path:
        path.mkdir(parents=True, exist_ok=True)
        for name, content in self.content().items():
            (path / name).write_bytes(content)
        return path

    def zip(self, path: Path, top: str = "") -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.content().items():
                archive.writestr(f"{top}{name}", content)
        return path

    def columns(self, name: str) -> tuple[str, ...]:
        known = layout(self.version, name)
        assert known is not None
        return known.columns + self.metadata.get(name, ())

    def _csv(self, name: str, rows: Sequence[Row]) -> bytes:
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns(name), restval="", lineterminator="\r\n")
        writer.writeheader()
        for row in rows:
            blank = {"sourcedId": "", "status": "", "dateLastModified": ""}
            if self.mode == "delta":
                blank |= {"status": "active", "dateLastModified": "2015-01-12T08:00:00.000Z"}
            writer.writerow({**blank, **row})
        return text.getvalue().encode()

    def _manifest(self, there: set[str]) -> bytes:
        lines = ["propertyName,value", "manifest.version,1.0", f"oneroster.version,{self.version}"]
        for name in sorted(file_names(self.version)):
            mode = self.modes.get(name, self.mode if name in there else "absent")
            lines.append(f"file.{name},{mode}")
        lines += [f"source.systemName,{self.source}", f"source.systemCode,{self.source}"]
        return ("\r\n".join(lines) + "\r\n").encode()


def line_of(name: str, line: str, version: str = "1.2") -> bytes:
    """A file with its standard header and one line as it stands."""
    known = layout(version, name)
    assert known is not None
    return f"{','.join(known.columns)}\n{line}\n".encode()


def district(version: str = "1.2") -> RosterSet:
    """One school below an ESC, one term, one course with two sections, two students, a teacher."""
    roster = RosterSet(version)
    roster.add(
        "orgs",
        {"sourcedId": "D", "name": "District", "type": "district"},
        {"sourcedId": "E", "name": "ESC North", "type": "local", "parentSourcedId": "D"},
        {"sourcedId": "S-1", "name": "Bell High", "type": "school", "parentSourcedId": "E"},
    )
    year = {"startDate": "2014-08-12", "endDate": "2015-06-05", "schoolYear": "2015"}
    term = {"startDate": "2015-01-12", "endDate": "2015-06-05", "schoolYear": "2015"}
    roster.add(
        "academicSessions",
        {"sourcedId": "Y", "title": "Year", "type": "schoolYear", **year},
        {
            "sourcedId": "T",
            "title": "Spring",
            "type": "semester",
            "parentSourcedId": "Y",
            **term,
        },
    )
    roster.add("courses", {"sourcedId": "C", "title": "Algebra", "orgSourcedId": "S-1"})
    section = {"classType": "scheduled", "schoolSourcedId": "S-1", "termSourcedIds": "T"}
    roster.add(
        "classes",
        {"sourcedId": "A1", "title": "Algebra 1", "courseSourcedId": "C", "periods": "1"} | section,
        {"sourcedId": "A2", "title": "Algebra 2", "courseSourcedId": "C", "periods": "2,3"}
        | section,
    )
    _add_people(roster)
    for number, taught, person, role in (
        (1, "A1", "P-1", "student"),
        (2, "A2", "P-2", "student"),
        (3, "A1", "P-3", "teacher"),
    ):
        place = {"sourcedId": f"E-{number}", "classSourcedId": taught, "schoolSourcedId": "S-1"}
        roster.add("enrollments", place | {"userSourcedId": person, "role": role})
    return roster


def _add_people(roster: RosterSet) -> None:
    for sourced_id, given, role in (
        ("P-1", "Ana", "student"),
        ("P-2", "Bo", "student"),
        ("P-3", "Cy", "teacher"),
    ):
        person = {
            "sourcedId": sourced_id,
            "enabledUser": "true",
            "username": given.lower(),
            "givenName": given,
            "familyName": "Field",
            "grades": "09" if role == "student" else "",
        }
        if roster.version == "1.1":
            roster.add("users", person | {"orgSourcedIds": "S-1", "role": role})
            continue
        roster.add("users", person)
        roster.add(
            "roles",
            {
                "sourcedId": f"R-{sourced_id}",
                "userSourcedId": sourced_id,
                "roleType": "primary",
                "role": role,
                "orgSourcedId": "S-1",
            },
        )
