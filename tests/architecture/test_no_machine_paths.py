"""The repository runs anywhere: no path of one machine, no address of one registry."""

import json
import re

from tests.support.tree import ROOT, repository_files

TEXT = (".py", ".md", ".toml", ".yaml", ".yml", ".json", ".txt", ".in", ".html", ".css", ".js", "")
SOMEBODYS_FOLDER = re.compile(r"(?<![\w./}>-])/(?:root|home|Users|work|mnt)/\w")


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:100]}"
        for path in repository_files(*TEXT)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if SOMEBODYS_FOLDER.search(line)
    ]
    assert found == []


def test_python_locks_name_packages_and_hashes_only() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        statements = [line for line in lines if line and not line.lstrip().startswith("#")]
        allowed = re.compile(r"[a-z0-9.-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
        assert [line for line in statements if not allowed.fullmatch(line)] == []


def test_the_front_end_lock_names_versions_and_hashes_only() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
