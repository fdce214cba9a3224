"""The commands of triage: name to where it is."""

from core.commandline import Places

COMMANDS: Places = {
    "import support-history": "triage.tiers.cli:imports",
    "tiers": "triage.tiers.cli:tiers",
}
