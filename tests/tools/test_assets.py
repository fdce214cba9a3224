"""The front-end files that set-up copies."""

from pathlib import Path

import pytest

from tools.assets import ASSETS, PACKAGES, VENDOR, copy_assets


def test_setup_has_copied_every_asset() -> None:
    assert {path.name for path in VENDOR.iterdir()} - {".complete"} == set(ASSETS)


def test_copying_leaves_nothing_of_an_older_version(tmp_path: Path) -> None:
    (tmp_path / "htmx-1.js").write_text("old")
    copy_assets(PACKAGES, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(ASSETS)


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"htmx\.org"):
        copy_assets(tmp_path / "empty", tmp_path / "vendor")
