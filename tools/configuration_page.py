"""Writes docs/configuration.md from the models: ``python -m tools.configuration_page``."""

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from alerts.discovery import channel_types
from app import surfaces
from core.settings.models import CoreSettings
from monitors.discovery import probe_types
from monitors.settings import ProbeKeys

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
HEAD = """# Configuration

The district's policy stands in `config.yaml` (another file: `BELLWETHER_CONFIG`). It is validated
at every start: all problems are listed at once with path, what is wrong and what to do, and the
command ends with exit code 2. `python app.py config` only checks.

Any text may hold `${NAME}` or `${NAME:-default}`; secrets belong in the environment, not in the
file.

| variable | meaning |
|---|---|
| `BELLWETHER_CONFIG` | path of the configuration, default `config.yaml` beside `app.py` |
| `VAR` | folder for everything that is written, default `var` |
| `DATABASE_URL` | `postgresql://user:password@host/name`, default SQLite in `VAR` |
| `PORT`, `HOST` | win over `server.port` and `server.host` |

This page is made from the code by `python -m tools.configuration_page`; a test keeps it current.
"""


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The settings models inside an annotation such as ``Mapping[str, Role]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _duration(value: timedelta) -> str:
    """``1h``, ``90s``: the largest unit that says it in a whole number."""
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _plain(value: Any) -> Any:
    """As one would write it in config.yaml."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _default(field: FieldInfo, unset: str) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None:
        return unset
    if isinstance(value, BaseModel):
        return ""
    plain = _plain(value)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return f"`{text}`" if text else "empty"


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}.{field.alias or name}"
        nested = list(_models(field.annotation))
        annotation = str(field.annotation)
        many = "[]" if "tuple[" in annotation or "list[" in annotation else ".NAME"
        if not (nested and field.annotation is nested[0]):
            text = " ".join((field.description or "").split()).replace("|", "\\|")
            unset = "as the type does" if issubclass(model, ProbeKeys) else "not set"
            yield f"| `{path}` | {_default(field, unset)} | {text} |"
        for inner in nested:
            if inner is model:
                continue  # a tree: its nodes have the same keys
            yield from _rows(inner, path if field.annotation is inner else f"{path}{many}")


def _table(rows: Iterable[str]) -> str:
    return "\n".join(["| key | default | meaning |", "|---|---|---|", *rows])


def _about(thing: type) -> str:
    return inspect.cleandoc(thing.__doc__ or "").replace("``", "`")


def _probes() -> Iterator[str]:
    yield "## `probes`\n\nA list: what is watched. Every entry may say:\n"
    yield _table(_rows(ProbeKeys, "probes[]")) + "\n"
    for name, found in sorted(probe_types().items()):
        yield f"### Type `{name}`\n\n{inspect.cleandoc(found.documentation)}\n"
        yield _table(_rows(found.options, "probes[]")) + "\n"


def _channels() -> Iterator[str]:
    for name, found in sorted(channel_types().items()):
        yield f"### Channel `{name}`\n\n{_about(found)}\n"
        rows = _rows(found, "channels[]")
        yield _table(row for row in rows if "`channels[].type`" not in row) + "\n"


def _sections() -> Iterator[str]:
    sections: dict[str, type[BaseModel]] = {}
    for name, field in CoreSettings.model_fields.items():
        sections.update(
            (name, model) for model in _models(field.annotation) if name not in sections
        )
    for surface in surfaces():
        sections.update(surface.settings)
    for name, model in sections.items():
        if name == "probes":
            yield from _probes()
        else:
            yield f"## `{name}`\n\n{_about(model)}\n\n{_table(_rows(model, name))}\n"
        if name == "alerts":
            yield from _channels()


def _permissions() -> str:
    words = {word: text for surface in surfaces() for word, text in surface.permissions.items()}
    rows = [f"| `{word}` | {text} |" for word, text in sorted(words.items())]
    return "\n".join(["## Permissions", "", "| word | allows to |", "|---|---|", *rows, ""])


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *_sections(), _permissions()])


def unexplained(text: str) -> list[str]:
    """The keys of the page that no words explain."""
    return [line.split("`")[1] for line in text.splitlines() if line.endswith("|  |")]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
