"""The files are OneRoster 1.2: headers, identifiers, vocabularies, references."""

import re

import polars as pl
import pytest

from tests.drills.conftest import Files

# From the 1EdTech CSV binding 1.2, independent of the generator's own table.
STANDARD = {
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,"
    "parentSourcedId,schoolYear",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
    "orgSourcedId,subjects,subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,"
    "classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,"
    "userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
    "userSourcedId,role,primary,beginDate,endDate",
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex,"
    "americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,"
    "hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,"
    "publicSchoolResidenceStatus",
}
REFERENCES = [
    ("orgs", "parentSourcedId", "orgs"),
    ("academicSessions", "parentSourcedId", "academicSessions"),
    ("courses", "orgSourcedId", "orgs"),
    ("courses", "schoolYearSourcedId", "academicSessions"),
    ("classes", "courseSourcedId", "courses"),
    ("classes", "schoolSourcedId", "orgs"),
    ("classes", "termSourcedIds", "academicSessions"),
    ("users", "primaryOrgSourcedId", "orgs"),
    ("roles", "userSourcedId", "users"),
    ("roles", "orgSourcedId", "orgs"),
    ("enrollments", "classSourcedId", "classes"),
    ("enrollments", "schoolSourcedId", "orgs"),
    ("enrollments", "userSourcedId", "users"),
    ("demographics", "sourcedId", "users"),
]
VOCABULARIES = [
    ("orgs", "type", {"district", "local", "school"}),
    ("academicSessions", "type", {"schoolYear", "semester"}),
    ("classes", "classType", {"homeroom", "scheduled"}),
    ("roles", "roleType", {"primary"}),
    ("roles", "role", {"student", "teacher", "principal", "siteAdministrator", "counselor"}),
    ("enrollments", "role", {"student", "teacher"}),
    ("enrollments", "primary", {"true", "false"}),
    ("demographics", "sex", {"male", "female", "unspecified"}),
    ("users", "enabledUser", {"true"}),
]


@pytest.mark.parametrize("name", STANDARD)
def test_standard_columns_come_first_and_ours_are_metadata(tiny: Files, name: str) -> None:
    standard = STANDARD[name].split(",")
    columns = tiny.table(name).columns
    assert columns[: len(standard)] == standard
    assert all(column.startswith("metadata.") for column in columns[len(standard) :])


@pytest.mark.parametrize("name", STANDARD)
def test_sourced_ids_are_unique_and_well_formed(small: Files, name: str) -> None:
    ids = small.table(name)["sourcedId"]
    assert ids.null_count() == 0
    assert ids.n_unique() == len(ids)
    assert ids.str.contains(r"^[0-9A-Za-z.\-_/@]{1,255}$").all()


@pytest.mark.parametrize("name", STANDARD)
def test_bulk_files_leave_status_and_modification_blank(tiny: Files, name: str) -> None:
    table = tiny.table(name)
    assert table["status"].null_count() == table["dateLastModified"].null_count() == len(table)


@pytest.mark.parametrize(("name", "column", "target"), REFERENCES)
def test_every_reference_resolves(small: Files, name: str, column: str, target: str) -> None:
    wanted = small.table(name)[column].drop_nulls().unique()
    known = small.table(target)["sourcedId"]
    assert wanted.filter(~wanted.is_in(known.implode())).to_list() == []


@pytest.mark.parametrize(("name", "column", "words"), VOCABULARIES)
def test_words_are_from_the_vocabulary(
    small: Files, name: str, column: str, words: set[str]
) -> None:
    assert set(small.table(name)[column].unique()) == words


def test_a_section_belongs_to_the_school_that_its_enrolments_name(small: Files) -> None:
    classes = small.table("classes").select("sourcedId", home="schoolSourcedId")
    joined = small.table("enrollments").join(
        classes, left_on="classSourcedId", right_on="sourcedId"
    )
    assert joined.filter(pl.col("home") != pl.col("schoolSourcedId")).is_empty()


def test_a_user_has_one_primary_role_per_organization(small: Files) -> None:
    roles = small.table("roles").filter(pl.col("endDate").is_null())
    assert not roles.select("userSourcedId", "orgSourcedId").is_duplicated().any()


def test_everybody_who_is_not_real_has_an_address_that_is_not_either(small: Files) -> None:
    users = small.table("users")
    assert users["email"].str.ends_with("bellwether.example").all()
    phones = pl.concat([users["phone"], small.table("orgs")["metadata.phone"]]).drop_nulls()
    assert phones.str.contains(r"^\(\d{3}\) 555-01\d\d$").all()


def test_bell_schedules_have_the_documented_form(small: Files) -> None:
    bells = small.table("orgs")["metadata.bellSchedule"].drop_nulls().unique()
    one = r"\d=\d\d:\d\d-\d\d:\d\d"
    form = re.compile(rf"regular {one}( {one})*; minimum {one}( {one})*")
    assert all(form.fullmatch(text) for text in bells)
