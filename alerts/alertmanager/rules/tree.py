"""Reading a JSON tree of somebody else's making, with Go's sentences for what does not fit."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from alerts.alertmanager.rules.refusals import Coded, unreadable
from alerts.alertmanager.rules.times import parse_time

_NAMES = {dict: "object", list: "array", str: "string", bool: "bool"}
Tree = Mapping[str, Any]


class Reader:
    """Reads one kind of body; ``what`` is its name in sentences."""

    def __init__(self, what: str) -> None:
        self.what = what

    def load(self, body: bytes) -> Any:
        """The JSON value at the beginning of the body, None when there is none at all.

        What follows the value does not count, as it does not for Alertmanager.
        """
        try:
            text = body.decode("utf-8")
            if "\\u0000" in text or "\0" in text:
                raise self.refuse("a NUL character can be kept nowhere")
            stripped = text.lstrip(" \t\r\n")
            return json.JSONDecoder().raw_decode(stripped)[0] if stripped else None
        except (ValueError, RecursionError) as error:
            raise self.refuse(str(error)) from error

    def refuse(self, why: str) -> Coded:
        return unreadable(self.what, why)

    def mistyped(self, value: object, where: str, wanted: str) -> Coded:
        found = _NAMES.get(type(value), "number")
        return self.refuse(f"json: cannot unmarshal {found} into {where} of type {wanted}")

    def tree(self, value: object, where: str, wanted: str) -> Tree:
        """A JSON object; null is an empty one."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.mistyped(value, where, wanted)
        return value

    def text(self, value: object, where: str) -> str:
        """A JSON string; null is an empty one."""
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.mistyped(value, where, "string")
        return value

    def texts(self, value: object, where: str) -> dict[str, str]:
        """A JSON object of strings."""
        tree = self.tree(value, where, "models.LabelSet")
        return {name: self.text(text, where) for name, text in tree.items()}

    def time(self, value: object, where: str) -> datetime | None:
        """A time, None when it is unset."""
        try:
            return parse_time(self.text(value, where))
        except ValueError as error:
            raise self.refuse(str(error)) from error
