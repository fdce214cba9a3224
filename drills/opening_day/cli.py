"""``drill run``: the opening day as a process of its own."""

import logging
from dataclasses import asdict

import click

from core.commandline import pass_runtime
from core.errors import ConfigError, Problem
from core.logs import logger
from core.processes import stop_on_signals
from core.runtime import Runtime
from drills.opening_day.desk_api import DeskApi
from drills.opening_day.queries import progress
from drills.opening_day.survey import local_day

log = logger(__name__)


def _base_url(runtime: Runtime) -> str:
    server = runtime.settings.core.server
    host = "127.0.0.1" if server.host in ("0.0.0.0", "::") else server.host
    return f"http://{f'[{host}]' if ':' in host else host}:{server.port}"


def _need(token: str) -> None:
    if not token:
        problem = Problem(
            "BELLWETHER_DRILL_TOKEN",
            "is not set",
            "Make one: python app.py token create --name drill --role agent"
            " --scope tickets.create --scope tickets.read --scope tickets.work.",
        )
        raise ConfigError([problem])


@click.group()
def drill() -> None:
    """The opening-day drill."""


@drill.command()
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    envvar="SEED",
    default=1,
    show_default=True,
    help="Which of the possible days; counts when the day's script is written, then no more.",
)
@click.option(
    "--token",
    envvar="BELLWETHER_DRILL_TOKEN",
    default="",
    help="API token with tickets.create, tickets.read and tickets.work; better in the environment.",
)
@click.option("--until-done", is_flag=True, help="End when the script is over.")
@pass_runtime
def run(runtime: Runtime, seed: int, token: str, until_done: bool) -> None:
    """Play the opening day on BELLWETHER_CLOCK, through the records' actions and the ticket API.

    The script is made once from the database and kept there, so a drill that was killed goes on
    where it stood: nothing happens twice, and what came due meanwhile happens at once.

    Exit codes: 0 stopped or done, 2 no token or wrong setting.
    """
    from drills.opening_day.actions import ensure_script  # these load polars: only when asked
    from drills.opening_day.roll_call import RollCall, list_due
    from drills.opening_day.running import Drill

    _need(token)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stop, day = stop_on_signals(), local_day(runtime)
    with runtime.database.write() as session:
        new = ensure_script(session, runtime, day, seed)
        so_far, classes = progress(session), list_due(session, day, seed)
    log.info("drill_starts", new=new, **asdict(so_far), classes=len(classes))
    api = DeskApi(_base_url(runtime), token)
    try:
        roll_call = RollCall(runtime, day, seed, classes)
        Drill(runtime, api, roll_call, stop).run(until_done=until_done)
    finally:
        api.close()
    log.info("drill_ends")
