"""The two that are measured: Debian's Alertmanager, and our web and delivery processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from alerts.alertmanager.importing.rules.section_text import dump, replaced
from benchmarks.context import Context
from core.auth.actor import system
from core.auth.tokens.actions import create_token
from core.clock import machine_now
from core.db import Database
from tests.support.alertmanager import running_alertmanager
from tests.support.server import ROOT, running_server
from tools.children import start_child, stop_child

WEBHOOK = "sink"


@dataclass(frozen=True)
class Side:
    """``api`` is the base of Alertmanager's API; ``page`` a GET of one page, empty without one;
    ``token`` is for the page; ``processes`` are those whose memory counts.
    """

    name: str
    api: str
    page: str
    token: str
    processes: Sequence[subprocess.Popen[bytes]]

    def megabytes(self) -> float:
        """Resident memory of the processes and their children, in MB."""
        return round(sum(_resident(process.pid) for process in self.processes) / 1e6, 1)


def _resident(pid: int) -> int:
    """Bytes of a process and everything below it."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = pages * os.sysconf("SC_PAGE_SIZE")
    return own + sum(_resident(int(child)) for child in children)


@contextmanager
def alertmanager(folder: Path, sink: str) -> Iterator[Side]:
    """Debian's Alertmanager, told to wait for nothing."""
    folder.mkdir()
    config = {
        "route": {
            "receiver": WEBHOOK,
            "group_by": ["group"],
            "group_wait": "0s",
            "group_interval": "1s",
        },
        "receivers": [{"name": WEBHOOK, "webhook_configs": [{"url": sink}]}],
    }
    with running_alertmanager(folder, yaml.safe_dump(config)) as found:
        yield Side("Alertmanager", f"{found.url}/api/v2", "", "", [found.process])


@contextmanager
def ours(context: Context, dialect: str, sink: str) -> Iterator[Side]:
    """Our web and delivery processes on a database of that kind, with the same route."""
    folder = context.folder / f"alerts-{dialect}"
    folder.mkdir()
    config = folder / "config.yaml"
    config.write_text(_config(sink), encoding="utf-8")
    with ExitStack() as stack:
        database = stack.enter_context(context.database(dialect))
        env = {"BELLWETHER_CONFIG": str(config)}
        server = stack.enter_context(running_server(database.url, folder, env))
        settings = {"VAR": str(folder), "DATABASE_URL": database.url, **env}
        delivery = start_child(
            [sys.executable, "app.py", "deliver"],
            log=folder / "deliver.log",
            env={**os.environ, **settings},
            cwd=ROOT,
        )
        stack.callback(stop_child, delivery, signal.SIGTERM)
        yield Side(
            f"Bellwether, {dialect}",
            f"{server.url}/alertmanager/api/v2",
            f"{server.url}/api/v1/alerts?limit=100",
            _token(database),
            [server.process, delivery],
        )


def _config(sink: str) -> str:
    route = {"receiver": WEBHOOK, "group_by": ["group"], "group_wait": "0s", "group_interval": "1s"}
    section: dict[str, object] = {
        "route": route,
        "receivers": {WEBHOOK: {"channels": [{"type": "webhook", "url": sink}]}},
        "alertmanager": {"loopback": True},
    }
    return replaced((ROOT / "config.yaml").read_text(encoding="utf-8"), dump(section))


def _token(database: Database) -> str:
    with database.write() as session:
        return create_token(
            session,
            "benchmark",
            role="administrator",
            scopes=["alerts.read"],
            organizations=[],
            lifetime=None,
            by=system("benchmark"),
            now=machine_now(),
        )
