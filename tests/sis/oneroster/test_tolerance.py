"""What real sets carry is accepted with a warning that says so."""

import pytest

from tests.sis.oneroster.conftest import Importer
from tests.sis.oneroster.sets import RosterSet, district


def _change(name: str, column: str, value: str, version: str = "1.2") -> RosterSet:
    roster = district(version)
    roster.files[name][0][column] = value
    return roster


@pytest.mark.parametrize(
    ("name", "column", "value", "warning"),
    [
        ("users", "enabledUser", "TRUE", "enabledUser is not in lower case"),
        ("users", "enabledUser", "", "enabledUser is blank; taken as true"),
        ("users", "username", "", "username is blank"),
        ("users", "grades", "9", "the grade is written in another way"),
        ("users", "grades", "09,10", "several grades; the first was taken"),
        (
            "users",
            "grades",
            "Freshman",
            "the grade is not one of OneRoster's",
        ),
        ("users", "status", "active", "a bulk row has a status"),
        ("users", "dateLastModified", "yesterday", "a bulk row has a dateLastModified"),
        ("classes", "classType", "Scheduled", "classType is written in another case"),
        ("classes", "classType", "", "classType is blank; taken as scheduled"),
        ("classes", "classType", "ext:online", "classType is an extension; taken as scheduled"),
        ("classes", "courseSourcedId", "", "the class names no course"),
        (
            "classes",
            "courseSourcedId",
            "LOST",
            "the course is unknown; only its sourcedId was kept",
        ),
        ("classes", "termSourcedIds", "", "the class names no term; its dates are open"),
        ("classes", "termSourcedIds", "T,LOST", "a term is unknown; it was left out"),
        ("orgs", "parentSourcedId", "LOST", "the parent is unknown; it was left out"),
        (
            "orgs",
            "parentSourcedId",
            "E",
            "its parents lead back to itself; the parent was left out",
        ),
        ("academicSessions", "schoolYear", "14/15", "schoolYear is not a number from 1900"),
        ("courses", "orgSourcedId", "LOST", "orgSourcedId is unknown; it was left out"),
        ("roles", "roleType", "", "roleType is blank; taken as primary"),
        (
            "enrollments",
            "schoolSourcedId",
            "E",
            "schoolSourcedId is not the class's school; the class decides",
        ),
    ],
)
def test_a_flaw_is_a_warning(
    importer: Importer, name: str, column: str, value: str, warning: str
) -> None:
    summary = importer(_change(name, column, value))
    assert summary.rejected == 0
    [found] = [
        (text, seen) for text, seen in summary.file(name).warnings.items() if warning in text
    ]
    assert found[1].count >= 1
    assert 2 in found[1].lines


def test_grades_are_written_in_one_way(importer: Importer) -> None:
    roster = district()
    roster.files["users"][0]["grades"] = "9"
    roster.files["users"][1]["grades"] = "k"
    importer(roster)
    people = importer.by_sourced_id("person")
    assert (people["P-1"]["grade"], people["P-2"]["grade"]) == ("09", "KG")


def test_spaces_around_values_are_taken_off(importer: Importer) -> None:
    importer(_change("users", "givenName", "  Ana "))
    assert importer.by_sourced_id("person")["P-1"]["given_name"] == "Ana"


def test_a_person_may_teach_in_one_class_and_study_in_another(importer: Importer) -> None:
    roster = district("1.1").add(
        "enrollments",
        {
            "sourcedId": "E-4",
            "classSourcedId": "A2",
            "schoolSourcedId": "S-1",
            "userSourcedId": "P-3",
            "role": "student",
        },
    )
    summary = importer(roster)
    assert summary.rejected == 0
    assert summary.derived["school_enrollment"] == 1
    assert len(importer.rows("school_enrollment")) == 3


def test_a_student_without_a_role_at_the_school_of_the_class_is_enrolled_there(
    importer: Importer,
) -> None:
    roster = district()
    roster.files["roles"] = roster.files["roles"][1:]
    summary = importer(roster)
    made = importer.by_sourced_id("school_enrollment")["P-1|S-1|class"]
    assert made["grade"] == "09"
    [warning] = [w for w in summary.file("enrollments").warnings if "no role at its school" in w]
    assert summary.file("enrollments").warnings[warning].count == 1
    assert importer(roster).imported == 0


def test_an_organization_that_classes_call_their_school_becomes_one(importer: Importer) -> None:
    roster = district()
    roster.files["orgs"][2]["type"] = "department"
    summary = importer(roster)
    assert summary.rejected == 0
    assert summary.derived["school"] == 1
    assert len(importer.rows("school_enrollment")) == 2


def test_a_strange_column_is_named_and_not_read(importer: Importer) -> None:
    roster = district()
    roster.metadata["users"] = ("shoeSize", "metadata.homeLanguage")
    roster.files["users"][0] |= {"shoeSize": "42", "metadata.homeLanguage": "es"}
    summary = importer(roster)
    assert any("shoeSize" in warning for warning in summary.file("users").warnings)
    assert importer.by_sourced_id("person")["P-1"]["home_language"] == "es"


def test_columns_in_another_order_are_found_by_name(importer: Importer) -> None:
    roster = district()
    header, *lines = roster.content()["courses.csv"].decode().splitlines()
    flipped = [",".join(reversed(line.split(","))) for line in (header, *lines)]
    roster.raw["courses"] = "\n".join(flipped).encode()
    assert importer(roster).rejected == 0
    assert importer.by_sourced_id("course")["C"]["title"] == "Algebra"


def test_what_is_not_kept_is_counted_and_said(importer: Importer) -> None:
    roster = district()
    roster.raw["resources"] = b"sourcedId,status\nR1,\nR2,\n"
    summary = importer(roster)
    assert (summary.file("resources").rows, summary.not_kept) == (2, 2)
    assert "this installation does not keep this file" in summary.file("resources").warnings


def test_a_file_that_the_manifest_calls_absent_is_not_read(importer: Importer) -> None:
    roster = district()
    roster.modes["demographics"] = "absent"
    roster.add("demographics", {"sourcedId": "P-1"})
    summary = importer(roster)
    assert any("demographics.csv is there" in warning for warning in summary.warnings)
    assert importer.rows("demographics") == []


def test_a_record_of_another_source_is_taken_over_with_a_warning(importer: Importer) -> None:
    importer(district())
    roster = district()
    roster.source = "Other SIS"
    summary = importer(roster)
    assert (
        summary.file("users")
        .warnings["the record came from another source before; it is this source's now"]
        .count
        == 3
    )
    assert {row["source"] for row in importer.rows("person")} == {"Other SIS"}
