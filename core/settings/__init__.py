"""config.yaml and the environment, read once and validated all at once."""

from core.settings.models import Settings, Strict
from core.settings.reading import load_settings

__all__ = ["Settings", "Strict", "load_settings"]
