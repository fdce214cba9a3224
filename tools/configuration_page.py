"""Writes docs/configuration.md from the settings' models: ``python -m tools.configuration_page``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app import SURFACES
from core.settings.models import CoreSettings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
HEAD = """# Configuration

The district's policy stands in `config.yaml` (another file: `BELLWETHER_CONFIG`). It is validated at
every start: all problems are listed at once with path, what is wrong and what to do, and the command
ends with exit code 2. `python app.py config` only checks.

Any text may hold `${NAME}` or `${NAME:-default}`; secrets belong in the environment, not in the file.

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


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined or isinstance(value, BaseModel):
        return ""
    text = repr(value) if not isinstance(value, str) else value or "empty"
    return f"`{text}`" if len(text) <= 60 else "see below the table"


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}.{field.alias or name}"
        nested = list(_models(field.annotation))
        many = "[]" if "tuple" in str(field.annotation) or "list" in str(field.annotation) else ".NAME"
        if field.description or not nested:
            text = " ".join((field.description or "").split()).replace("|", "\\|")
            yield f"| `{path}` | {_default(field)} | {text} |"
        for inner in nested:
            plain = field.annotation is inner
            yield from _rows(inner, path if plain else f"{path}{many}")


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in CoreSettings.model_fields.items():
        for model in _models(field.annotation):
            yield name, model
    for surface in SURFACES:
        yield from surface.settings.items()


def missing_descriptions() -> list[str]:
    """Paths of keys that no description explains."""
    rows = [row for name, model in _sections() for row in _rows(model, name)]
    return [row.split("`")[1] for row in rows if row.endswith("|  |")]


def permissions() -> Mapping[str, str]:
    return {word: text for surface in SURFACES for word, text in surface.permissions.items()}


def page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    for name, model in _sections():
        about = " ".join((model.__doc__ or "").split())
        table = "\n".join(_rows(model, name))
        parts.append(f"## `{name}`\n\n{about}\n\n| key | default | meaning |\n|---|---|---|\n{table}\n")
    words = "\n".join(f"| `{word}` | {text} |" for word, text in sorted(permissions().items()))
    parts.append(f"## Permissions\n\n| word | allows to |\n|---|---|\n{words}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
