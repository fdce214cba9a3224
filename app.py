"""The application: puts the packages together for the web server and for the command line."""

import os
import signal
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alerts.commands import COMMANDS as ALERTS
from core.clock import CLOCK_FILE, parse_clock
from core.commandline import CommandLine
from core.commands import COMMANDS as CORE
from core.errors import ConfigError
from core.parent import end_with_parent
from core.program import Program
from drills.commands import COMMANDS as DRILLS
from monitors.commands import COMMANDS as MONITORS
from sis.commands import COMMANDS as SIS
from triage.commands import COMMANDS as TRIAGE

if TYPE_CHECKING:  # packages are loaded when a command needs them: see surfaces()
    from flask import Flask
    from pydantic import BaseModel

    from core.plugins import Surface
    from core.runtime import Runtime
    from core.settings import Settings

PROGRAM = Path(__file__).resolve()
LONG_LIVED = ("run", "demo", "web", "scheduler", "deliver")


@cache
def surfaces() -> "tuple[Surface, ...]":
    """Every package's surface; loads all of the program, which a command on files does not need."""
    from alerts.surface import SURFACE as ALERTS_SURFACE
    from core.surface import SURFACE as CORE_SURFACE
    from dashboards.surface import SURFACE as DASHBOARDS_SURFACE
    from monitors.surface import SURFACE as MONITORS_SURFACE
    from sis.surface import SURFACE as SIS_SURFACE
    from triage.surface import SURFACE as TRIAGE_SURFACE

    return (
        CORE_SURFACE,
        SIS_SURFACE,
        ALERTS_SURFACE,
        MONITORS_SURFACE,
        TRIAGE_SURFACE,
        DASHBOARDS_SURFACE,
    )


def read_settings(env: Mapping[str, str] | None = None) -> "Settings":
    """config.yaml (or BELLWETHER_CONFIG) with the environment; ConfigError lists every problem."""
    from core.auth.roles import check as check_roles
    from core.settings import load_settings

    env = os.environ if env is None else env
    sections: dict[str, type[BaseModel]] = {}
    for surface in surfaces():
        sections.update(surface.settings)
    path = Path(env.get("BELLWETHER_CONFIG") or PROGRAM.parent / "config.yaml")
    settings = load_settings(path, sections, env)
    permissions = {word for surface in surfaces() for word in surface.permissions}
    problems = check_roles(settings, permissions)
    for surface in surfaces():
        problems.extend(surface.check(settings) if surface.check else [])
    if problems:
        raise ConfigError(problems)
    return settings


def make_runtime(env: Mapping[str, str] | None = None) -> "Runtime":
    """Settings, database and clock for one process."""
    from core import logs
    from core.db import Database
    from core.runtime import Runtime

    env = os.environ if env is None else env
    settings = read_settings(env)
    settings.var.mkdir(parents=True, exist_ok=True)
    logs.configure(settings.core.logging.level)
    clock = parse_clock(env.get("BELLWETHER_CLOCK", ""))
    return Runtime(settings, Database(settings.database_url), clock)


def create_app(runtime: "Runtime | None" = None) -> "Flask":
    """The web application, for granian (``app:create_app``) and for tests."""
    from alerts.interactions import register
    from core.web.factory import make_app
    from triage.interactions import take_ticket

    application = make_app(runtime or make_runtime(), surfaces())
    register(application, {"take": take_ticket})
    return application


def web_worker() -> "Flask":
    """The application inside a server's worker process, which ends when the server does."""
    from core import service
    from core.processes import settle

    end_with_parent(int(os.environ.get(service.WORKER_PARENT, "0")), signal.SIGKILL)
    application = create_app()
    settle()
    return application


def _environment(command: str | None) -> dict[str, str]:
    """The environment; a single command beside a running demo lives on the demo's clock."""
    env = dict(os.environ)
    shown = Path(env.get("VAR") or "var") / CLOCK_FILE
    if command not in LONG_LIVED and "BELLWETHER_CLOCK" not in env and shown.exists():
        env["BELLWETHER_CLOCK"] = f"file:{shown}"
    return env


@click.group(cls=CommandLine, places={**CORE, **SIS, **ALERTS, **MONITORS, **TRIAGE, **DRILLS})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Bellwether: helpdesk triage and outage monitoring for a school district.

    Settings come from config.yaml (BELLWETHER_CONFIG), PORT, HOST, VAR and DATABASE_URL.
    """
    end_with_parent()
    env = _environment(ctx.invoked_subcommand)
    ctx.obj = Program(PROGRAM, surfaces, lambda: make_runtime(env))


if __name__ == "__main__":
    main()
