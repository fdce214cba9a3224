"""``make demo``: one command from nothing to a running opening day."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
import httpx
from rich.console import Console
from rich.table import Table

from core.clock import (
    CLOCK_FILE,
    Clock,
    DrillClock,
    ShownClock,
    machine_now,
    monotonic,
    show_clock,
)
from core.commandline import pass_runtime
from core.db import Database
from core.errors import AppError, ConfigError, Problem
from core.processes import Part, Supervisor, stop_on_signals
from core.runtime import Runtime
from core.service import PARTS, check_port
from core.settings import Settings
from drills.demo import SignIn, make_drill_token, prepare
from drills.stage.progress import Progress, read_progress, save_progress
from drills.stage.wishes import ZONE, Wishes, local_text, read_wishes

PROGRAM = Path(__file__).resolve().parent.parent.parent / "app.py"
ALL_PARTS = (*PARTS, Part("drill", ["drill", "run"]))
SAVE_AHEAD = timedelta(seconds=2)
HELD = timedelta(days=1)


@contextmanager
def _only_one(var: Path) -> Iterator[None]:
    """Hold the data folder for this demo; refuse when another one runs in it."""
    with (var / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigError(
                [
                    Problem(
                        "VAR",
                        f"a demo is running in {var}",
                        "End it with Ctrl-C, or choose another folder: VAR=/tmp/second PORT=8001.",
                    )
                ]
            ) from error
        yield


def _begin(settings: Settings, wishes: Wishes, console: Console) -> datetime:
    """Make the database ready; returns the district time at which the clock starts."""
    from drills.stage.scenery import (  # loads polars: only when asked
        prepare_database,
        set_the_stage,
    )

    state, live = settings.var / "demo.json", settings.var / "bellwether.sqlite"
    progress = read_progress(state)
    if live.exists() and progress is None:
        raise ConfigError(
            [
                Problem(
                    "VAR",
                    f"{live} is no demo's database",
                    "Choose an empty folder for the demo: VAR=/tmp/demo.",
                )
            ]
        )
    if live.exists() and progress is not None and progress.goes_on_for(wishes):
        reached = datetime.fromisoformat(progress.reached).astimezone(ZONE)
        console.print(
            f"Going on at {local_text(reached)}, where the drill stood (FRESH=1 starts over)."
        )
        return reached
    prepared = prepare_database(settings, wishes, console)
    previous = set_the_stage(prepared, live)
    if previous is not None:
        console.print(f"A new day begins; the last one's database is kept as {previous.name}.")
    return wishes.start


def _wait_until_ready(base: str, stop: threading.Event, seconds: float = 90) -> bool:
    """Whether the service answered that it is ready; False when it was stopped meanwhile."""
    deadline = monotonic() + seconds
    reason = "no answer"
    while not stop.wait(0.25):
        try:
            answer = httpx.get(f"{base}/readyz", timeout=5)
            if answer.status_code == httpx.codes.OK:
                return True
            reason = answer.text
        except httpx.HTTPError as error:
            reason = str(error)
        if monotonic() > deadline:
            raise AppError(f"The service did not become ready within {seconds:g} s: {reason}")
    return False


def _welcome(console: Console, base: str, sign_ins: list[SignIn], clock: Clock) -> None:
    table = Table(title="One sign-in per role", title_justify="left")
    for column in ("Role", "User name", "Password", "Sees"):
        table.add_column(column, overflow="fold")
    for sign_in in sign_ins:
        table.add_row(sign_in.role, sign_in.username, sign_in.password, sign_in.sees)
    console.print(table)
    now = local_text(clock.now().astimezone(ZONE))
    console.print(f"It is {now} in the district; the clock runs {clock.speed:g} times as fast.")
    console.print("Alerts show up below; what the processes say is in the folder log.")
    console.print(f"[bold]Open {base}[/bold]  (Ctrl-C ends everything)")


def _environment(settings: Settings, shown: Path, token: str) -> dict[str, str]:
    return {
        "BELLWETHER_CLOCK": f"file:{shown}",
        "BELLWETHER_DRILL_TOKEN": token,
        "DATABASE_URL": _url(settings),
        "VAR": str(settings.var),
        "PORT": str(settings.core.server.port),
    }


def _url(settings: Settings) -> str:
    return f"sqlite:///{settings.var / 'bellwether.sqlite'}"


def _people(settings: Settings, clock: Clock) -> tuple[list[SignIn], str]:
    """The sign-ins, and the token of the drill's callers and agents."""
    database = Database(_url(settings))
    try:
        runtime = Runtime(settings, database, clock)
        return prepare(runtime), make_drill_token(runtime)
    finally:
        database.dispose()


def _play(settings: Settings, wishes: Wishes, console: Console) -> None:
    stop = stop_on_signals()
    server = settings.core.server
    base = f"http://{server.host}:{server.port}"
    start = _begin(settings, wishes, console)
    shown = settings.var / CLOCK_FILE
    show_clock(shown, DrillClock(start, machine_now() + HELD, wishes.speed))
    clock = ShownClock(shown)
    sign_ins, token = _people(settings, clock)

    def save() -> None:
        reached = clock.now() + SAVE_AHEAD * clock.speed
        save_progress(
            settings.var / "demo.json",
            Progress(wishes.district, wishes.seed, wishes.start.isoformat(), reached.isoformat()),
        )

    save()
    supervisor = Supervisor(
        PROGRAM, ALL_PARTS, _environment(settings, shown, token), settings.var / "log"
    )
    supervisor.start()
    try:
        if _wait_until_ready(base, stop):
            show_clock(shown, DrillClock(start, machine_now(), wishes.speed))
            _welcome(console, base, sign_ins, clock)
            supervisor.run(stop, save)
    finally:
        supervisor.stop()
        shown.unlink(missing_ok=True)
        console.print("Everything has ended; nothing is lost. `make demo` goes on from here.")


@click.command("demo")
@pass_runtime
def demo(runtime: Runtime) -> None:
    """Show a synthetic district on its opening day, on a drill clock, until stopped.

    The environment decides: DISTRICT=small|full, SEED=1, START=06:30, SPEED=60, FRESH=1, PORT,
    VAR. Always uses SQLite in VAR. A demo that was stopped goes on where it stood.

    Exit codes: 0 stopped, 1 did not become ready, 2 wrong setting, port in use, or folder in use.
    """
    wishes = read_wishes(os.environ)
    settings = runtime.settings
    check_port(settings.core.server.host, settings.core.server.port)
    console = Console(highlight=False, width=max(110, Console().width))
    with _only_one(settings.var):
        _play(settings, wishes, console)
