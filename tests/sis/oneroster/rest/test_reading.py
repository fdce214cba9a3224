"""What lists and objects hold; the module's district is only read."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.sis.oneroster.rest.town import GRADEBOOK, ROSTERING, Program, Service


def _get(program: Program, path: str) -> dict[str, Any]:
    answer = program.get(f"{ROSTERING}/{path}")
    assert answer.status_code == 200, answer.text
    (found,) = answer.get_json().values()
    body: dict[str, Any] = found
    return body


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("orgs", "D E S1 S2"),
        ("schools", "S1 S2"),
        ("academicSessions", "Y T1 T2 G1 T2@grading"),
        ("terms", "T1 T2"),
        ("gradingPeriods", "G1 T2@grading"),
        ("students", "P1 P2"),
        ("teachers", "P3"),
        ("classes/K1/students", "P1"),
        ("classes/K1/teachers", "P3"),
        ("courses/C1/classes", "K1"),
        ("schools/S1/classes", "K1"),
        ("schools/S1/courses", "C1"),
        ("schools/S2/enrollments", "N2 N4"),
        ("schools/S1/students", "P1"),
        ("schools/S1/teachers", "P3"),
        ("schools/S1/terms", "T1 T2"),
        ("schools/S1/classes/K1/enrollments", "N1 N3"),
        ("students/P1/classes", "K1"),
        ("teachers/P3/classes", "K1"),
        ("users/P3/classes", "K1 K2"),
        ("terms/T1/classes", "K1"),
        ("terms/T1/gradingPeriods", "G1"),
        ("terms/T2/gradingPeriods", "T2@grading"),
        ("terms/Y/gradingPeriods", "G1 T2@grading"),
    ],
)
def test_a_list_holds_what_belongs_to_it(everything: Program, path: str, ids: str) -> None:
    assert everything.listed(f"{ROSTERING}/{path}") == ids.split()


@pytest.mark.parametrize(
    ("path", "filter_", "ids"),
    [
        ("users", "familyName='O''Neil'", "P1"),
        ("users", "familyName~'nder'", "P2 P5"),
        ("users", "familyName~'NDER'", ""),
        ("users", "familyName~'%'", ""),
        ("users", "email='ana@example.org' OR email='cy@example.org'", "P1 P3"),
        ("users", "email!='ana@example.org'", "P2 P3 P4 P5"),
        ("users", "roles.role='teacher'", "P3"),
        ("users", "roles.role!='student' AND enabledUser='true'", "P3 P4 P5"),
        ("users", "roles.org.sourcedId='S2'", "P2"),
        ("users", "agents.sourcedId='P5'", "P2"),
        ("users", "givenName>='Bo' AND givenName<'Cz'", "P2 P3"),
        ("users", "userMasterIdentifier='x'", ""),
        ("users", "password~'a'", ""),
        ("users", "primaryOrg.sourcedId='S1' OR userProfiles.vendorId='x'", ""),
        ("classes", "resources.sourcedId!='x'", "K1 K2"),
        ("enrollments", "class.sourcedId='K1'", "N1 N3"),
        ("enrollments", "class.sourcedId!='K1'", "N2 N4"),
        ("enrollments", "school.sourcedId='S2' AND role='student'", "N2"),
        ("enrollments", "role='ext:aide'", "N4"),
        ("enrollments", "primary='true'", "N3"),
        ("enrollments", "beginDate<='2014-08-12'", "N1"),
        ("enrollments", "endDate>'2015-06-05'", ""),
        ("enrollments", "dateLastModified='2015-01-12T18:00:00.123Z'", "N1 N2 N3 N4"),
        ("enrollments", "dateLastModified>'2015-01-12T18:00:00.123Z'", ""),
        ("enrollments", "dateLastModified>='2015-01-12T18:00:00.123Z'", "N1 N2 N3 N4"),
        ("enrollments", "dateLastModified<'2015-01-12T18:00:00.124Z'", "N1 N2 N3 N4"),
        ("enrollments", "dateLastModified!='2015-01-12'", "N1 N2 N3 N4"),
        ("classes", "grades='09'", "K1"),
        ("classes", "grades='10,09'", "K1"),
        ("classes", "grades='9'", ""),
        ("classes", "grades!='09'", "K2"),
        ("classes", "terms.sourcedId='T2'", "K1"),
        ("classes", "periods='2'", "K1"),
        ("classes", "course.sourcedId='C1'", "K1"),
        ("orgs", "type='local'", "E"),
        ("orgs", "parent.sourcedId='D'", "E S2"),
        ("orgs", "identifier='S2'", "S2"),
        ("academicSessions", "schoolYear='2015' AND type='term'", "T1 T2"),
        ("academicSessions", "startDate>='2015-01-12'", "T2 T2@grading"),
        ("demographics", "birthDate='2000-02-29'", "P1"),
        ("demographics", "asian='false'", "P1"),
        ("demographics", "sourcedId='P2'", "P2"),
        ("users", "givenName='x'' OR ''1''=''1'", ""),
        ("users", "givenName='\\'", ""),
        ("users", "givenName=''' UNION SELECT 1--'", ""),
    ],
)
def test_a_filter_finds(everything: Program, path: str, filter_: str, ids: str) -> None:
    assert everything.listed(f"{ROSTERING}/{path}", filter=filter_) == ids.split()


@pytest.mark.parametrize(
    ("path", "filter_", "ids"),
    [
        ("lineItems", "resultValueMax>='100' AND resultValueMin='0'", "L1"),
        ("lineItems", "dueDate>'2015-01-19'", "L1"),
        ("lineItems", "gradingPeriod.sourcedId='G1'", "L1"),
        ("lineItems", "school.sourcedId='S2'", ""),
        ("results", "score<'100' AND late='false'", "X1"),
        ("results", "class.sourcedId='K1' AND student.sourcedId='P1'", "X1"),
        ("results", "scoreDate='2015-01-20'", "X1"),
        ("assessmentResults", "scorePercentile>'90'", ""),
        ("categories", "title='Homework' OR weight='0.25'", "CAT"),
    ],
)
def test_a_filter_finds_in_the_gradebook(
    everything: Program, path: str, filter_: str, ids: str
) -> None:
    found = everything.listed(f"{GRADEBOOK}/{path}", filter=filter_)
    assert [one for one in found if len(one) < 36] == ids.split()


@pytest.mark.parametrize(
    ("sort", "order", "ids"),
    [
        ("familyName", "asc", "P2 P5 P4 P1 P3"),
        ("familyName", "desc", "P3 P1 P4 P2 P5"),
        ("email", "asc", "P1 P3 P2 P4 P5"),
        ("email", "desc", "P3 P1 P2 P4 P5"),
    ],
)
def test_a_list_is_sorted(everything: Program, sort: str, order: str, ids: str) -> None:
    assert everything.listed(f"{ROSTERING}/users", sort=sort, orderBy=order) == ids.split()


def test_pages_lead_through_the_whole_list(everything: Program) -> None:
    url, seen = f"{ROSTERING}/users?limit=2&filter=status='active'&sort=givenName", []
    while url:
        answer = everything.get(url)
        assert answer.headers["X-Total-Count"] == "5"
        seen += [user["sourcedId"] for user in answer.get_json()["users"]]
        links = {
            rel: target
            for target, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])
        }
        assert dict(parse_qsl(urlsplit(links["last"]).query))["offset"] == "4"
        assert ("prev" in links) == (len(seen) > 2)
        url = links.get("next", "")
    assert seen == ["P1", "P2", "P3", "P5", "P4"]


def test_a_page_after_the_last_is_empty(everything: Program) -> None:
    answer = everything.get(f"{ROSTERING}/users", offset="5000", limit="10")
    assert answer.get_json() == {"users": []}
    assert answer.headers["X-Total-Count"] == "5"
    assert "offset=0" in answer.headers["Link"]


def test_selected_fields_and_parts_alone_are_shown(everything: Program) -> None:
    answer = everything.get(f"{ROSTERING}/enrollments", fields="role,class.sourcedId", limit="1")
    assert answer.get_json() == {"enrollments": [{"class": {"sourcedId": "K1"}, "role": "student"}]}
    one = everything.get(f"{ROSTERING}/users/P3", fields="roles.role")
    assert one.get_json() == {"user": {"roles": [{"role": "teacher"}]}}


def test_what_records_lack_is_filled_in_the_same_way_each_time(everything: Program) -> None:
    assert _get(everything, "orgs/S2")["identifier"] == "S2"
    assert _get(everything, "courses/C2")["courseCode"] == "C2"
    bare = _get(everything, "classes/K2")
    assert (bare["course"]["sourcedId"], len(bare["terms"])) == ("K2", 1)
    (role,) = _get(everything, "users/P4")["roles"]
    assert (role["role"], role["org"]["sourcedId"]) == ("ext:unassigned", "D")
    assert _get(everything, "academicSessions/T2")["schoolYear"] == "2015"
    whole = _get(everything, "gradingPeriods/T2@grading")
    assert (whole["parent"]["sourcedId"], whole["endDate"]) == ("T2", "2015-06-05")
    assert _get(everything, "academicSessions/T2")["children"][0]["sourcedId"] == "T2@grading"


def test_a_reference_leads_to_its_object(everything: Program) -> None:
    found = _get(everything, "enrollments/N1")
    for name, single in (("user", "user"), ("class", "class"), ("school", "org")):
        target = urlsplit(found[name]["href"])
        answer = everything.get(target.path)
        assert answer.get_json()[single]["sourcedId"] == found[name]["sourcedId"]


def test_one_of_another_kind_is_unknown(everything: Program) -> None:
    assert everything.get(f"{ROSTERING}/students/P3").status_code == 404
    assert everything.get(f"{ROSTERING}/schools/D").status_code == 404
    assert everything.get(f"{ROSTERING}/terms/Y").status_code == 404


def test_a_limited_client_sees_its_school_alone(filled: Service) -> None:
    program = filled.program(organizations=["E"])
    assert program.listed(f"{ROSTERING}/enrollments") == ["N1", "N3"]
    assert program.listed(f"{ROSTERING}/classes") == ["K1"]
    assert program.listed(f"{ROSTERING}/orgs") == ["D", "E", "S1"]
    assert program.listed(f"{ROSTERING}/users") == ["P1", "P3"]
    assert program.listed(f"{ROSTERING}/demographics") == ["P1"]
    assert program.get(f"{ROSTERING}/users/P2").status_code == 404
    assert program.get(f"{ROSTERING}/classes/K2/students").status_code == 404
    assert program.listed(f"{GRADEBOOK}/results") == ["X1"]
    assert program.put("scoreScale", "SC", {"title": "x"}).status_code == 422
