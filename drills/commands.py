"""The commands of the drills: name to where it is."""

from core.commandline import Places

COMMANDS: Places = {
    "demo": "drills.stage.cli:demo",
    "district": "drills.district.cli:district",
    "drill": "drills.opening_day.cli:drill",
}
