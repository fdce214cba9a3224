"""An exported set has the standard's form, and appears only when it is whole."""

import csv
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.auth.actor import SYSTEM
from core.clock import FrozenClock
from core.db import Database
from core.errors import Conflict
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from sis.oneroster.export.cli import export_group
from sis.oneroster.export.exporting import export_oneroster
from sis.oneroster.export.rules import moment, public_id, ranges
from sis.oneroster.formats import file_names, layout
from sis.settings import SisSettings
from tests.sis.oneroster.conftest import OPENING_DAY, Importer
from tests.sis.oneroster.exports import export, full, rows
from tests.sis.oneroster.sets import district


def test_the_set_has_the_form_of_the_standard(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    importer(full())
    export(database, tmp_path / "out")
    manifest = dict(csv.reader((tmp_path / "out" / "manifest.csv").read_text("utf-8").splitlines()))
    assert (manifest["manifest.version"], manifest["oneroster.version"]) == ("1.0", "1.2")
    declared = {name[5:]: mode for name, mode in manifest.items() if name.startswith("file.")}
    assert set(declared) == file_names("1.2")
    assert len(declared) == 21
    present = {path.stem for path in (tmp_path / "out").iterdir()} - {"manifest"}
    assert {name for name, mode in declared.items() if mode == "bulk"} == present
    for name in present:
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        known = layout("1.2", name)
        assert known is not None
        assert tuple(header[: len(known.columns)]) == known.columns
        assert all(column.startswith("metadata.") for column in header[len(known.columns) :])
        assert {
            (row["status"], row["dateLastModified"]) for row in rows(tmp_path / "out", name)
        } == {("", "")}
    again = tmp_path / "again.zip"
    export(database, again)
    with zipfile.ZipFile(again) as archive:
        for name in present:
            assert archive.read(f"{name}.csv") == (tmp_path / "out" / f"{name}.csv").read_bytes()


def test_only_a_whole_set_appears_and_only_a_set_is_replaced(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    importer(district())
    out = tmp_path / "out"

    class Interrupted:
        def begin(self, size: int) -> None:
            """The export has begun."""

        def advance(self, file: str, size: int, rows: int) -> None:
            if file == "users":
                raise KeyboardInterrupt

        def end(self) -> None:
            """Never reached."""

    with pytest.raises(KeyboardInterrupt):
        export_oneroster(
            database,
            out,
            since=None,
            zone="UTC",
            by=SYSTEM,
            now=OPENING_DAY,
            progress=Interrupted(),
        )
    assert not out.exists()
    export(database, out)
    export(database, out)
    (out / "letter.txt").write_text("not ours")
    with pytest.raises(Conflict, match="letter.txt"):
        export(database, out)
    with pytest.raises(Conflict, match="is a file"):
        export(database, out / "letter.txt")
    assert sorted(path.name for path in tmp_path.glob(".*")) == []
    with database.read() as session:
        entries = session.scalars(
            select(AuditEntry.subject_id).where(AuditEntry.action == "export.oneroster")
        )
        assert list(entries) == ["out", "out"]


def test_nothing_to_export_is_said(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="no records"):
        export(database, tmp_path / "out")


def test_the_command_says_what_it_wrote_and_refuses_a_time_without_a_zone(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    importer(district())
    settings = Settings(
        core=CoreSettings(),
        sections={SisSettings: SisSettings()},
        var=tmp_path,
        database_url=database.url,
    )
    runtime = Runtime(settings, database, FrozenClock(OPENING_DAY))

    def run(*arguments: str) -> tuple[int, str, str]:
        answer = CliRunner().invoke(export_group, ["oneroster", *arguments], obj=runtime)
        return answer.exit_code, answer.stdout, answer.stderr

    out = str(tmp_path / "out")
    code, told, _ = run("--out", out, "--json")
    assert (code, json.loads(told)["rows"]["orgs"]) == (0, 3)
    code, _, refusal = run("--out", out, "--since", "2015-01-12T00:00:00")
    assert (code, "with its zone" in refusal) == (2, True)
    (tmp_path / "out" / "letter.txt").write_text("not ours")
    assert run("--out", out)[0] == 2


def test_moments_ranges_and_ids_are_written_as_the_standard_has_them() -> None:
    at = datetime(2015, 1, 12, 8, 0, 0, 1500, tzinfo=UTC)
    assert moment(at) == "2015-01-12T08:00:00.001Z"
    friday, monday = date(2015, 1, 9), date(2015, 1, 12)
    days = [(friday, "vacation"), (monday, "vacation")]
    assert ranges([*days, (date(2015, 1, 13), "holiday")], "vacation") == ("2015-01-09/2015-01-13")
    assert public_id("E-1") == ("E-1", "")
    assert public_id("P|S")[1] == "org"
    assert public_id("P|S|class") == public_id("P|S|class")
    assert public_id("P|S|class")[1] == "class"
