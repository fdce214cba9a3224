"""Time is handed in as a value; one module reads it."""

import ast

from tests.support.tree import dotted, product_sources

CLOCK = "core/clock.py"
READINGS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "func.now",
    "func.current_timestamp",
    "func.current_date",
}
LAST = {reading.rpartition(".")[2] for reading in READINGS}


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{source.name}:{node.lineno} {dotted(node)}"
        for source in product_sources()
        if source.name != CLOCK
        for node in source.nodes
        if isinstance(node, ast.Attribute) and node.attr in LAST
        if _last_two(dotted(node)) in READINGS
    ]
    assert found == []


def test_nothing_takes_a_reading_under_another_name() -> None:
    names = {reading for reading in READINGS if reading.startswith("time.")}
    found = [
        f"{source.name}:{node.lineno} from time import {alias.name}"
        for source in product_sources()
        if source.name != CLOCK
        for node in source.nodes
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
        if f"time.{alias.name}" in names
    ]
    assert found == []


def _last_two(name: str) -> str:
    return ".".join(name.split(".")[-2:])
