"""Whatever a set holds, rows in are rows out, and what is stored is what was accepted."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.auth.actor import system
from core.db import Database
from sis.oneroster.importing import import_oneroster
from sis.settings import SisSettings
from tests.sis.oneroster.conftest import OPENING_DAY
from tests.sis.oneroster.sets import RosterSet, district

IDS = st.sampled_from(["P-1", "P-2", "N-1", "N-2", "", "bad id", "S-1", "E"])
WORDS = st.sampled_from(["student", "Teacher", "boss", "", "true", "FALSE", "2015-01-12", "x"])
CLASSES = st.sampled_from(["A1", "A2", "LOST", ""])
DATES = st.sampled_from(["", "2015-01-12", "2015-02-30", "2015-06-01"])
USERS = st.fixed_dictionaries(
    {"sourcedId": IDS, "givenName": WORDS, "familyName": WORDS, "enabledUser": WORDS}
)
ENROLLMENTS = st.fixed_dictionaries(
    {
        "sourcedId": IDS,
        "classSourcedId": CLASSES,
        "userSourcedId": IDS,
        "role": WORDS,
        "beginDate": DATES,
        "endDate": DATES,
    }
)
DELETED = {"status": "tobedeleted", "dateLastModified": "2015-01-12T08:00:00Z"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sets")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    users=st.lists(USERS, max_size=6),
    enrollments=st.lists(ENROLLMENTS, max_size=8),
    deleted=st.lists(IDS, max_size=3),
    mode=st.sampled_from(["bulk", "delta"]),
)
def test_the_counts_of_any_set_add_up(
    module_database: Database,
    folder: Path,
    users: list[dict[str, str]],
    enrollments: list[dict[str, str]],
    deleted: list[str],
    mode: str,
) -> None:
    """The databases are not emptied between the sets, so later ones meet earlier records."""
    roster: RosterSet = district()
    roster.mode = mode
    roster.add("users", *users).add("enrollments", *enrollments)
    roster.add("enrollments", *({"sourcedId": one} | DELETED for one in deleted))
    rejects = folder / "rejects.csv"
    rejects.unlink(missing_ok=True)
    summary = import_oneroster(
        module_database,
        roster.folder(folder / "set"),
        rejects=rejects,
        now=OPENING_DAY,
        by=system("importer"),
        settings=SisSettings(),
    )
    written = len(rejects.read_text().splitlines()) - 1 if rejects.exists() else 0
    assert summary.rejected == written
    for file in summary.files:
        assert file.rows == len(roster.files[file.name])
        assert file.rows == file.imported + file.unchanged + file.rejected
