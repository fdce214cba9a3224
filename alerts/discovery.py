"""Finds the channels: every module in ``alerts/channels`` with a subclass of Channel."""

import pkgutil
from functools import cache
from importlib import import_module
from inspect import isclass

from alerts import channels
from alerts.channel import Channel


@cache
def channel_types() -> dict[str, type[Channel]]:
    """Channel classes by the name of their file, which is their ``type``."""
    return {
        found.name: _channel_in(f"{channels.__name__}.{found.name}")
        for found in pkgutil.iter_modules(channels.__path__)
    }


def _channel_in(module_name: str) -> type[Channel]:
    module = import_module(module_name)
    own = [
        value
        for value in vars(module).values()
        if isclass(value) and issubclass(value, Channel) and value.__module__ == module_name
    ]
    if len(own) != 1:
        raise TypeError(f"{module_name} holds {len(own)} channels; it has to hold one")
    return own[0]
