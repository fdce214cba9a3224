"""OneRoster 1.2 CSV: the exact columns of the files that the district consists of.

Standard columns first, ours after them with the prefix ``metadata.``, as the standard asks.
"""

_EVERY = ("sourcedId", "status", "dateLastModified")

HEADERS: dict[str, tuple[str, ...]] = {
    "academicSessions": (
        *_EVERY, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear",
        "metadata.track", "metadata.holidays", "metadata.minimumDays", "metadata.vacations",
    ),
    "orgs": (
        *_EVERY, "name", "type", "identifier", "parentSourcedId",
        "metadata.level", "metadata.timeZone", "metadata.latitude", "metadata.longitude",
        "metadata.phone", "metadata.address", "metadata.cdsCode", "metadata.costCenter",
        "metadata.mealEligible", "metadata.calendars", "metadata.bellSchedule",
    ),
    "courses": (
        *_EVERY, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId",
        "subjects", "subjectCodes",
    ),
    "classes": (
        *_EVERY, "title", "grades", "courseSourcedId", "classCode", "classType", "location",
        "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods",
        "metadata.seats", "metadata.track",
    ),
    "users": (
        *_EVERY, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName",
        "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
        "userMasterIdentifier", "preferredGivenName", "preferredMiddleName",
        "preferredFamilyName", "primaryOrgSourcedId", "pronouns", "metadata.homeLanguage",
    ),
    "roles": (
        *_EVERY, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId",
        "userProfileSourcedId", "metadata.track", "metadata.requiredPeriods",
        "metadata.entryCode", "metadata.leaveCode",
    ),
    "enrollments": (
        *_EVERY, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary",
        "beginDate", "endDate",
    ),
    "demographics": (
        *_EVERY, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian",
        "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander", "white",
        "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity", "countryOfBirthCode",
        "stateOfBirthAbbreviation", "cityOfBirth", "publicSchoolResidenceStatus",
    ),
}  # fmt: skip

# Every data file of the standard, for the manifest.
ALL_FILES = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
    "demographics", "enrollments", "lineItemLearningObjectiveIds", "lineItems",
    "lineItemScoreScales", "orgs", "resources", "resultLearningObjectiveIds", "results",
    "resultScoreScales", "roles", "scoreScales", "userProfiles", "userResources", "users",
)  # fmt: skip

MANIFEST = ("propertyName", "value")
HISTORY = ("school", "week_starts_on", "category", "tickets")
