"""Small files and short functions.

A migration lists tables, and upgrade() is as long as they are many: only its file counts.
"""

import ast

from tests.support.tree import python_sources

MOST_LINES_IN_A_FILE = 300
MOST_LINES_IN_A_FUNCTION = 50


def test_every_python_file_is_short() -> None:
    lengths = {source.name: len(source.text.splitlines()) for source in python_sources()}
    assert {n: lines for n, lines in lengths.items() if lines >= MOST_LINES_IN_A_FILE} == {}


def test_every_function_is_short() -> None:
    long = {
        f"{source.name}:{function.name}": _length(function)
        for source in python_sources()
        if not source.name.startswith("migrations/versions/")
        for function in source.functions()
        if _length(function) >= MOST_LINES_IN_A_FUNCTION
    }
    assert long == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From ``def`` to the last statement, whatever the decorators above."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
