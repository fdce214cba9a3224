"""What the records offer to the application."""

from collections.abc import Sequence

from core.jobs.job import Job
from core.plugins import NavItem, Surface
from core.settings import Settings
from sis.attendance import api as attendance_api
from sis.attendance import correction_views as attendance_corrections
from sis.attendance import office_views as attendance_office
from sis.attendance import reading_api as attendance_reading
from sis.attendance import views as attendance_views
from sis.calendars.pages import BLUEPRINTS as CALENDARS
from sis.calendars.pages import COMPONENTS as CALENDAR_COMPONENTS
from sis.courses import api as sections_api
from sis.courses import catalog_views, section_views
from sis.courses import views as master_schedule_views
from sis.enrollment.pages import BLUEPRINTS as ENROLLMENT_PAGES
from sis.enrollment.pages import COMPONENTS as ENROLLMENT_COMPONENTS
from sis.oneroster import jobs as oneroster_jobs
from sis.oneroster.clients import token as oneroster_token
from sis.oneroster.clients import views as oneroster_clients
from sis.oneroster.rest import gradebook, resources, rostering
from sis.oneroster.rest.answers import refusal as oneroster_refusal
from sis.oneroster.rest.links import ROOT as ONEROSTER
from sis.rollover import jobs as rollover_jobs
from sis.rollover import rule_views as rollover_rule_views
from sis.rollover import views as rollover_views
from sis.scheduling.requests import api as request_api
from sis.scheduling.requests import views as request_views
from sis.scheduling.runs import api as run_api
from sis.scheduling.runs import jobs as run_jobs
from sis.scheduling.runs import views as run_views
from sis.scheduling.walkin import api as schedule_api
from sis.scheduling.walkin import changes as walkin_changes
from sis.settings import SisSettings
from sis.statistical import api as statistics_api
from sis.statistical import certify_views, school_views
from sis.statistical import jobs as statistics_jobs
from sis.statistical import views as statistics_views


def _jobs(settings: Settings) -> Sequence[Job]:
    return [
        *oneroster_jobs.make_jobs(settings),
        *rollover_jobs.jobs(settings),
        *statistics_jobs.jobs(settings),
        *run_jobs.JOBS,
    ]


SURFACE = Surface(
    name="sis",
    settings={"sis": SisSettings},
    jobs=_jobs,
    blueprints=(
        attendance_views.blueprint,
        attendance_office.blueprint,
        attendance_corrections.blueprint,
        attendance_reading.blueprint,
        attendance_api.blueprint,
        run_views.blueprint,
        run_api.blueprint,
        *CALENDARS,
        *ENROLLMENT_PAGES,
        oneroster_token.blueprint,
        oneroster_clients.blueprint,
        rostering.blueprint,
        gradebook.blueprint,
        resources.blueprint,
        statistics_views.blueprint,
        school_views.blueprint,
        certify_views.blueprint,
        statistics_api.blueprint,
        walkin_changes.blueprint,
        request_views.blueprint,
        schedule_api.blueprint,
        request_api.blueprint,
        master_schedule_views.blueprint,
        section_views.blueprint,
        catalog_views.blueprint,
        sections_api.blueprint,
        rollover_rule_views.blueprint,
        rollover_views.blueprint,
    ),
    components={
        "attendance": "attendance",
        "attendance_office": "attendance",
        "attendance_corrections": "attendance",
        "attendance_reading_api": "attendance",
        "attendance_api": "attendance",
        "schedule_runs": "scheduling",
        "schedule_runs_api": "scheduling",
        **CALENDAR_COMPONENTS,
        **ENROLLMENT_COMPONENTS,
        "oneroster_token": "oneroster",
        "oneroster_clients": "oneroster",
        "oneroster_rostering": "oneroster",
        "oneroster_gradebook": "gradebook",
        "oneroster_resources": "oneroster",
        "statistics": "statistics",
        "school_statistics": "statistics",
        "certification": "statistics",
        "statistics_api": "statistics",
        "walkin": "scheduling",
        "requests": "scheduling",
        "schedule_api": "scheduling",
        "requests_api": "scheduling",
        "master_schedule": "scheduling",
        "sections": "scheduling",
        "catalog": "scheduling",
        "sections_api": "scheduling",
        "rollover": "scheduling",
        "rollover_rules": "scheduling",
    },
    refusals={
        oneroster_token.ADDRESS: oneroster_token.refusal,
        ONEROSTER: oneroster_refusal,
    },
    nav=(
        NavItem("My classes", "attendance.classes", "attendance.take", 5),
        NavItem("Attendance", "attendance_office.index", "attendance.read", 24, "School office"),
        NavItem("Students", "students.index", "students.read", 22, "School office"),
        NavItem(
            "Master schedule", "master_schedule.index", "master_schedule.read", 25, "School office"
        ),
        NavItem("Rollover", "rollover.index", "rollover.run", 26, "School office"),
        NavItem("Scheduling", "walkin.index", "students.read", 24, "School office"),
        NavItem("Scheduling runs", "schedule_runs.index", "scheduling.run", 26, "School office"),
        NavItem("Statistics", "statistics.index", "statistics.read", 27, "School office"),
        NavItem("OneRoster clients", "oneroster_clients.index", "oneroster.manage", 92, "System"),
        NavItem("Calendars", "calendars.index", "schools.read", 25, "School office"),
    ),
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
