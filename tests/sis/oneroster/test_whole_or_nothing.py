"""An import is seen as a whole or not at all, also when it is killed."""

import signal
import subprocess
import sys
from pathlib import Path

from core.clock import monotonic
from core.db import Database
from tests.sis.oneroster.conftest import Importer
from tests.sis.oneroster.sets import RosterSet, district

ROOT = Path(__file__).parents[3]
IMPORT = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from core.auth.actor import system
from core.db import Database
from sis.oneroster.importing import import_oneroster
from sis.settings import SisSettings

class Slow:
    def begin(self, size): pass
    def end(self): pass
    def advance(self, file, size, rows):
        print(file, flush=True)
        if file == "enrollments":
            time.sleep(60)

import_oneroster(
    Database(sys.argv[1]), Path(sys.argv[2]), rejects=Path(sys.argv[2]) / "rejects.csv",
    now=datetime(2015, 1, 12, tzinfo=UTC), by=system("importer"), settings=SisSettings(),
    progress=Slow(),
)
"""


def test_a_kill_in_the_middle_leaves_nothing_and_the_next_import_is_whole(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    roster = _large()
    folder = roster.folder(tmp_path / "large")
    with subprocess.Popen(
        [sys.executable, "-c", IMPORT, database.url, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        while child.stdout.readline().strip() != "enrollments":
            assert child.poll() is None
        assert set(importer.counts().values()) == {0}
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert set(importer.counts().values()) == {0}
    assert importer.rows("import_run") == []
    summary = importer(roster)
    assert summary.imported == summary.rows


def test_readers_go_on_while_an_import_runs(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    importer(district())
    with database.write():  # stands for the import's open transaction
        began = monotonic()
        assert len(importer.rows("person")) == 3
        assert monotonic() - began < 5


def _large() -> RosterSet:
    roster = district()
    for number in range(2000):
        person = {"sourcedId": f"N-{number}", "givenName": "N", "familyName": "Field"}
        roster.add("users", person | {"enabledUser": "true", "username": f"n{number}"})
        roster.add(
            "enrollments",
            {
                "sourcedId": f"EN-{number}",
                "classSourcedId": "A1",
                "schoolSourcedId": "S-1",
                "userSourcedId": f"N-{number}",
                "role": "student",
            },
        )
    return roster
