"""The commands of the monitors: name to where it is."""

from core.commandline import Places

COMMANDS: Places = {
    "probe": "monitors.cli:probe",
}
