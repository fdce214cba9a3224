"""Later sets: what changed is changed with an audit row, what went is ended, nothing is lost."""

from datetime import UTC, date, datetime, timedelta

from tests.sis.oneroster.conftest import OPENING_DAY, Importer
from tests.sis.oneroster.sets import RosterSet, district

NEXT_DAY = OPENING_DAY + timedelta(days=1)
STAMP = {"dateLastModified": "2015-01-13T08:00:00.000Z"}


def _delta(version: str = "1.2") -> RosterSet:
    return RosterSet(version, mode="delta")


def test_a_changed_row_is_changed_alone_with_before_and_after(importer: Importer) -> None:
    importer(district())
    untouched = importer.by_sourced_id("person")["P-2"]
    roster = district()
    roster.files["users"][0]["familyName"] = "Feld"
    summary = importer(roster, now=NEXT_DAY)
    assert (summary.imported, summary.file("users").changed) == (1, 1)
    assert importer.by_sourced_id("person")["P-1"]["family_name"] == "Feld"
    assert importer.by_sourced_id("person")["P-2"] == untouched
    [entry] = [row for row in importer.rows("audit_entry") if row["subject_type"] == "person"]
    assert entry["before"] == {"family_name": "Field"}
    assert entry["after"] == {"family_name": "Feld"}
    assert entry["actor"] == "system:importer"


def test_a_changed_row_moves_its_time_of_change_and_others_keep_theirs(
    importer: Importer,
) -> None:
    importer(district())
    roster = district()
    roster.files["enrollments"][0]["beginDate"] = "2015-01-13"
    importer(roster, now=NEXT_DAY)
    stored = importer.by_sourced_id("section_enrollment")
    assert stored["E-1"]["modified_at"] == NEXT_DAY
    assert stored["E-2"]["modified_at"] == OPENING_DAY


def test_records_that_a_bulk_file_no_longer_has_stay_and_are_counted(importer: Importer) -> None:
    importer(district())
    roster = district()
    roster.files["enrollments"] = roster.files["enrollments"][:1]
    summary = importer(roster, now=NEXT_DAY)
    assert summary.file("enrollments").not_in_file == 2
    assert summary.file("users").not_in_file == 0
    assert {row["status"] for row in importer.rows("section_enrollment")} == {"active"}


def test_a_delta_adds_changes_and_deletes_softly(importer: Importer) -> None:
    importer(district())
    roster = _delta().add(
        "enrollments",
        {
            "sourcedId": "E-4",
            "classSourcedId": "A2",
            "schoolSourcedId": "S-1",
            "userSourcedId": "P-1",
            "role": "student",
        },
        {"sourcedId": "E-1", "status": "tobedeleted", **STAMP},
    )
    summary = importer(roster, now=NEXT_DAY)
    assert (summary.file("enrollments").new, summary.file("enrollments").changed) == (1, 1)
    stored = importer.by_sourced_id("section_enrollment")
    assert stored["E-1"]["status"] == "tobedeleted"
    assert stored["E-4"]["status"] == stored["E-2"]["status"] == "active"
    again = importer(roster, now=NEXT_DAY)
    assert (again.imported, again.unchanged) == (0, 2)


def test_a_delete_of_what_was_never_here_is_a_warning(importer: Importer) -> None:
    importer(district())
    gone = {"sourcedId": "LOST", "status": "tobedeleted", **STAMP}
    summary = importer(_delta().add("users", gone))
    assert (summary.imported, summary.unchanged) == (0, 1)
    assert "a record to be deleted was never here" in summary.file("users").warnings


def test_a_deleted_person_is_no_longer_a_student_anywhere(importer: Importer) -> None:
    importer(district())
    importer(_delta().add("users", {"sourcedId": "P-1", "status": "tobedeleted", **STAMP}))
    person = importer.by_sourced_id("person")["P-1"]
    assert person["status"] == "tobedeleted"
    for table in ("school_enrollment", "section_enrollment"):
        mine = [row for row in importer.rows(table) if row["person_id"] == person["id"]]
        assert [row["status"] for row in mine] == ["tobedeleted"]


def test_a_deleted_record_that_comes_again_is_active_again(importer: Importer) -> None:
    importer(district())
    importer(_delta().add("enrollments", {"sourcedId": "E-1", "status": "tobedeleted", **STAMP}))
    importer(district())
    assert importer.by_sourced_id("section_enrollment")["E-1"]["status"] == "active"


def test_a_section_that_changes_its_period_keeps_the_old_one_as_history(
    importer: Importer,
) -> None:
    importer(district())
    roster = district()
    roster.files["classes"][0]["periods"] = "5"
    summary = importer(roster, now=NEXT_DAY)
    assert summary.file("classes").changed == 1
    section = importer.by_sourced_id("section")["A1"]
    meetings = [
        (row["period"], row["begins_on"], row["ends_on"])
        for row in importer.rows("section_meeting")
        if row["section_id"] == section["id"]
    ]
    assert meetings == [("1", None, date(2015, 1, 13)), ("5", date(2015, 1, 13), None)]
    assert importer(roster, now=NEXT_DAY).imported == 0


def test_a_section_follows_its_terms(importer: Importer) -> None:
    importer(district())
    roster = _delta()
    term = next(row for row in district().files["academicSessions"] if row["sourcedId"] == "T")
    roster.add("academicSessions", term | {"endDate": "2015-06-12"})
    importer(roster, now=NEXT_DAY)
    assert {row["ends_on"] for row in importer.rows("section")} == {date(2015, 6, 12)}


def test_a_new_term_of_a_class_replaces_the_old(importer: Importer) -> None:
    importer(district())
    roster = district()
    roster.files["classes"][0]["termSourcedIds"] = "Y"
    assert importer(roster, now=NEXT_DAY).file("classes").changed == 1
    sessions = importer.by_sourced_id("academic_session")
    section = importer.by_sourced_id("section")["A1"]
    terms = [r for r in importer.rows("section_term") if r["section_id"] == section["id"]]
    assert [row["session_id"] for row in terms] == [sessions["Y"]["id"]]
    assert section["starts_on"] == date(2014, 8, 12)


def test_a_new_grade_reaches_the_enrolment(importer: Importer) -> None:
    importer(district())
    student = district().files["users"][0] | {"grades": "10"}
    importer(_delta().add("users", student), now=NEXT_DAY)
    grades = sorted(str(row["grade"]) for row in importer.rows("school_enrollment"))
    assert grades == ["09", "10"]


def test_a_1_1_student_who_leaves_a_school_leaves_a_dated_row(importer: Importer) -> None:
    roster = district("1.1")
    roster.add("orgs", {"sourcedId": "S-2", "name": "Vista High", "type": "school"})
    importer(roster)
    roster.files["users"][0]["orgSourcedIds"] = "S-2"
    summary = importer(roster, now=NEXT_DAY)
    assert summary.file("users").new + summary.file("users").changed == 1
    stored = importer.by_sourced_id("school_enrollment")
    assert stored["P-1|S-1"]["ends_on"] == date(2015, 1, 13)
    assert stored["P-1|S-2"]["ends_on"] is None
    assert importer(roster, now=NEXT_DAY).imported == 0


def test_a_role_that_becomes_a_students_leaves_no_active_role_behind(importer: Importer) -> None:
    importer(district())
    roster = district()
    roster.files["roles"][2]["role"] = "student"
    importer(roster, now=NEXT_DAY)
    assert [row["status"] for row in importer.rows("person_role")] == ["tobedeleted"]
    assert len(importer.rows("school_enrollment")) == 3


def test_columns_that_a_file_lacks_leave_what_is_stored(importer: Importer) -> None:
    first = district()
    first.metadata["users"] = ("metadata.homeLanguage",)
    first.files["users"][0]["metadata.homeLanguage"] = "hy"
    importer(first)
    assert importer(district(), now=NEXT_DAY).imported == 0
    assert importer.by_sourced_id("person")["P-1"]["home_language"] == "hy"


def test_today_is_the_districts_and_not_greenwichs(importer: Importer) -> None:
    importer(district())
    roster = district()
    roster.files["classes"][0]["periods"] = "5"
    importer(roster, now=datetime(2015, 1, 14, 5, 0, tzinfo=UTC))
    ended = [row["ends_on"] for row in importer.rows("section_meeting") if row["ends_on"]]
    assert ended == [date(2015, 1, 13)]
