"""The source as the architecture tests read it: files of this repository, nothing installed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "sis", "alerts", "monitors", "triage", "dashboards", "drills")
NOT_SOURCE = {".git", "node_modules", "var", "vendor", "build", "dist"}


@dataclass(frozen=True)
class Source:
    """A Python file: ``name`` is its path from the root, with slashes."""

    name: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree, walked once for all the habits."""
        return tuple(ast.walk(self.tree))

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def repository_files(*suffixes: str) -> list[Path]:
    """Every file under the root with one of the suffixes; caches and hidden folders left out."""
    return sorted(path for path in _walk(ROOT) if path.suffix in suffixes)


@cache
def python_sources() -> tuple[Source, ...]:
    return tuple(_read(path) for path in repository_files(".py"))


def product_sources() -> tuple[Source, ...]:
    """The service itself: its packages and app.py, without tests, tools and benchmarks."""
    return tuple(
        source
        for source in python_sources()
        if source.name == "app.py" or source.name.split("/")[0] in PACKAGES
    )


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of such an expression, and nothing of any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink() or path.name in NOT_SOURCE:
            continue
        if path.is_dir():
            if not path.name.startswith((".", "__pycache__")) or path.name == ".ci":
                yield from _walk(path)
        else:
            yield path


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))
