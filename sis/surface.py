"""What the records offer to the application."""

from core.plugins import Surface
from sis.oneroster.cli import import_group
from sis.scheduling.requests.cli import import_group as requests_import
from sis.settings import SisSettings

SURFACE = Surface(
    name="sis",
    settings={"sis": SisSettings},
    commands=(import_group, requests_import),
    permissions={
        "schools.read": "See schools, their calendars and their staff's telephone numbers",
        "students.read": "Find students and see their records, contacts and schedules",
        "students.enroll": "Enrol and withdraw students",
        "students.schedule": "Put students into sections and take them out",
        "calendars.write": "Change calendars, bell schedules, marking periods and grading windows",
        "master_schedule.read": "See the course catalog, sections and their seats",
        "master_schedule.write": "Change the course catalog, sections and their meetings",
        "scheduling.run": "Run the scheduling engine, apply its placements and undo them",
        "rollover.run": "Roll sections and placements over into the next term",
        "attendance.take": "Take attendance in one's own sections",
        "attendance.read": "See attendance and who has not submitted it",
        "attendance.correct": "Correct submitted attendance, with a reason code",
        "statistics.read": "See and export statistical reports",
        "statistics.certify": "Certify a school's statistical report",
        "oneroster.manage": "Create and revoke clients of the OneRoster service",
    },
)
