"""Text as the standard compares it, the same on both databases."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class CodePoints(FunctionElement[str]):
    """The text, to be ordered by its code points."""

    name = "codepoints"
    type = String()
    inherit_cache = True


@compiles(CodePoints, "sqlite")
def _sqlite_codepoints(element: CodePoints, compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(CodePoints, "postgresql")
def _postgres_codepoints(element: CodePoints, compiler: SQLCompiler, **kw: Any) -> str:
    return f'({compiler.process(element.clauses, **kw)} COLLATE "C")'


class Holds(FunctionElement[bool]):
    """Whether the first text has the second as a part of it, case and all."""

    name = "holds"
    type = Boolean()
    inherit_cache = True


@compiles(Holds, "sqlite")
def _sqlite_holds(element: Holds, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **kw)}) > 0)"


@compiles(Holds, "postgresql")
def _postgres_holds(element: Holds, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **kw)}) > 0)"


def contains(column: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    """``column`` contains ``part``; false where there is no text."""
    return Holds(column, part)
