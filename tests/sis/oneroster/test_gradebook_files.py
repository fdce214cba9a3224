"""The gradebook's files: kept, refused with reasons, ended, and given back as they came."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.db import Database
from sis.oneroster.rules import group_objectives, list_objectives, scale_pairs, write_pairs
from tests.sis.oneroster.conftest import OPENING_DAY, Importer
from tests.sis.oneroster.exports import export, rows
from tests.sis.oneroster.graded import graded
from tests.sis.oneroster.sets import district

FILES = ("categories", "scoreScales", "lineItems", "results")
_LATER = OPENING_DAY + timedelta(days=1)
_STAMP = {"dateLastModified": "2015-01-13T08:00:00.000Z"}
_GONE = {"status": "tobedeleted", **_STAMP}


def test_everything_is_kept_and_the_same_again_changes_nothing(importer: Importer) -> None:
    summary = importer(graded())
    assert [summary.file(name).new for name in FILES] == [2, 1, 2, 2]
    assert (summary.file("lineItemScoreScales").changed, summary.rejected) == (1, 0)
    [essay, test] = importer.rows("line_item")
    [first, second] = importer.rows("result")
    scale = importer.by_sourced_id("score_scale")["SC"]
    assert scale["pairs"] == [{"left": "90-100", "right": "A"}, {"left": "80-89", "right": "B"}]
    assert (essay["minimum"], essay["maximum"], test["maximum"]) == (0, 100, None)
    assert str(essay["due_at"]) == "2015-01-19 00:00:00+00:00"
    assert essay["score_scale_id"] == first["score_scale_id"] == scale["id"]
    assert (first["score"], first["late"], first["missing"]) == (104.5, True, False)
    assert essay["objectives"] == [{"source": "case", "learningObjectiveIds": ["a", "b"]}]
    scored = [{"learningObjectiveId": "a", "score": 3.0, "textScore": "good"}]
    assert first["objectives"] == [
        {"source": "case", "learningObjectiveResults": scored},
        {"source": "unknown", "learningObjectiveResults": [{"learningObjectiveId": "a"}]},
    ]
    assert (second["score"], second["score_status"]) == (None, "ext:waived")
    before = {name: importer.rows(name) for name in ("line_item", "result", "score_scale")}
    again = importer(graded(), now=_LATER)
    assert (again.imported, again.rejected) == (0, 0)
    assert {name: importer.rows(name) for name in before} == before


@pytest.mark.parametrize(
    ("name", "change", "column"),
    [
        ("categories", {"title": ""}, "title"),
        ("categories", {"weight": "much"}, "weight"),
        ("scoreScales", {"scoreScaleValue": "A=90"}, "scoreScaleValue"),
        ("scoreScales", {"classSourcedId": "nowhere"}, "classSourcedId"),
        ("lineItems", {"dueDate": "2015-02-30"}, "dueDate"),
        ("lineItems", {"categorySourcedId": "none"}, "categorySourcedId"),
        ("lineItems", {"resultValueMin": "101"}, "resultValueMax"),
        ("results", {"score": "inf"}, "score"),
        ("results", {"scoreStatus": "graded"}, "scoreStatus"),
        ("results", {"studentSourcedId": "nobody"}, "studentSourcedId"),
        ("results", {"late": "perhaps"}, "late"),
        ("lineItemLearningObjectiveIds", {"source": "here"}, "source"),
        ("resultLearningObjectiveIds", {"resultSourcedId": "none"}, "resultSourcedId"),
        ("resultLearningObjectiveIds", {"score": "three"}, "score"),
        ("resultScoreScales", {"resultSourcedId": "none"}, "resultSourcedId"),
        ("lineItemScoreScales", {"scoreScaleSourcedId": "none"}, "scoreScaleSourcedId"),
    ],
)
def test_a_wrong_row_is_refused_and_the_others_come_in(
    importer: Importer, name: str, change: dict[str, str], column: str
) -> None:
    roster = graded()
    roster.files[name][0] |= change
    summary = importer(roster)
    assert summary.file(name).rejected == 1
    reject = importer.rejected()[0]
    assert (reject["file"], reject["line"], reject["column"]) == (f"{name}.csv", "2", column)
    assert summary.imported + summary.rejected == summary.rows


def test_a_delta_ends_what_it_names_and_a_line_item_with_its_results(importer: Importer) -> None:
    importer(graded())
    delta = district()
    delta.mode = "delta"
    delta.files = {
        "categories": [{"sourcedId": "CAT2", **_GONE}],
        "lineItems": [{"sourcedId": "L1", **_GONE}],
        "resultScoreScales": [{"sourcedId": "X1", **_GONE}, {"sourcedId": "X9", **_GONE}],
    }
    summary = importer(delta, now=_LATER)
    assert (summary.imported, summary.rejected) == (3, 0)
    assert importer.by_sourced_id("category")["CAT2"]["status"] == "tobedeleted"
    ended = importer.by_sourced_id("result")["X1"]
    assert (ended["status"], ended["score_scale_id"]) == ("tobedeleted", None)
    assert importer.by_sourced_id("result")["X2"]["status"] == "active"


def test_a_delta_adds_objectives_and_a_bulk_file_says_all_of_them(importer: Importer) -> None:
    importer(graded())
    named = {"lineItemSourcedId": "L1", "source": "case", "learningObjectiveId": "c"}
    found = []
    for mode in ("delta", "bulk"):
        change = district()
        change.mode = mode
        change.files = {"lineItemLearningObjectiveIds": [{"sourcedId": "LO3", **named}]}
        assert importer(change, now=_LATER).imported == 1
        found.append(importer.by_sourced_id("line_item")["L1"]["objectives"])
    assert found == [
        [{"source": "case", "learningObjectiveIds": names}] for names in (["a", "b", "c"], ["c"])
    ]


def test_files_of_the_older_version_are_kept_too(importer: Importer) -> None:
    roster = district("1.1")
    new = graded()
    roster.add("categories", {"sourcedId": "CAT", "title": "Essays"})
    item = {k: v for k, v in new.files["lineItems"][0].items() if not k.startswith(("ac", "sch"))}
    roster.add("lineItems", {**item, "gradingPeriodSourcedId": "T"})
    result = new.files["results"][0]
    kept = ("sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "scoreDate")
    roster.add("results", {name: result[name] for name in kept})
    assert importer(roster).rejected == 0
    [stored] = importer.rows("line_item")
    assert stored["grading_period_id"] == importer.by_sourced_id("academic_session")["T"]["id"]
    assert len(importer.rows("result")) == 1


def test_what_is_imported_is_later_than_all_that_is_there(importer: Importer) -> None:
    importer(graded(), now=_LATER)
    change = graded()
    change.files["results"][0] |= {"score": "1"}
    importer(change)
    found = importer.by_sourced_id("result")
    assert str(found["X1"]["modified_at"]) > str(found["X2"]["modified_at"])


def test_links_leave_under_the_ids_of_their_records(
    importer: Importer, database: Database, tmp_path: Path
) -> None:
    importer(graded())
    export(database, tmp_path / "out")
    [link] = rows(tmp_path / "out", "resultScoreScales")
    assert (link["sourcedId"], link["scoreScaleSourcedId"]) == ("X1", "SC")
    [scale] = rows(tmp_path / "out", "scoreScales")
    assert (scale["orgSourcedId"], scale["scoreScaleValue"]) == ("S-1", "{90-100:A},{80-89:B}")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("{90-100:A},{80-89:B}", [("90-100", "A"), ("80-89", "B")]),
        (" {A:4.0}, {:none} ", [("A", "4.0"), ("", "none")]),
        ("{A:B:C}", [("A", "B:C")]),
        ("{A:B},", []),
        ("A:B", []),
        ("", []),
    ],
)
def test_a_scale_is_pairs_in_braces(text: str, pairs: list[tuple[str, str]]) -> None:
    assert scale_pairs(text) == pairs
    assert scale_pairs(write_pairs(pairs)) == pairs


_names = st.sampled_from(["a", "b", "c"])
_objectives = st.lists(st.tuples(_names, _names), unique=True)


@given(_objectives, st.booleans())
def test_objectives_are_the_same_after_there_and_back(
    pairs: list[tuple[str, str]], scored: bool
) -> None:
    rows_ = [{"source": source, "learningObjectiveId": name} for source, name in pairs]
    grouped = group_objectives(rows_, scored=scored)
    assert group_objectives(list_objectives(grouped), scored=scored) == grouped
    assert sorted(map(str, list_objectives(grouped))) == sorted(map(str, rows_))
