"""Two schools of a district: one as full as the standard allows, one as bare."""

from tests.sis.oneroster.sets import RosterSet


def _session(
    key: str, title: str, kind: str, starts: str, ends: str, parent: str, year: str
) -> dict[str, str]:
    return {
        "sourcedId": key,
        "title": title,
        "type": kind,
        "startDate": starts,
        "endDate": ends,
        "parentSourcedId": parent,
        "schoolYear": year,
    }


def _user(key: str, given: str, family: str, **more: str) -> dict[str, str]:
    return {
        "sourcedId": key,
        "enabledUser": "true",
        "givenName": given,
        "familyName": family,
        **more,
    }


def _role(key: str, user: str, role: str, org: str, **more: str) -> dict[str, str]:
    return {
        "sourcedId": key,
        "userSourcedId": user,
        "roleType": "primary",
        "role": role,
        "orgSourcedId": org,
        **more,
    }


def _enrollment(key: str, section: str, user: str, role: str, **more: str) -> dict[str, str]:
    return {
        "sourcedId": key,
        "classSourcedId": section,
        "userSourcedId": user,
        "role": role,
        **more,
    }


def roster() -> RosterSet:
    """The whole set."""
    found = RosterSet()
    _add_places(found)
    _add_classes(found)
    _add_people(found)
    return found


def _add_places(found: RosterSet) -> None:
    found.add(
        "orgs",
        {"sourcedId": "D", "name": "District", "type": "district", "identifier": "1964733"},
        {"sourcedId": "E", "name": "Center East", "type": "local", "parentSourcedId": "D"},
        {
            "sourcedId": "S1",
            "name": "O'Neil High",
            "type": "school",
            "identifier": "8001",
            "parentSourcedId": "E",
        },
        {"sourcedId": "S2", "name": "Bare School", "type": "school", "parentSourcedId": "D"},
    )
    found.add(
        "academicSessions",
        _session("Y", "Year 2014-15", "schoolYear", "2014-08-12", "2015-06-05", "", "2015"),
        _session("T1", "Fall", "term", "2014-08-12", "2015-01-12", "Y", "2015"),
        _session("T2", "Spring", "term", "2015-01-12", "2015-06-05", "Y", ""),
        _session("G1", "Weeks 1 to 10", "gradingPeriod", "2014-08-12", "2014-10-20", "T1", "2015"),
    )


def _add_classes(found: RosterSet) -> None:
    found.add(
        "courses",
        {
            "sourcedId": "C1",
            "title": "Algebra 1",
            "courseCode": "ALG1",
            "schoolYearSourcedId": "Y",
            "orgSourcedId": "S1",
            "grades": "09,10",
            "subjects": "Mathematics,Algebra",
            "subjectCodes": "02052",
        },
        {"sourcedId": "C2", "title": "Art"},
    )
    found.add(
        "classes",
        {
            "sourcedId": "K1",
            "title": "Algebra 1, period 1",
            "classCode": "A-1",
            "classType": "scheduled",
            "location": "Room 12",
            "courseSourcedId": "C1",
            "schoolSourcedId": "S1",
            "termSourcedIds": "T1,T2",
            "grades": "09,10",
            "subjects": "Mathematics",
            "subjectCodes": "02052",
            "periods": "1,2",
        },
        {
            "sourcedId": "K2",
            "title": "Art",
            "classType": "homeroom",
            "schoolSourcedId": "S2",
        },
    )


def _add_people(found: RosterSet) -> None:
    found.add(
        "users",
        _user("P1", "Ana", "O'Neil", email="ana@example.org", grades="09"),
        _user("P2", "Bo", "Anders", grades="10", agentSourcedIds="P5"),
        _user("P3", "Cy", "Teach", email="cy@example.org", username="cy"),
        _user("P4", "Nobody", "Atall"),
        _user("P5", "Di", "Anders", phone="555-0100"),
    )
    found.add(
        "roles",
        _role("R1", "P1", "student", "S1"),
        _role("R2", "P2", "student", "S2", beginDate="2014-08-12", endDate="2015-06-05"),
        _role("R3", "P3", "teacher", "S1"),
        _role("R5", "P5", "guardian", "D"),
    )
    found.add(
        "demographics",
        {
            "sourcedId": "P1",
            "birthDate": "2000-02-29",
            "sex": "female",
            "white": "true",
            "asian": "false",
            "cityOfBirth": "Los Angeles",
        },
        {"sourcedId": "P2"},
    )
    found.add(
        "enrollments",
        _enrollment("N1", "K1", "P1", "student", beginDate="2014-08-12", endDate="2015-06-05"),
        _enrollment("N2", "K2", "P2", "student"),
        _enrollment("N3", "K1", "P3", "teacher", primary="true"),
        _enrollment("N4", "K2", "P3", "aide"),
    )
