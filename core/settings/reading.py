"""Reading config.yaml and the environment, and saying everything that is wrong at once."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from core.errors import ConfigError, Problem
from core.settings.models import CoreSettings, Settings

_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}")
_REMEDIES = {
    "extra_forbidden": "Remove it, or correct its spelling; docs/configuration.md lists every key.",
    "missing": "Add it; docs/configuration.md shows an example.",
}


def _fill(value: Any, path: str, env: Mapping[str, str], problems: list[Problem]) -> Any:
    """Replace ``${NAME}`` and ``${NAME:-default}`` in every text of the tree."""
    if isinstance(value, dict):
        return {
            k: _fill(v, f"{path}.{k}" if path else str(k), env, problems) for k, v in value.items()
        }
    if isinstance(value, list):
        return [_fill(v, f"{path}[{i}]", env, problems) for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value

    def lookup(match: re.Match[str]) -> str:
        name: str = match.group(1)
        default: str | None = match.group(2)
        found = env.get(name, default)
        if found is None:
            problems.append(
                Problem(path, f"the environment has no {name}", f"Set {name}, or write a default.")
            )
            return ""
        return found

    return _REFERENCE.sub(lookup, value)


def with_defaults(tree: Any) -> Any:
    """The tree with every ``${NAME:-default}`` at its default, whatever the environment says."""
    return _fill(tree, "", {}, [])


def path_of(location: tuple[int | str, ...]) -> str:
    """``alerts.receivers.team.channels[0]``."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _validate(
    model: type[BaseModel], value: Any, prefix: str, problems: list[Problem]
) -> BaseModel | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for item in error.errors():
            where = path_of(((prefix,) if prefix else ()) + item["loc"])
            remedy = _REMEDIES.get(item["type"], f"It is {item['input']!r} now.")
            problems.append(Problem(where, item["msg"].rstrip("."), remedy))
        return None


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise ConfigError(
            [
                Problem(
                    str(path),
                    f"cannot be read ({error.strerror})",
                    "Give BELLWETHER_CONFIG a readable file.",
                )
            ]
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(
            [Problem(str(path), f"is not YAML ({error})", "Correct the line that it names.")]
        ) from error
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigError([Problem(str(path), "is not a mapping", "Start with `server:`.")])
    return tree


def _environment(tree: dict[str, Any], env: Mapping[str, str], problems: list[Problem]) -> None:
    """PORT and HOST win over the file."""
    server = tree.setdefault("server", {})
    if not isinstance(server, dict):
        return
    if "PORT" in env:
        try:
            server["port"] = int(env["PORT"])
        except ValueError:
            problems.append(
                Problem("PORT", f"{env['PORT']!r} is not a number", "Use for example PORT=8000.")
            )
    if "HOST" in env:
        server["host"] = env["HOST"]


def load_settings(
    path: Path,
    sections: Mapping[str, type[BaseModel]],
    env: Mapping[str, str] | None = None,
) -> Settings:
    """Read ``path`` and the environment into Settings.

    ``sections`` maps a top-level key to its model. Environment: PORT, HOST, VAR (data folder,
    default ``var``), DATABASE_URL (default SQLite in VAR). Raises ConfigError with every problem.
    """
    env = os.environ if env is None else env
    problems: list[Problem] = []
    tree = _fill(_read_yaml(path), "", env, problems)
    _environment(tree, env, problems)
    mine = {name: tree.pop(name) for name in CoreSettings.model_fields if name in tree}
    core = _validate(CoreSettings, mine, "", problems)
    parsed = {m: _validate(m, tree.pop(name, {}), name, problems) for name, m in sections.items()}
    for name in tree:
        problems.append(
            Problem(str(name), "no section has this name", _REMEDIES["extra_forbidden"])
        )
    if problems or not isinstance(core, CoreSettings):
        raise ConfigError(problems)
    var = Path(env.get("VAR") or "var").resolve()
    return Settings(
        core=core,
        sections={model: section for model, section in parsed.items() if section is not None},
        var=var,
        database_url=env.get("DATABASE_URL") or f"sqlite:///{var / 'bellwether.sqlite'}",
        source=path,
    )
