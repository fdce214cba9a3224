"""The commands of whoever runs the service: name to where it is."""

from core.commandline import Places

COMMANDS: Places = {
    "config": "core.service:config",
    "deliver": "core.service:deliver",
    "migrate": "core.service:migrate_command",
    "run": "core.service:run",
    "scheduler": "core.service:scheduler",
    "token": "core.auth.cli:token_group",
    "user": "core.auth.cli:user_group",
    "web": "core.service:web",
}
