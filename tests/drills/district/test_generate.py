"""The command and the bytes that it writes."""

import hashlib
import zipfile
from pathlib import Path

from click.testing import CliRunner

from drills.district.cli import district
from drills.district.headers import ALL_FILES, HEADERS
from drills.district.writing import generate
from tests.drills.conftest import SEED, Files


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def test_the_same_seed_writes_the_same_bytes(tiny: Files, tmp_path: Path) -> None:
    generate(tmp_path, size="tiny", seed=SEED)
    assert hashes(tmp_path) == hashes(tiny.folder)


def test_another_seed_writes_another_district(tiny: Files, tmp_path: Path) -> None:
    generate(tmp_path, size="tiny", seed=SEED + 1)
    other, first = hashes(tmp_path), hashes(tiny.folder)
    assert {name for name in first if first[name] == other[name]} == {
        "academicSessions.csv",
        "courses.csv",
    }


def test_the_zip_holds_the_same_files_and_is_the_same_every_time(
    tiny: Files, tmp_path: Path
) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        generate(folder, size="tiny", seed=SEED, packed=True)
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")
    assert sorted(hashes(tmp_path / "a")) == ["oneroster.zip", "support-history.csv"]
    with zipfile.ZipFile(tmp_path / "a" / "oneroster.zip") as archive:
        assert sorted(archive.namelist()) == sorted(f"{n}.csv" for n in (*HEADERS, "manifest"))
        for name in archive.namelist():
            assert archive.read(name) == (tiny.folder / name).read_bytes()


def test_the_manifest_names_all_21_data_files(tiny: Files) -> None:
    rows = dict(tiny.table("manifest").iter_rows())
    assert len(ALL_FILES) == 21
    assert rows["manifest.version"] == "1.0"
    assert rows["oneroster.version"] == "1.2"
    for name in ALL_FILES:
        present = (tiny.folder / f"{name}.csv").exists()
        assert rows[f"file.{name}"] == ("bulk" if present else "absent")


def test_writing_again_replaces_what_was_there(tiny: Files, tmp_path: Path) -> None:
    generate(tmp_path, size="tiny", seed=SEED + 1)
    generate(tmp_path, size="tiny", seed=SEED)
    assert hashes(tmp_path) == hashes(tiny.folder)


def test_the_command_tells_the_rows_of_each_file(tmp_path: Path) -> None:
    out = tmp_path / "made" / "here"
    ran = CliRunner().invoke(district, ["generate", "--out", str(out), "--seed", "3"])
    assert ran.exit_code == 0, ran.output
    counted = dict(line.rsplit(" ", 1) for line in ran.stdout.splitlines())
    for name, rows in counted.items():
        with (out / name).open(encoding="utf-8") as lines:
            assert sum(1 for _ in lines) == int(rows) + 1


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = CliRunner().invoke(district, ["generate", "--out", str(tmp_path / "file" / "below")])
    assert ran.exit_code == 1
    assert "cannot be written" in ran.output


def test_an_unknown_size_is_refused(tmp_path: Path) -> None:
    ran = CliRunner().invoke(district, ["generate", "--size", "huge", "--out", str(tmp_path)])
    assert ran.exit_code == 2
