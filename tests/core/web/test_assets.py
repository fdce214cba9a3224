from pathlib import Path

import pytest

from core.web.assets import Assets


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    folder = tmp_path / "package" / "static"
    folder.mkdir(parents=True)
    (folder / "map.js").write_text("1")
    (tmp_path / "package" / "secret.py").write_text("2")
    return Assets({"package": folder})


@pytest.mark.parametrize("name", ["bellwether.css", "favicon.svg", "package/map.js"])
def test_core_has_its_files_and_a_package_its_own(assets: Assets, name: str) -> None:
    found = assets.find(name)
    assert found is not None
    assert len(found.digest) == 12


@pytest.mark.parametrize(
    "name",
    [
        "../db.py",
        "vendor/../../db.py",
        "package/../secret.py",
        "package//etc/passwd",
        "/etc/passwd",
        "package",
        "package/",
        "",
        "vendor",
        "nothing.css",
    ],
)
def test_nothing_else_is_a_static_file(assets: Assets, name: str) -> None:
    assert assets.find(name) is None


def test_a_changed_file_has_a_new_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.css"
    assets = Assets({"p": tmp_path})
    path.write_text("a {}")
    first = assets.find("p/a.css")
    path.write_text("a { color: red }")
    second = assets.find("p/a.css")
    assert first is not None
    assert second is not None
    assert first.digest != second.digest
