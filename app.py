"""The application: puts the packages together for the web server and for the command line."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

import click
from flask import Flask
from pydantic import BaseModel

from alerts.surface import SURFACE as ALERTS
from core import logs, service
from core.auth.roles import check as check_roles
from core.clock import CLOCK_FILE, parse_clock
from core.commandline import CommandLine, merge
from core.db import Database
from core.errors import ConfigError
from core.plugins import Surface
from core.processes import end_with_parent, settle
from core.runtime import Runtime
from core.settings import Settings, load_settings
from core.surface import SURFACE as CORE
from core.web.factory import make_app
from dashboards.surface import SURFACE as DASHBOARDS
from drills.surface import SURFACE as DRILLS
from monitors.surface import SURFACE as MONITORS
from sis.surface import SURFACE as SIS
from triage.surface import SURFACE as TRIAGE

SURFACES: tuple[Surface, ...] = (CORE, SIS, ALERTS, MONITORS, TRIAGE, DASHBOARDS, DRILLS)
PROGRAM = Path(__file__).resolve()


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """config.yaml (or BELLWETHER_CONFIG) with the environment; ConfigError lists every problem."""
    env = os.environ if env is None else env
    sections: dict[str, type[BaseModel]] = {}
    for surface in SURFACES:
        sections.update(surface.settings)
    path = Path(env.get("BELLWETHER_CONFIG") or PROGRAM.parent / "config.yaml")
    settings = load_settings(path, sections, env)
    permissions = {word for surface in SURFACES for word in surface.permissions}
    problems = check_roles(settings, permissions)
    for surface in SURFACES:
        problems.extend(surface.check(settings) if surface.check else [])
    if problems:
        raise ConfigError(problems)
    return settings


def make_runtime(env: Mapping[str, str] | None = None) -> Runtime:
    """Settings, database and clock for one process."""
    env = os.environ if env is None else env
    settings = read_settings(env)
    settings.var.mkdir(parents=True, exist_ok=True)
    logs.configure(settings.core.logging.level)
    clock = parse_clock(env.get("BELLWETHER_CLOCK", ""))
    return Runtime(settings, Database(settings.database_url), clock)


def create_app(runtime: Runtime | None = None) -> Flask:
    """The web application, for granian (``app:create_app``) and for tests."""
    return make_app(runtime or make_runtime(), SURFACES)


def web_worker() -> Flask:
    """The application inside a server's worker process, which ends when the server does."""
    end_with_parent(int(os.environ.get(service.WORKER_PARENT, "0")), signal.SIGKILL)
    application = create_app()
    settle()
    return application


def _environment(command: str | None) -> dict[str, str]:
    """The environment; a single command beside a running demo lives on the demo's clock."""
    env = dict(os.environ)
    shown = Path(env.get("VAR") or "var") / CLOCK_FILE
    if command not in service.PROCESSES and "BELLWETHER_CLOCK" not in env and shown.exists():
        env["BELLWETHER_CLOCK"] = f"file:{shown}"
    return env


@click.group(cls=CommandLine)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Bellwether: helpdesk triage and outage monitoring for a school district.

    Settings come from config.yaml (BELLWETHER_CONFIG), PORT, HOST, VAR and DATABASE_URL.
    """
    end_with_parent()
    if "--help" not in ctx.args:
        ctx.obj = make_runtime(_environment(ctx.invoked_subcommand))


merge(main, [command for surface in SURFACES for command in surface.commands])
merge(main, service.process_commands(SURFACES))
merge(main, service.operating_commands(PROGRAM))

if __name__ == "__main__":
    main()
