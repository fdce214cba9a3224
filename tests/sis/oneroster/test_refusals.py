"""A set that is broken as a whole is refused before anything is written, with all its problems."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sis.oneroster import package
from sis.oneroster.refusal import ImportRefused
from tests.sis.oneroster.conftest import Importer
from tests.sis.oneroster.sets import RosterSet, district


def _manifest(roster: RosterSet, change: Callable[[str], str]) -> RosterSet:
    text = roster.content()["manifest.csv"].decode()
    roster.raw["manifest"] = change(text).encode()
    return roster


def _refused(importer: Importer, roster: RosterSet | Path) -> str:
    with pytest.raises(ImportRefused) as refusal:
        importer(roster)
    assert set(importer.counts().values()) == {0}
    assert importer.rows("import_run") == importer.rows("audit_entry") == []
    assert not importer.rejects.exists()
    return refusal.value.message


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("manifest.version,1.0", "manifest.version,2.0", "manifest.version is 2.0"),
        ("oneroster.version,1.2", "oneroster.version,1.0", "oneroster.version is 1.0"),
        ("oneroster.version,1.2\r\n", "", "oneroster.version is missing"),
        ("file.orgs,bulk", "file.orgs,some", "file.orgs is 'some'"),
        ("file.orgs,bulk", "file.orgs,bulk\r\nfile.orgs,bulk", "file.orgs is there twice"),
        ("file.results,absent", "file.results,bulk", "results.csv is missing"),
        ("file.orgs,bulk\r\n", "", "file.orgs is missing, but orgs.csv is there"),
        ("file.orgs,bulk", "file.orgs,bulk\r\nfile.shoes,bulk", "file.shoes is not a property"),
        ("file.orgs,bulk", "file.orgs,bulk,now", "is not a property and its value"),
        ("propertyName,value", "name,value", "does not start with the header"),
    ],
)
def test_a_wrong_manifest_is_refused(importer: Importer, old: str, new: str, problem: str) -> None:
    assert problem in _refused(importer, _manifest(district(), lambda text: text.replace(old, new)))


def test_all_problems_are_said_at_once(importer: Importer) -> None:
    roster = _manifest(
        district(),
        lambda text: text.replace("file.results,absent", "file.results,bulk").replace(
            "file.scoreScales,absent", "file.scoreScales,perhaps"
        ),
    )
    message = _refused(importer, roster)
    assert message.startswith("Nothing was imported: 2 problems.")
    assert "results.csv" in message
    assert "perhaps" in message


def test_headers_that_lack_what_is_required_are_refused_for_all_files_at_once(
    importer: Importer,
) -> None:
    roster = district()
    roster.raw["users"] = b"sourcedId,givenName,givenName\n"
    roster.raw["orgs"] = b"id;name\n"
    roster.raw["courses"] = b""
    message = _refused(importer, roster)
    assert "users.csv: the header lacks enabledUser, familyName" in message
    assert "the column givenName is there 2 times" in message
    assert "orgs.csv: the header lacks sourcedId, name, type" in message
    assert "courses.csv is empty" in message


def test_a_header_that_is_not_utf_8_is_refused(importer: Importer) -> None:
    roster = district()
    roster.raw["orgs"] = "sourcedId,name,type".encode("utf-16")
    assert "its header is not UTF-8" in _refused(importer, roster)


def test_a_path_that_is_not_there_is_refused(importer: Importer, tmp_path: Path) -> None:
    assert "is not there" in _refused(importer, tmp_path / "nothing")


def test_a_folder_without_a_manifest_is_refused(importer: Importer, tmp_path: Path) -> None:
    assert "manifest.csv is missing" in _refused(importer, tmp_path)


def test_a_file_that_is_no_zip_is_refused(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    path.write_bytes(b"PK but not really")
    assert "not a readable zip" in _refused(importer, path)


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a\\..\\evil.csv", "C:evil"])
def test_a_zip_that_points_outside_is_refused(
    importer: Importer, tmp_path: Path, name: str
) -> None:
    path = district().zip(tmp_path / "set.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    assert "points outside" in _refused(importer, path)


def test_a_zip_bomb_is_refused_without_unpacking_it(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("users.csv", "w") as file,
    ):
        for _ in range(package.RATIO_MATTERS_FROM // 2**20 + 1):
            file.write(b"\0" * 2**20)
    assert "that is not a roster" in _refused(importer, path)


def test_a_zip_that_is_damaged_inside_leaves_nothing(importer: Importer, tmp_path: Path) -> None:
    path = district().zip(tmp_path / "set.zip")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("enrollments.csv")
        start = member.header_offset + 30 + len(member.filename)
    content[start + 5 : start + 20] = b"\xff" * 15
    path.write_bytes(content)
    with pytest.raises(ImportRefused):
        importer(path)
    assert set(importer.counts().values()) == {0}
