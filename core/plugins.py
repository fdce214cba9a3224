"""What a package offers to the application: its surface, which app.py puts together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response
from prometheus_client.registry import Collector
from pydantic import BaseModel

from core.db import Database
from core.errors import AppError, Problem
from core.jobs.job import Job
from core.loops.loop import Loop
from core.outbox.handler import Handler, OnFailed
from core.runtime import Runtime
from core.settings import Settings


@dataclass(frozen=True)
class NavItem:
    """An entry of the main menu, shown to those who hold ``permission``.

    Entries of one ``group`` stand together under its name, where its first one would stand; for
    somebody who may open only one of them it stands by itself.
    """

    label: str
    endpoint: str
    permission: str
    order: int
    group: str = ""


@dataclass(frozen=True)
class Surface:
    """All that app.py needs to know of a package.

    ``settings`` maps a top-level key of config.yaml to the pydantic model of that section;
    ``components`` maps a blueprint's name to the service component (login, enrollment, ...) that
    its requests count for, in metrics and logs; a blueprint that is not listed counts for the
    package itself;
    ``permissions`` maps a permission word to the sentence that explains it;
    ``jobs`` makes the jobs that the settings ask for;
    ``handlers`` makes the package's outbox handlers (topic -> handler);
    ``loops`` makes what runs in the delivery process beside the delivery;
    ``on_failed`` makes what is called when an attempt of a topic failed (topic -> function);
    ``check`` finds problems of the settings that the models alone cannot see;
    ``refusals`` maps the beginning of an address to what writes refusals below it, where a
    standard has a form of its own for them;
    ``collectors`` makes Prometheus collectors that read the database when scraped.
    """

    name: str
    settings: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    permissions: Mapping[str, str] = field(default_factory=dict)
    blueprints: Sequence[Blueprint] = ()
    components: Mapping[str, str] = field(default_factory=dict)
    nav: Sequence[NavItem] = ()
    jobs: Callable[[Settings], Sequence[Job]] | None = None
    handlers: Callable[[Runtime], Mapping[str, Handler]] | None = None
    loops: Callable[[Runtime], Sequence[Loop]] | None = None
    on_failed: Callable[[Runtime], Mapping[str, OnFailed]] | None = None
    check: Callable[[Settings], list[Problem]] | None = None
    refusals: Mapping[str, Callable[[AppError], Response]] = field(default_factory=dict)
    collectors: Callable[[Database], Sequence[Collector]] | None = None
