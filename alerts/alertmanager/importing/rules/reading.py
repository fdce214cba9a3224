"""A tree of YAML that is read piece by piece, so that what nobody asked for can be named."""

from collections.abc import Iterator
from typing import Any

from core.errors import Problem


class Findings:
    """What could not be carried over, and what is wrong with the file itself."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self.wrong: list[Problem] = []

    def lose(self, path: str, why: str) -> None:
        self.lost.append(f"{path}: {why}")

    def refuse(self, path: str, message: str, remedy: str) -> None:
        self.wrong.append(Problem(path, message, remedy))


class Node:
    """A mapping of the file. ``take`` reads a key; ``close`` loses the keys that were not read."""

    def __init__(self, path: str, value: object, findings: Findings) -> None:
        self.path = path
        self.findings = findings
        self._tree: dict[str, Any] = {}
        self._taken: set[str] = set()
        if isinstance(value, dict):
            self._tree = {str(name): part for name, part in value.items()}
        elif value is not None:
            findings.refuse(path or "file", "is not a mapping", "Correct it in the file.")

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def take(self, name: str, default: Any = None) -> Any:
        self._taken.add(name)
        found = self._tree.get(name)
        return default if found is None else found

    def text(self, name: str) -> str:
        """A scalar as text, empty without one."""
        found = self.take(name, "")
        if isinstance(found, dict | list):
            self.findings.refuse(self.at(name), "is not a text", "Write one value.")
            return ""
        return str(found)

    def items(self, name: str) -> list[Any]:
        """A list, empty without one."""
        found = self.take(name, [])
        if not isinstance(found, list):
            self.findings.refuse(self.at(name), "is not a list", "Write a list.")
            return []
        return found

    def node(self, name: str) -> "Node":
        return Node(self.at(name), self.take(name), self.findings)

    def nodes(self, name: str) -> Iterator["Node"]:
        for number, each in enumerate(self.items(name)):
            yield Node(f"{self.at(name)}[{number}]", each, self.findings)

    def lose(self, name: str, why: str) -> None:
        """Name a key as lost, if the file has it."""
        if self.take(name) is not None:
            self.findings.lose(self.at(name), why)

    def close(self, why: str = "Bellwether has nothing like it") -> None:
        for name in self._tree.keys() - self._taken:
            self.findings.lose(self.at(name), why)

    def names(self) -> list[str]:
        return list(self._tree)
