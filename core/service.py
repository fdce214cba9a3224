"""The service's processes and the commands that start them."""

import os
import socket
from collections.abc import Sequence

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from core import migrate
from core.commandline import pass_runtime
from core.errors import ConfigError, Problem
from core.jobs.job import Job
from core.jobs.runner import Scheduler
from core.logs import logger
from core.loops.loop import Loop
from core.loops.runner import running
from core.outbox.handler import Handler, OnFailed
from core.outbox.worker import DeliveryLoop
from core.plugins import Surface
from core.processes import Part, Supervisor, settle, stop_on_signals
from core.program import Program
from core.runtime import Runtime

log = logger(__name__)

PARTS = (Part("web", ["web"]), Part("scheduler", ["scheduler"]), Part("delivery", ["deliver"]))
WORKER_PARENT = "BELLWETHER_WORKER_PARENT"


def handlers_of(surfaces: Sequence[Surface], runtime: Runtime) -> dict[str, Handler]:
    """Every outbox topic and who delivers it."""
    handlers: dict[str, Handler] = {}
    for surface in surfaces:
        if surface.handlers is not None:
            handlers.update(surface.handlers(runtime))
    return handlers


def on_failed_of(surfaces: Sequence[Surface], runtime: Runtime) -> dict[str, OnFailed]:
    """What is called when an attempt of an outbox topic failed."""
    made = [surface.on_failed(runtime) for surface in surfaces if surface.on_failed is not None]
    return {topic: call for calls in made for topic, call in calls.items()}


def jobs_of(surfaces: Sequence[Surface], runtime: Runtime) -> list[Job]:
    """Every job that the packages declare for these settings."""
    made = [surface.jobs(runtime.settings) for surface in surfaces if surface.jobs is not None]
    return [job for jobs in made for job in jobs]


def check_port(host: str, port: int) -> None:
    """Raise ConfigError when another program already listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                [
                    Problem(
                        "server.port",
                        f"{host}:{port} cannot be opened ({error.strerror})",
                        f"End the program that uses it, or choose another: PORT={port + 1}.",
                    )
                ]
            ) from error


def loops_of(surfaces: Sequence[Surface], runtime: Runtime) -> list[Loop]:
    """Every loop that runs beside the delivery."""
    made = [surface.loops(runtime) for surface in surfaces if surface.loops is not None]
    return [loop for loops in made for loop in loops]


_STDERR = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr"}


def serve_web(runtime: Runtime) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered."""
    server = runtime.settings.core.server
    check_port(server.host, server.port)
    os.environ[WORKER_PARENT] = str(os.getpid())
    log.info("web_starts", host=server.host, port=server.port, threads=server.threads)
    Granian(
        "app:web_worker",
        address=server.host,
        port=server.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=server.threads,
        backpressure=server.threads * 2,
        workers_kill_timeout=8,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig={
            "handlers": {
                "console": {**_STDERR, "formatter": "generic"},
                "access": {**_STDERR, "formatter": "access"},
            }
        },
    ).serve()


@click.command("web")
@pass_runtime
def web(runtime: Runtime) -> None:
    """Serve the pages and the API alone. Exit codes: 0 ended by a signal, 2 port in use."""
    serve_web(runtime)


@click.command("scheduler")
@click.pass_obj
def scheduler(program: Program) -> None:
    """Run the jobs by the clock. Exit codes: 0 ended by a signal, 2 configuration."""
    stop = stop_on_signals()
    clockwork = Scheduler(program.runtime, jobs_of(program.surfaces, program.runtime))
    settle()
    clockwork.start()
    stop.wait()
    clockwork.stop()


@click.command("deliver")
@click.pass_obj
def deliver(program: Program) -> None:
    """Decide who is told, and deliver. Exit codes: 0 ended by a signal, 2 configuration."""
    owner = f"{socket.gethostname()}:{os.getpid()}"
    handlers = handlers_of(program.surfaces, program.runtime)
    loops = loops_of(program.surfaces, program.runtime)
    on_failed = on_failed_of(program.surfaces, program.runtime)
    delivery = DeliveryLoop(program.runtime, handlers, owner, on_failed=on_failed)
    stop = stop_on_signals()
    settle()
    with running(program.runtime, loops, [delivery.wake]):
        delivery.run_until(stop)


@click.command("run")
@click.pass_obj
def run(program: Program) -> None:
    """Serve, schedule and deliver until stopped. Exit codes: 0 stopped, 2 configuration."""
    runtime = program.runtime
    server = runtime.settings.core.server
    check_port(server.host, server.port)
    migrate.upgrade(runtime.database)
    runtime.database.dispose()
    stop = stop_on_signals()
    supervisor = Supervisor(program.path, PARTS, {})
    supervisor.start()
    click.echo(f"Bellwether is starting on http://{server.host}:{server.port} (Ctrl-C ends it)")
    try:
        supervisor.run(stop)
    finally:
        supervisor.stop()


@click.command("migrate")
@pass_runtime
def migrate_command(runtime: Runtime) -> None:
    """Bring the database to the newest schema. Exit codes: 0 done, 2 configuration."""
    migrate.upgrade(runtime.database)
    click.echo(f"The database is at {migrate.head()}.")


@click.command("config")
@pass_runtime
def config(runtime: Runtime) -> None:
    """Check config.yaml and the environment. Exit codes: 0 valid, 2 every problem listed."""
    click.echo(f"{runtime.settings.source} is valid.")
