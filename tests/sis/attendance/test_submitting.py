"""A teacher takes a class: once, again, twice at once, and only one's own."""

from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.audit.models import AuditEntry
from core.db import Database
from sis.attendance.models import AttendanceChange, AttendanceEvent, AttendanceSubmission
from sis.scheduling.models import SectionEnrollment
from tests.core.web_site import Browser, Site
from tests.sis.attendance.school_day import EIGHT, MONDAY, SchoolDay, again, signed_in, sis_site

URL = "/api/v1/attendance/submissions"


@pytest.fixture
def day(database: Database) -> SchoolDay:
    day = SchoolDay()
    with database.write() as session:
        day.fill(session)
    return day


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    return sis_site(database, tmp_path)


@pytest.fixture
def teacher(site: Site, day: SchoolDay) -> Browser:
    return signed_in(site, day, "tea", "teacher", day.teacher_key)


def body(day: SchoolDay, *absent: str, period: str = "1", **more: Any) -> dict[str, Any]:
    exceptions = [{"person_id": day.students[name], "kind": "absent"} for name in absent]
    plain = {"section_id": day.sections[period], "on_date": MONDAY.isoformat(), "period": period}
    return {**plain, "exceptions": exceptions, **more}


def send(browser: Browser, wanted: dict[str, Any], key: str = "") -> TestResponse:
    headers = {"X-CSRF-Token": browser.form_token("/attendance/classes")}
    if key:
        headers["Idempotency-Key"] = key
    return browser.client.post(URL, json=wanted, headers=headers)


def statuses(database: Database) -> dict[int, tuple[str, str | None]]:
    with database.read() as session:
        events = session.scalars(select(AttendanceEvent))
        return {event.person_id: (event.status, event.reason_code) for event in events}


def count(database: Database, model: type[Any]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_only_exceptions_are_stored_in_one_unit_with_one_audit_row(
    teacher: Browser, day: SchoolDay, database: Database
) -> None:
    before = count(database, AuditEntry)
    late = {"person_id": day.students["Cleo"], "kind": "tardy", "minutes": 31}
    wanted = body(day, "Ada")
    answer = send(teacher, {**wanted, "exceptions": [*wanted["exceptions"], late]})
    assert answer.status_code == 200
    assert answer.get_json()["roster_size"] == 5
    assert statuses(database) == {
        day.students["Ada"]: ("absent_unexcused", "Absent-UC"),
        day.students["Cleo"]: ("tardy", "3"),
    }
    assert count(database, AuditEntry) == before + 1
    assert count(database, AttendanceChange) == 0


def test_the_same_key_saves_once(teacher: Browser, day: SchoolDay, database: Database) -> None:
    answers = [send(teacher, body(day, "Ada"), key="k-1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[2].headers["Idempotency-Replayed"] == "true"
    assert answers[0].get_json() == answers[2].get_json()
    assert count(database, AttendanceSubmission) == 1


def test_submitting_again_changes_what_differs_and_keeps_what_was(
    teacher: Browser, day: SchoolDay, database: Database
) -> None:
    send(teacher, body(day, "Ada", "Ben"))
    answer = send(teacher, body(day, "Ben", "Dan", version=1))
    assert answer.get_json()["version"] == 2
    assert set(statuses(database)) == {day.students["Ben"], day.students["Dan"]}
    with database.read() as session:
        changes = session.scalars(select(AttendanceChange)).all()
        found = {c.person_id: (c.before_status, c.after_status) for c in changes}
    assert found == {
        day.students["Ada"]: ("absent_unexcused", None),
        day.students["Dan"]: (None, "absent_unexcused"),
    }


def test_the_second_device_is_told_and_overwrites_nothing(
    teacher: Browser, day: SchoolDay, database: Database
) -> None:
    send(teacher, body(day, "Ada"))
    other = send(teacher, body(day, "Ben"))
    assert other.status_code == 409
    assert other.get_json()["code"] == "version_conflict"
    assert "1 absent" in other.get_json()["detail"]
    assert set(statuses(database)) == {day.students["Ada"]}
    assert send(teacher, body(day, "Ben", version=1)).status_code == 200
    assert set(statuses(database)) == {day.students["Ben"]}


def test_two_devices_that_say_the_same_do_not_quarrel(teacher: Browser, day: SchoolDay) -> None:
    send(teacher, body(day, "Ada"))
    same = send(teacher, body(day, "Ada"))
    assert (same.status_code, same.get_json()["version"]) == (200, 1)


def test_of_two_at_once_one_is_saved_and_the_other_told(
    site: Site, teacher: Browser, day: SchoolDay, database: Database
) -> None:
    browsers = [teacher, again(site, 1)]
    tokens = [browser.form_token("/attendance/classes") for browser in browsers]
    together, answers = Barrier(2), dict[int, int]()

    def press(number: int, name: str) -> None:
        together.wait()
        headers = {"X-CSRF-Token": tokens[number]}
        client = browsers[number].client
        answers[number] = client.post(URL, json=body(day, name), headers=headers).status_code

    threads = [Thread(target=press, args=pair) for pair in ((0, "Ada"), (1, "Ben"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers.values()) == [200, 409]
    winner = "Ada" if answers[0] == 200 else "Ben"
    assert set(statuses(database)) == {day.students[winner]}
    assert count(database, AttendanceSubmission) == 1


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"section_id": 999_999}, 404, "do not teach"),
        ({"period": "2"}, 422, "does not meet"),
        ({"on_date": "2015-01-17"}, 422, "does not meet"),
        ({"on_date": "2015-01-13"}, 422, "not met yet"),
        ({"exceptions": [{"person_id": 999_999, "kind": "absent"}]}, 422, "Not students"),
        ({"exceptions": [{"person_id": 1, "kind": "gone"}]}, 422, "not acceptable"),
        ({"exceptions": [{"person_id": 1, "kind": "absent"}] * 2}, 422, "not acceptable"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    teacher: Browser, day: SchoolDay, change: dict[str, Any], status: int, words: str
) -> None:
    answer = send(teacher, {**body(day), **change})
    assert answer.status_code == status
    assert words in answer.get_json()["detail"]


def test_a_class_is_taken_by_its_own_teacher_only(site: Site, day: SchoolDay) -> None:
    stranger = signed_in(site, day, "other", "teacher", "nobody at all")
    assert send(stranger, body(day)).status_code == 404
    nobody = signed_in(site, day, "nobody", "teacher")
    assert "does not say which person" in nobody.get("/attendance/classes").text
    assert send(nobody, body(day)).status_code == 404


@pytest.mark.parametrize(("days", "status"), [(7, 200), (8, 422)])
def test_a_teacher_submits_late_within_a_week(
    database: Database, day: SchoolDay, tmp_path: Path, days: int, status: int
) -> None:
    site = sis_site(database, tmp_path, EIGHT + timedelta(days=days))
    teacher = signed_in(site, day, "tea", "teacher", day.teacher_key)
    assert send(teacher, body(day)).status_code == status


def test_who_left_and_who_joined_since_the_list_was_shown_is_said(
    teacher: Browser, day: SchoolDay, database: Database
) -> None:
    with database.write() as session:
        place = session.scalars(
            select(SectionEnrollment).filter_by(
                person_id=day.students["Ada"], section_id=day.sections["1"]
            )
        ).one()
        place.ends_on = date(2015, 1, 9)
    listed = [day.students[name] for name in ("Ada", "Ben", "Cleo", "Dan")]
    answer = send(teacher, body(day, "Ada", listed=listed)).get_json()
    assert answer["departed"] == [day.students["Ada"]]
    assert answer["unlisted"] == [day.students["Eve"]]
    assert len(answer["notes"]) == 2
    assert statuses(database) == {}


def test_the_form_works_without_a_script_and_keeps_what_was_typed(
    teacher: Browser, day: SchoolDay, database: Database
) -> None:
    form = {
        "section_id": str(day.sections["1"]),
        "on_date": MONDAY.isoformat(),
        "period": "1",
        "version": "0",
        **{f"s-{person}": "present" for person in day.students.values()},
    }
    ada, ben = (day.students[name] for name in ("Ada", "Ben"))
    first = {**form, f"s-{ada}": "tardy", f"m-{ada}": "12"}
    answer = teacher.post("/attendance/classes", first, page="/attendance/classes")
    assert answer.status_code == 303
    assert statuses(database) == {ada: ("tardy", None)}
    page = teacher.get("/attendance/classes").text
    assert "Attendance is saved." in page
    assert 'value="12"' in page
    stale = teacher.post(
        "/attendance/classes", {**form, f"s-{ben}": "absent"}, page="/attendance/classes"
    )
    assert stale.status_code == 409
    assert "saved meanwhile on another device" in stale.text
    assert f'name="s-{ben}" value="absent" checked' in stale.text
    assert 'name="version" value="1"' in stale.text


def test_the_page_shows_the_class_that_is_going_on_first(teacher: Browser, day: SchoolDay) -> None:
    send(teacher, body(day))
    page = teacher.get("/attendance/classes").text
    places = [page.index(f"Algebra {period}") for period in ("2", "3", "1")]
    assert places == sorted(places)
    assert "Saved at" in page
    listed = teacher.get("/api/v1/attendance/classes").get_json()["classes"]
    assert [one["due"] for one in listed] == ["later", "later", "submitted"]


def test_an_empty_day_says_why(teacher: Browser) -> None:
    assert "no class on this day" in teacher.get("/attendance/classes?on=2015-01-17").text
    assert teacher.get("/attendance/classes?on=tomorrow").status_code == 422
