"""Exporting, and comparing what two databases hold."""

import csv
from datetime import datetime
from pathlib import Path

from core.auth.actor import SYSTEM
from core.db import Database
from sis.oneroster.export.exporting import ExportSummary, export_oneroster
from tests.sis.oneroster.conftest import OPENING_DAY, Importer
from tests.sis.oneroster.sets import RosterSet, district

TABLES = (
    "organization",
    "school",
    "academic_session",
    "calendar",
    "calendar_date",
    "class_period",
    "course",
    "section",
    "section_term",
    "section_meeting",
    "person",
    "person_role",
    "demographics",
    "school_enrollment",
    "section_enrollment",
    "category",
    "score_scale",
    "line_item",
    "result",
)
_REFERRED = (
    "organization",
    "academic_session",
    "course",
    "section",
    "person",
    "category",
    "score_scale",
    "line_item",
)
OUR_OWN = {"id", "modified_at", "import_run_id"}
Contents = dict[str, list[tuple[tuple[str, object], ...]]]


def export(
    database: Database, out: Path, since: datetime | None = None, now: datetime = OPENING_DAY
) -> ExportSummary:
    return export_oneroster(
        database, out, since=since, zone="America/Los_Angeles", by=SYSTEM, now=now
    )


def contents(database: Database) -> Contents:
    """Every record with its references by name, without what is a database's own."""
    importer = Importer(database, Path())
    names: dict[str, dict[object, object]] = {}
    for table in _REFERRED:
        names[table] = {row["id"]: row["sourced_id"] for row in importer.rows(table)}
    calendars = {
        row["id"]: (names["organization"][row["school_id"]], row["track"], row["starts_on"])
        for row in importer.rows("calendar")
    }
    refer = {
        "parent_id": None,
        "organization_id": "organization",
        "school_id": "organization",
        "session_id": "academic_session",
        "course_id": "course",
        "section_id": "section",
        "person_id": "person",
        "category_id": "category",
        "score_scale_id": "score_scale",
        "line_item_id": "line_item",
        "grading_period_id": "academic_session",
    }

    def value(table: str, column: str, found: object) -> object:
        if column == "calendar_id":
            return calendars[found]
        target = refer.get(column, "") or (table if column in refer else "")
        return names[target].get(found) if target else found

    return {
        table: sorted(
            (
                tuple(
                    (column, value(table, column, found))
                    for column, found in row.items()
                    if column not in OUR_OWN
                )
                for row in importer.rows(table)
            ),
            key=repr,
        )
        for table in TABLES
    }


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def full() -> RosterSet:
    """The small district with all that our metadata columns can say."""
    roster = district()
    roster.metadata = {
        "orgs": (
            "metadata.level",
            "metadata.timeZone",
            "metadata.latitude",
            "metadata.phone",
            "metadata.mealEligible",
            "metadata.calendars",
            "metadata.bellSchedule",
        ),
        "academicSessions": (
            "metadata.track",
            "metadata.holidays",
            "metadata.minimumDays",
            "metadata.vacations",
        ),
        "classes": ("metadata.seats", "metadata.track"),
        "users": ("metadata.homeLanguage",),
        "roles": ("metadata.requiredPeriods", "metadata.entryCode"),
    }
    roster.files["orgs"][2] |= {
        "metadata.level": "high",
        "metadata.timeZone": "America/Phoenix",
        "metadata.latitude": "33.95",
        "metadata.phone": "555 0100",
        "metadata.mealEligible": "120",
        "metadata.calendars": "Y",
        "metadata.bellSchedule": "regular 1=08:00-08:55 2=09:00-09:55; minimum 1=08:00-08:35",
    }
    roster.files["academicSessions"][0] |= {
        "metadata.holidays": "2015-01-19,2015-02-16",
        "metadata.minimumDays": "2015-01-13,2015-01-20",
        "metadata.vacations": "2014-12-22/2015-01-12,2015-03-30/2015-04-06",
    }
    roster.files["classes"][0] |= {"metadata.seats": "30"}
    roster.files["users"][0] |= {"metadata.homeLanguage": "es", "familyName": 'O"Hara, "Bo"'}
    roster.files["roles"][0] |= {"metadata.requiredPeriods": "4", "metadata.entryCode": "E1"}
    return roster
