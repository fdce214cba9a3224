"""The commands of the records: name to where it is."""

from core.commandline import Places

COMMANDS: Places = {
    "enrollment": "sis.enrollment.cli:enrollment_group",
    "export": "sis.oneroster.export.cli:export_group",
    "import calendar": "sis.calendars.cli:import_group",
    "import oneroster": "sis.oneroster.cli:import_group",
    "import requests": "sis.scheduling.requests.cli:import_group",
    "oneroster": "sis.oneroster.clients.cli:oneroster_group",
    "rollover": "sis.rollover.cli:rollover_group",
    "schedule run": "sis.scheduling.runs.cli:schedule_group",
    "schedule solve": "sis.scheduling.engine.cli:schedule_group",
    "schedule undo": "sis.scheduling.runs.cli:schedule_group",
    "statistics": "sis.statistical.cli:statistics",
}
