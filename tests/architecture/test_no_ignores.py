"""No check is switched off, no test is skipped, and bugs are not swallowed."""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator

from tests.support.tree import Source, dotted, python_sources

SWITCHED_OFF = re.compile(r"#\s*(noqa|type:\s*ignore|mypy:|ruff:|pyright:|pragma:|isort:)")
LEFT_OUT = re.compile(
    r"pytest\.(skip|xfail|importorskip|mark\.(skip|skipif|xfail))|(unittest|unittest\.case)\.skip\w*"
)
TOO_BROAD = {"Exception", "BaseException"}
LAST_RESORTS = ("core/web/", "core/jobs/", "core/outbox/", "core/loops/")


def test_no_comment_switches_a_check_off() -> None:
    found = [
        f"{source.name}:{token.start[0]} {token.string}"
        for source in python_sources()
        if SWITCHED_OFF.search(source.text)  # most have no such text at all
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline)
        if token.type == tokenize.COMMENT and SWITCHED_OFF.match(token.string)
    ]
    assert found == []


def test_no_test_is_skipped() -> None:
    found = [
        f"{source.name}:{node.lineno} {dotted(node)}"
        for source in python_sources()
        for node in source.nodes
        if isinstance(node, ast.Attribute) and LEFT_OUT.fullmatch(dotted(node))
    ]
    assert found == []


def test_only_the_web_handler_the_job_runner_and_the_loops_of_delivery_catch_everything() -> None:
    found = [place for source in python_sources() for place in _broad_handlers(source)]
    elsewhere = [place for place in found if not place.startswith(LAST_RESORTS)]
    assert elsewhere == []
    per_room = Counter("/".join(place.split("/")[:2]) for place in found)
    assert [room for room, places in per_room.items() if places > 1] == []


def _broad_handlers(source: Source) -> Iterator[str]:
    """``except Exception``, a bare ``except``, and suppress(Exception)."""
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler):
            caught = [node.type] if node.type else [ast.Name("Exception")]
        elif isinstance(node, ast.Call) and dotted(node.func).endswith("suppress"):
            caught = node.args
        else:
            continue
        names = {dotted(name) for expression in caught for name in ast.walk(expression)}
        if TOO_BROAD & names:
            yield f"{source.name}:{node.lineno}"
