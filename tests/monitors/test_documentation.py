"""The example of docs/adding-a-probe.md works as it stands."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from core.clock import FrozenClock
from core.db import Database
from core.runtime import Runtime
from core.settings import Settings
from core.settings.models import CoreSettings
from monitors import settings as monitor_settings
from monitors.discovery import read_probe_type
from monitors.probe import ProbeType, Tools
from monitors.rules import Status
from tests.monitors.stage import TEN
from tests.support.tree import ROOT

GUIDE = (ROOT / "docs" / "adding-a-probe.md").read_text(encoding="utf-8")


@pytest.fixture
def example(tmp_path: Path) -> ProbeType:
    found = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    path = tmp_path / "free_space.py"
    path.write_text(found[1])
    spec = spec_from_file_location("free_space", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return read_probe_type(module, "free_space")


@pytest.mark.parametrize(("at_least", "status"), [(0, Status.OK), (100, Status.FAIL)])
def test_the_example_measures(
    example: ProbeType, tmp_path: Path, at_least: int, status: Status
) -> None:
    options = example.options.model_validate({"folder": tmp_path, "at_least": at_least})
    database = Database("sqlite:///unused.sqlite")
    runtime = Runtime(
        Settings(CoreSettings(), {}, Path(), database.url), database, FrozenClock(TEN)
    )
    [result] = example.run(Tools("disk", runtime, options, TEN, recording=False)).results
    assert (result.status, result.threshold) == (status, at_least)


def test_the_guide_names_every_key_of_an_entry() -> None:
    for key in monitor_settings.known_keys():
        assert f"`{key}`" in GUIDE, key
