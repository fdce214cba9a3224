"""One bad row costs that row: it is written down with its line and reason, all others come in."""

from dataclasses import dataclass
from itertools import pairwise

import pytest

from core.db import Database
from tests.sis.oneroster.conftest import Importer
from tests.sis.oneroster.sets import RosterSet, district

NEW_ROWS = {
    "orgs": {"sourcedId": "NEW", "name": "Org", "type": "school"},
    "academicSessions": {
        "sourcedId": "NEW",
        "title": "Term",
        "type": "term",
        "startDate": "2015-01-12",
        "endDate": "2015-06-05",
        "schoolYear": "2015",
    },
    "courses": {"sourcedId": "NEW", "title": "Course"},
    "classes": {
        "sourcedId": "NEW",
        "title": "Class",
        "classType": "scheduled",
        "courseSourcedId": "C",
        "schoolSourcedId": "S-1",
        "termSourcedIds": "T",
    },
    "users": {
        "sourcedId": "NEW",
        "enabledUser": "true",
        "username": "new",
        "givenName": "Given",
        "familyName": "Family",
    },
    "roles": {
        "sourcedId": "NEW",
        "userSourcedId": "P-1",
        "roleType": "secondary",
        "role": "aide",
        "orgSourcedId": "S-1",
    },
    "demographics": {"sourcedId": "P-1"},
    "enrollments": {
        "sourcedId": "NEW",
        "classSourcedId": "A1",
        "schoolSourcedId": "S-1",
        "userSourcedId": "P-2",
        "role": "student",
    },
}


@dataclass(frozen=True)
class Bad:
    """A value that spoils an otherwise good new row, and what is said of it."""

    file: str
    column: str
    value: str
    reason: str
    mode: str = "bulk"

    def __str__(self) -> str:
        return f"{self.file}.{self.column}={self.value[:12]}"


BLANK = "a required value is blank"
DATE = "it is not a date YYYY-MM-DD that exists"
CHARSET = "it is not 1 to 255 characters of 0-9 A-Z a-z . - _ / @"
SPOILED = [
    *(
        Bad(file, column, "", BLANK)
        for file, columns in {
            "orgs": "sourcedId name type",
            "academicSessions": "title type startDate endDate",
            "courses": "title",
            "classes": "title schoolSourcedId",
            "users": "givenName familyName",
            "roles": "userSourcedId role orgSourcedId",
            "enrollments": "classSourcedId userSourcedId role",
        }.items()
        for column in columns.split()
    ),
    Bad("users", "sourcedId", "has space", CHARSET),
    Bad("users", "sourcedId", "ключ", CHARSET),
    Bad("users", "sourcedId", "x" * 256, CHARSET),
    Bad("users", "givenName", "x" * 4001, "the value is longer than 4000 bytes"),
    Bad("users", "sourcedId", "P-1", "the file has this sourcedId before"),
    Bad("users", "enabledUser", "yes", "it is not true or false"),
    Bad("demographics", "asian", "1", "it is not true or false"),
    Bad("demographics", "birthDate", "2001-02-30", DATE),
    Bad("demographics", "birthDate", "12/01/2001", DATE),
    Bad("demographics", "sex", "M", "it is not a sex in OneRoster"),
    Bad("demographics", "sourcedId", "NOBODY", "no user has this sourcedId"),
    Bad("orgs", "type", "campus", "it is not a type of organization"),
    Bad("academicSessions", "type", "quarter", "it is not a type of session"),
    Bad("academicSessions", "startDate", "2015-13-01", DATE),
    Bad("academicSessions", "endDate", "2015-01-12", "it is not after startDate"),
    Bad("classes", "classType", "online", "it is not a type of class"),
    Bad("classes", "schoolSourcedId", "NOWHERE", "no organization has this sourcedId"),
    Bad("roles", "role", "boss", "it is not a role"),
    Bad("roles", "roleType", "third", "it is not a type of role"),
    Bad("roles", "userSourcedId", "NOBODY", "no user has this sourcedId"),
    Bad("roles", "orgSourcedId", "NOWHERE", "no organization has this sourcedId"),
    Bad("roles", "beginDate", "soon", DATE),
    Bad("enrollments", "role", "ext:mascot", "it is not a role in a class"),
    Bad("enrollments", "primary", "maybe", "it is not true or false"),
    Bad("enrollments", "classSourcedId", "NOTHING", "no class has this sourcedId"),
    Bad("enrollments", "userSourcedId", "NOBODY", "no user has this sourcedId"),
    Bad("enrollments", "endDate", "2015-02-29", DATE),
    Bad("users", "status", "inactive", "it is not a status"),
    Bad("users", "status", "", BLANK, "delta"),
    Bad("users", "dateLastModified", "", BLANK, "delta"),
    Bad(
        "users",
        "dateLastModified",
        "2015-01-12 08:00",
        "it is not a dateTime such as 2015-01-12T08:00:00.000Z",
        "delta",
    ),
    Bad(
        "users",
        "dateLastModified",
        "2015-02-30T08:00:00Z",
        "it is not a dateTime such as 2015-01-12T08:00:00.000Z",
        "delta",
    ),
]


Found = dict[tuple[str, int], dict[str, str]]


@pytest.fixture(scope="module")
def found(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """All spoiled rows in two sets, bulk and delta: their rejects by mode and number."""
    rejects: Found = {}
    for mode in ("bulk", "delta"):
        importer = Importer(module_database, tmp_path_factory.mktemp(mode))
        roster, lines = _spoiled(mode)
        summary = importer(roster)
        assert summary.rejected == len(lines)
        assert summary.rejected + summary.imported + summary.unchanged == summary.rows
        for reject in importer.rejected():
            number = lines.pop((reject["file"], int(reject["line"])))
            rejects[mode, number] = reject
    return rejects


def _spoiled(mode: str) -> tuple[RosterSet, dict[tuple[str, int], int]]:
    """A set with every row of SPOILED for that mode, and on which line each stands."""
    roster = district()
    roster.mode = mode
    lines = {}
    for number, bad in enumerate(SPOILED):
        if bad.mode == mode:
            row = NEW_ROWS[bad.file] | {bad.column: bad.value}
            if row["sourcedId"] == "NEW":
                row["sourcedId"] = f"NEW-{number}"
            roster.add(bad.file, row)
            lines[f"{bad.file}.csv", len(roster.files[bad.file]) + 1] = number
    return roster, lines


@pytest.mark.parametrize("number", range(len(SPOILED)), ids=[str(bad) for bad in SPOILED])
def test_a_spoiled_row_is_rejected_with_its_reason(found: Found, number: int) -> None:
    bad = SPOILED[number]
    reject = found[bad.mode, number]
    assert reject["column"] == bad.column
    assert reject["reason"].startswith(bad.reason)
    assert reject["remedy"]


def test_dates_in_the_wrong_order_are_rejected(importer: Importer) -> None:
    roster = district()
    dates = {"beginDate": "2015-03-02", "endDate": "2015-03-01"}
    roster.add("enrollments", NEW_ROWS["enrollments"] | dates)
    roster.add("roles", NEW_ROWS["roles"] | dates)
    importer(roster)
    found = {(reject["column"], reject["reason"]) for reject in importer.rejected()}
    assert found == {("endDate", "it is before beginDate")}


def test_an_unknown_role_of_a_1_1_user_is_rejected(importer: Importer) -> None:
    roster = district("1.1")
    roster.files["users"][0]["role"] = "boss"
    assert importer(roster).file("users").rejected == 1


BROKEN = [
    (b"NEW,,,true,n", "it has 5 fields, the header has 22"),
    (b"NEW,,,true,n" + b"," * 18, "it has 23 fields, the header has 22"),
    (b"NEW,,,true,n,,Jos\xe9,Family" + b"," * 14, "it is not UTF-8"),
    (b"NEW,,,true,n,,A\x00na,Family" + b"," * 14, "it holds a control character"),
    (b"NEW,,,true,n,,A\x07na,Family" + b"," * 14, "it holds a control character"),
    (b'NEW,,,true,n,,"Ana,Family' + b"," * 14, "a quote is opened and not closed"),
    (b'NEW,,,true,n,,"A"na,Family' + b"," * 14, "a quote stands inside a quoted value"),
]


@pytest.mark.parametrize(("line", "reason"), BROKEN, ids=[reason for _, reason in BROKEN])
@pytest.mark.parametrize("place", [0, 1, 3], ids=["first", "middle", "last"])
def test_a_broken_line_costs_only_itself(
    importer: Importer, line: bytes, reason: str, place: int
) -> None:
    roster = district()
    lines = roster.content()["users.csv"].splitlines(keepends=True)
    lines.insert(1 + place, line + b"\r\n")
    roster.raw["users"] = b"".join(lines)
    summary = importer(roster)
    assert (summary.file("users").rows, summary.file("users").new) == (4, 3)
    [reject] = importer.rejected()
    assert (reject["line"], reject["reason"]) == (str(place + 2), reason)
    assert reject["value"] == ""


def test_lines_are_counted_as_an_editor_does_after_quoted_line_breaks(
    importer: Importer,
) -> None:
    roster = district()
    roster.files["users"][0]["middleName"] = "two\nlines, and a comma"
    roster.files["users"][2]["givenName"] = ""
    importer(roster)
    assert importer.rejected()[0]["line"] == "5"
    assert importer.by_sourced_id("person")["P-1"]["middle_name"] == "two\nlines, and a comma"


def test_an_open_quote_does_not_swallow_the_rest_of_a_long_file(importer: Importer) -> None:
    roster = district()
    good = [f"N-{n},,,true,n{n},,Given,Family" + "," * 14 for n in range(300)]
    good[50] = 'N-50,,,true,n,,"Given,Family' + "," * 14
    good[250] = 'N-250,,,true,n,,"' + "x" * 140_000 + '",Family' + "," * 14
    roster.raw["users"] = roster.content()["users.csv"] + "\n".join(good).encode()
    summary = importer(roster)
    assert (summary.file("users").rows, summary.file("users").new) == (303, 301)
    assert [(r["line"], r["reason"]) for r in importer.rejected()] == [
        ("55", "a quote is opened and not closed"),
        ("255", "a value is too long"),
    ]


def test_marks_ends_and_blank_lines_of_a_file_do_no_harm(importer: Importer) -> None:
    roster = district()
    users = roster.content()["users.csv"].replace(b"\r\n", b"\n")
    roster.raw["users"] = b"\xef\xbb\xbf" + users.replace(b"\nP-2", b"\n\n\nP-2").rstrip(b"\n")
    summary = importer(roster)
    assert (summary.file("users").new, summary.rejected) == (3, 0)


def test_the_reject_of_one_row_rejects_what_hangs_on_it_by_name(importer: Importer) -> None:
    roster = district()
    roster.files["users"][0]["familyName"] = ""
    importer(roster)
    found = [(reject["file"], reject["value"]) for reject in importer.rejected()]
    assert found == [("users.csv", ""), ("roles.csv", "P-1"), ("enrollments.csv", "P-1")]


def test_a_reject_shows_no_more_than_the_start_of_a_value_and_no_formula(
    importer: Importer,
) -> None:
    roster = district()
    roster.files["orgs"][2]["type"] = "=HYPERLINK(1)" + "x" * 200
    importer(roster)
    shown = importer.rejected()[0]["value"]
    assert shown.startswith("'=HYPERLINK")
    assert len(shown) == 61


def test_rejects_are_in_the_order_of_the_files(importer: Importer) -> None:
    roster: RosterSet = district()
    for name in ("users", "enrollments"):
        roster.add(name, {"sourcedId": "bad id"})
    importer(roster)
    files = [reject["file"] for reject in importer.rejected()]
    assert all(first >= second for first, second in pairwise(files))
