"""Two small sets of real exporters, 1.1 and 1.2, import with no row lost.

They lie beside the project where it is developed. Elsewhere the same claims are made of copies of
their shape: a department that classes call their school, courses that are not sent, TRUE for true,
a teacher who is also a student, delta files.
"""

import sys
from pathlib import Path

import pytest

from tests.sis.oneroster.conftest import Importer
from tests.sis.oneroster.sets import RosterSet, district

SHARED = Path(__file__).parents[4] / "shared" / "data" / "oneroster"


def _minimal() -> RosterSet:
    roster = district("1.1")
    del roster.files["courses"]
    roster.files["orgs"] = [{"sourcedId": "S-1", "name": "History", "type": "department"}]
    for row in roster.files["users"]:
        row["enabledUser"] = "TRUE"
    roster.files["classes"][0]["classType"] = "Scheduled"
    roster.files["enrollments"].append(
        {"sourcedId": "E-9", "classSourcedId": "A2", "userSourcedId": "P-3", "role": "student"}
    )
    return roster


def _sample() -> RosterSet:
    roster = district()
    roster.mode = "delta"
    return roster


@pytest.mark.parametrize(
    ("name", "stand_in"), [("v1p1_minimal", _minimal()), ("v1p2_sample", _sample())]
)
def test_a_real_set_comes_in_whole_and_only_once(
    importer: Importer, name: str, stand_in: RosterSet
) -> None:
    path: Path | RosterSet = SHARED / name
    if not (SHARED / name).is_dir():
        sys.stderr.write(f"{SHARED / name} is not there: its stand-in is imported\n")
        path = stand_in
    first = importer(path)
    assert (first.rejected, first.unchanged) == (0, 0)
    assert first.imported + first.not_kept == first.rows > 0
    second = importer(path)
    assert (second.rejected, second.imported) == (0, 0)
    assert second.unchanged == first.imported


@pytest.mark.parametrize("stand_in", [_minimal(), _sample()])
def test_their_stand_ins_come_in_whole(importer: Importer, stand_in: RosterSet) -> None:
    summary = importer(stand_in)
    assert (summary.rejected, summary.imported) == (0, summary.rows)
