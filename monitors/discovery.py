"""Finds the probe types: every module in ``monitors/probes``."""

import pkgutil
from functools import cache
from importlib import import_module
from inspect import cleandoc, isclass
from types import ModuleType

from core.settings import Strict
from monitors import probes
from monitors.probe import Defaults, ProbeType


@cache
def probe_types() -> dict[str, ProbeType]:
    """Probe types by the name of their file, which is their ``type``."""
    return {
        found.name: read_probe_type(import_module(f"{probes.__name__}.{found.name}"), found.name)
        for found in pkgutil.iter_modules(probes.__path__)
    }


def read_probe_type(module: ModuleType, name: str) -> ProbeType:
    """Raises TypeError, saying what is missing, when the module is not a probe."""
    options = getattr(module, "Options", None)
    defaults = getattr(module, "DEFAULTS", None)
    run = getattr(module, "run", None)
    documentation = cleandoc(module.__doc__ or "")
    if not (isclass(options) and issubclass(options, Strict)):
        raise TypeError(f"{module.__name__} needs a class Options (a core.settings.Strict)")
    if not isinstance(defaults, Defaults):
        raise TypeError(f"{module.__name__} needs DEFAULTS (a monitors.probe.Defaults)")
    if not callable(run) or not documentation:
        raise TypeError(f"{module.__name__} needs run(tools) and a docstring for its users")
    return ProbeType(name, documentation, options, defaults, run)
