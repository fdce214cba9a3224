"""The files of OneRoster CSV 1.1 and 1.2, their headers, and which of them we keep.

Source: the 1EdTech OneRoster CSV bindings 1.1 and 1.2.
"""

from dataclasses import dataclass

METADATA = "metadata."
VERSIONS = ("1.1", "1.2")

_HEAD = "sourcedId,status,dateLastModified,"

_BOTH = {
    "academicSessions": "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "orgs": "name,type,identifier,parentSourcedId",
    "courses": "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
    "termSourcedIds,subjects,subjectCodes,periods",
    "enrollments": "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "demographics": "birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,"
    "hispanicOrLatinoEthnicity,countryOfBirthCode,stateOfBirthAbbreviation,cityOfBirth,"
    "publicSchoolResidenceStatus",
}
_KEPT_1_1 = _BOTH | {
    "users": "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password",
    "categories": "title",
    "lineItems": "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,"
    "gradingPeriodSourcedId,resultValueMin,resultValueMax",
    "results": "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment",
}
_KEPT_1_2 = _BOTH | {
    "users": "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,"
    "phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,"
    "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
    "roles": "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    "categories": "title,weight",
    "lineItems": "title,description,assignDate,dueDate,classSourcedId,categorySourcedId,"
    "academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId",
    "results": "lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,"
    "classSourcedId,inProgress,incomplete,late,missing",
    "scoreScales": "title,type,orgSourcedId,courseSourcedId,classSourcedId,scoreScaleValue",
    "lineItemLearningObjectiveIds": "lineItemSourcedId,source,learningObjectiveId",
    "resultLearningObjectiveIds": "resultSourcedId,source,learningObjectiveId,score,textScore",
    "lineItemScoreScales": "title,lineItemSourcedId,scoreScaleSourcedId",
    "resultScoreScales": "title,resultSourcedId,scoreScaleSourcedId",
}
_NOT_KEPT_1_1 = ("classResources", "courseResources", "resources")
_NOT_KEPT_1_2 = (
    *_NOT_KEPT_1_1,
    "userProfiles",
    "userResources",
)
_REQUIRED = {
    "academicSessions": {"title", "type", "startDate", "endDate"},
    "orgs": {"name", "type"},
    "courses": {"title"},
    "classes": {"title", "classType", "schoolSourcedId"},
    "users": {"enabledUser", "givenName", "familyName"},
    "roles": {"userSourcedId", "role", "orgSourcedId"},
    "demographics": set[str](),
    "enrollments": {"classSourcedId", "userSourcedId", "role"},
    "categories": {"title"},
    "scoreScales": {"title", "type", "classSourcedId", "scoreScaleValue"},
    "lineItems": {"title", "assignDate", "dueDate", "classSourcedId", "categorySourcedId"},
    "results": {"lineItemSourcedId", "studentSourcedId", "scoreStatus", "scoreDate"},
    "lineItemLearningObjectiveIds": {"lineItemSourcedId", "source", "learningObjectiveId"},
    "resultLearningObjectiveIds": {"resultSourcedId", "source", "learningObjectiveId"},
    "lineItemScoreScales": {"lineItemSourcedId", "scoreScaleSourcedId"},
    "resultScoreScales": {"resultSourcedId", "scoreScaleSourcedId"},
}

ORDER = (
    "orgs",
    "academicSessions",
    "courses",
    "classes",
    "users",
    "roles",
    "demographics",
    "enrollments",
    "categories",
    "scoreScales",
    "lineItems",
    "results",
    "lineItemLearningObjectiveIds",
    "resultLearningObjectiveIds",
    "lineItemScoreScales",
    "resultScoreScales",
)
"""The files we keep, in the order in which they refer to each other."""


@dataclass(frozen=True)
class Layout:
    """One file of one version: its standard columns in order, and those it cannot do without."""

    name: str
    columns: tuple[str, ...]
    required: frozenset[str]


def layout(version: str, name: str) -> Layout | None:
    """The layout of a file that we keep; None for one that we do not."""
    columns = (_KEPT_1_2 if version == "1.2" else _KEPT_1_1).get(name)
    if columns is None:
        return None
    return Layout(
        name, tuple((_HEAD + columns).split(",")), frozenset(_REQUIRED[name] | {"sourcedId"})
    )


def file_names(version: str) -> frozenset[str]:
    """Every data file that a manifest of that version may speak of."""
    kept, rest = (_KEPT_1_2, _NOT_KEPT_1_2) if version == "1.2" else (_KEPT_1_1, _NOT_KEPT_1_1)
    return frozenset(kept) | frozenset(rest)
