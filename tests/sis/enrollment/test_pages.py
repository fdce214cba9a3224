"""The pages of the school office, and its JSON API."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.db import Database
from sis.enrollment.queries import EnrollmentCard, list_enrollments
from tests.sis.enrollment.site import Offices, open_offices

NEW = {
    "given_name": "Mia",
    "family_name": "Núñez",
    "birth_date": "2006-05-04",
    "school": "Name of S-1 [S-1]",
    "grade": "09",
    "begins_on": "2015-01-12",
    "entry_code": "E1",
    "street": "12 Main St",
    "city": "Los Angeles",
    "state": "CA",
    "postal_code": "90011",
    "contact_given_name": "Rosa",
    "contact_family_name": "Núñez",
    "relationship": "mother",
    "phone": "213 555 0100",
}


@pytest.fixture
def offices(database: Database, tmp_path: Path) -> Offices:
    return open_offices(database, tmp_path)


def _enrollment(offices: Offices, student: str) -> EnrollmentCard:
    person = offices.students[student]
    with offices.database.read() as session:
        return list_enrollments(session, [person])[person][-1]


def _actions(offices: Offices) -> list[str]:
    with offices.database.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_new_student_is_searched_for_checked_and_enrolled(offices: Offices) -> None:
    office = offices.sign_in("ola", "S-1")
    searched = office.post("/students", family_name="nun", birth_date="2006-05-04")
    assert "No student fits" in searched.text
    assert "Enrol a new student" in searched.text
    form = office.post("/students/enroll/form", family_name="Núñez", birth_date="2006-05-04")
    assert 'value="Núñez"' in form.text
    assert 'value="Name of S-1 [S-1]" selected' in form.text
    review = office.send("/students/enroll/check", NEW)
    assert review.status_code == 200
    assert "Look again, then enrol" in review.text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', review.text)
    assert key is not None
    saved = [office.send("/students/enroll", {**NEW, "idempotency_key": key[1]}) for _ in range(2)]
    assert saved[0].status_code == 303
    assert saved[0].headers["Location"] == saved[1].headers["Location"]
    record = office.get(saved[0].headers["Location"]).text
    for text in ("Mia Núñez", "Rosa Núñez", "12 Main St", "First enrolment in a school"):
        assert text in record
    assert _actions(offices).count("enrollment.enroll") == 1


def test_nothing_typed_is_lost_on_an_error(offices: Offices) -> None:
    office = offices.sign_in("ola", "S-1")
    bad = {**NEW, "grade": "99", "phone": "call", "postal_code": "1", "entry_code": "", "ssid": "1"}
    answer = office.send("/students/enroll/check", bad)
    assert answer.status_code == 422
    for text in ("Mia", "Núñez", "12 Main St", "Rosa", "2006-05-04"):
        assert f'value="{text}"' in answer.text
    for name in ("grade", "phone", "postal_code", "entry_code", "ssid"):
        assert f'href="#{name}"' in answer.text


def test_a_duplicate_is_shown_with_its_reason_and_created_only_with_one(offices: Offices) -> None:
    office = offices.sign_in("ola", "S-1")
    office.send("/students/enroll", NEW)
    other = {**NEW, "given_name": "Mía Sofía", "family_name": "Nunez"}
    review = office.send("/students/enroll/check", other).text
    assert "same birth date, names" in review
    refused = office.send("/students/enroll", other)
    assert refused.status_code == 409
    assert "Look at them first; to create another student, say why." in refused.text
    assert office.send("/students/enroll", {**other, "despite": "Twins"}).status_code == 303


def test_another_schools_student_is_seen_as_little_as_needed_and_noted(offices: Offices) -> None:
    office = offices.sign_in("ola", "S-1")
    ben = offices.students["Ben"]
    assert office.get(f"/students/{ben}").status_code == 404
    assert "student.disclose" not in _actions(offices)
    page = office.get(f"/students/enrollments/{_enrollment(offices, 'Ben').id}/transfer")
    assert "Ben Field" in page.text
    assert _actions(offices).count("student.disclose") == 1


def test_a_student_is_transferred_withdrawn_and_brought_back(offices: Offices) -> None:
    office = offices.sign_in("ola", "S-1")
    enrollment = _enrollment(offices, "Ben")
    seen = enrollment.modified_at.isoformat()
    url = f"/students/enrollments/{enrollment.id}/transfer"
    bad = office.post(url, to_school="Nowhere", on="someday", seen=seen)
    assert bad.status_code == 422
    assert 'value="Nowhere"' in bad.text
    form = {"to_school": "S-1", "on": "2015-01-14", "leave_code": "L1", "entry_code": "E4"}
    assert office.send(url, {**form, "seen": seen}).status_code == 303
    again = office.send(url, {**form, "seen": seen})
    assert again.status_code == 409
    assert "Ola transferred the student" in again.text
    mine = _enrollment(offices, "Ben")
    leaving = f"/students/enrollments/{mine.id}/withdraw"
    form = {"ends_on": "1/20/2015", "seen": mine.modified_at.isoformat()}
    assert "Choose why the student leaves." in office.send(leaving, form).text
    assert office.send(leaving, {**form, "leave_code": "L2/20"}).status_code == 303
    left = _enrollment(offices, "Ben")
    assert (left.leave_code, left.leave_reason, str(left.ends_on)) == ("L2", "20", "2015-01-20")
    changes = office.get("/students/changes").text
    undo = re.search(r"/students/changes/(\d+)/undo", changes)
    assert undo is not None
    assert office.post(undo[0]).status_code == 303
    assert _enrollment(offices, "Ben").ends_on is None
    assert "undone" in office.get("/students/changes").text


def test_no_shows_are_marked_several_at_once(offices: Offices) -> None:
    office = offices.sign_in("ola", "S-1")
    page = office.get("/students/no-shows").text
    ticked = re.search(r'name="enrollment" value="([^"]+)"', page)
    assert ticked is not None
    where = f"/students/no-shows?school={offices.schools['S-1']}"
    assert office.post(where).status_code == 422
    assert office.post(where, enrollment=ticked[1]).status_code == 303
    assert "Nobody is missing" in office.get(where).text
    assert office.post(where, enrollment=ticked[1]).status_code == 409
    assert office.get(f"/students/no-shows?school={offices.schools['S-2']}").status_code == 404


def test_contacts_and_addresses_are_written_down(offices: Offices) -> None:
    office = offices.sign_in("ola", "S-1")
    student = f"/students/{offices.students['Ana']}"
    form = {"given_name": "Rosa", "family_name": "Field", "relationship": "mother"}
    refused = office.send(f"{student}/contacts", {**form, "position": "first"})
    assert refused.status_code == 422
    assert 'value="Rosa"' in refused.text
    form |= {"position": "1", "may_pick_up": "1", "court_order_note": "Ask the office"}
    assert office.send(f"{student}/contacts", form).status_code == 303
    page = office.get(student).text
    assert "Ask the office" in page
    assert "Ask the office" not in offices.sign_in("rae", "S-1", role="reader").get(student).text
    contact = re.search(r"/students/contacts/\d+", page)
    assert contact is not None
    edit = office.get(contact[0]).text
    seen = re.search(r'name="seen" value="([^"]+)"', edit)
    assert seen is not None
    assert (
        office.send(contact[0], {**form, "phone": "213 555 0100", "seen": seen[1]}).status_code
        == 303
    )
    assert office.send(f"{contact[0]}/end", {"seen": seen[1]}).status_code == 303
    assert "No contacts" in office.get(student).text
    address = {"kind": "home", "street": "1 Oak", "city": "LA", "state": "CA"}
    address |= {"postal_code": "90011", "begins_on": "2015-01-12", "seen_home": "0"}
    assert office.send(f"{student}/addresses", {**address, "state": "X"}).status_code == 422
    assert office.send(f"{student}/addresses", address).status_code == 303
    assert "1 Oak" in office.get(student).text


def test_empty_lists_say_why(offices: Offices) -> None:
    office = offices.sign_in("ola", "S-1")
    assert "No office has enrolled, moved or withdrawn" in office.get("/students/changes").text
    codes = office.get("/students/codes?on=2015-01-12").text
    assert "1 enrolment: no entry code" in codes
    assert "L7" in codes


def test_readers_change_nothing(offices: Offices) -> None:
    reader = offices.sign_in("rae", "S-1", role="reader")
    page = reader.get(f"/students/{offices.students['Ana']}").text
    assert "Withdraw" not in page
    assert f"/scheduling/{offices.schools['S-1']}/students/{offices.students['Ana']}" in page
    assert reader.get("/students/enroll").status_code == 403


def test_the_api_enrols_transfers_withdraws_and_undoes(offices: Offices) -> None:
    scopes = ("students.read", "students.enroll")
    headers = offices.site.bearer("office", scopes, ("S-1",))
    client = offices.site.app.test_client()

    def send(path: str, key: str = "", **body: object) -> tuple[int, dict[str, object]]:
        sent = {**headers, "Idempotency-Key": key} if key else headers
        answer = client.post(f"/api/v1{path}", json=body, headers=sent)
        return answer.status_code, answer.get_json()

    student = {"given_name": "Mia", "family_name": "Lee", "birth_date": "2006-05-04"}
    body = {"school": "S-1", "grade": "09", "begins_on": "2015-01-12", "entry_code": "E1"}
    status, made = send("/enrollments", "k1", **body, student=student)
    assert (status, made["entry_code"]) == (201, "E1")
    assert send("/enrollments", "k1", **body, student=student)[1] == made
    status, refused = send("/enrollments", **body, student={**student, "given_name": "Mia"})
    assert (status, refused["code"]) == (409, "possible_duplicate")
    assert send("/enrollments", **body)[0] == 422
    status, found = send("/students/search", family_name="lee", birth_date="2006-05-04")
    assert (status, found["number"]) == (200, 1)
    status, moved = send(f"/enrollments/{made['id']}/transfer", school="S-2", on="2015-01-14")
    assert (status, sorted(moved)) == (200, ["entered", "left"])
    status, gone = send(
        f"/enrollments/{made['id']}/withdraw", ends_on="2015-01-20", leave_code="L8"
    )
    assert (status, gone["code"]) == (409, "ended")
    ana = _enrollment(offices, "Ana").id
    assert send(f"/enrollments/{ana}/withdraw", ends_on="2015-01-20", leave_code="Q")[0] == 422
    status, no_show = send(f"/enrollments/{ana}/no-show")
    assert (status, no_show["kind"]) == (200, "no_show")
    status, undone = send(f"/enrollment-changes/{no_show['id']}/undo")
    assert status == 200
    assert undone["undone_at"] is not None
