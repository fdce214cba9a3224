"""The commands of the alerts: name to where it is."""

from core.commandline import Places

COMMANDS: Places = {
    "alerts import-alertmanager": "alerts.alertmanager.importing.cli:alerts_group",
    "alerts replay": "alerts.routing.cli:alerts_group",
    "alerts route": "alerts.routing.cli:alerts_group",
    "alerts test-send": "alerts.trial_cli:alerts_group",
    "oncall": "alerts.oncall.cli:oncall",
    "alerts vapid-keys": "alerts.push.cli:alerts_group",
}
