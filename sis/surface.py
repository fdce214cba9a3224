"""What the records offer to the application."""

from core.plugins import Surface
from sis.oneroster.cli import import_group
from sis.settings import SisSettings

SURFACE = Surface(
    name="sis",
    settings={"sis": SisSettings},
    commands=(import_group,),
    permissions={
        "schools.read": "See schools, their calendars and their staff's telephone numbers",
        "students.enroll": "Enrol and withdraw students",
        "students.schedule": "Put students into sections and take them out",
    },
)
